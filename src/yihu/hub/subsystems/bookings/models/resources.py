"""Vehicles and meeting rooms."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yihu.hub.base.history import tracked
from yihu.hub.subsystems.bookings.choices import Energy, Equipment, ResourceKind, ResourceState


def _equipment_in_words(value: list[str]) -> str:
    return "、".join(str(Equipment(one).label) for one in value)


@tracked(words={"equipment": _equipment_in_words})
class Resource(models.Model):
    """
    One vehicle or room of one office.

    `capacity` counts seats, a vehicle's driver not included. `is_shared`: people of the offices below may book it
    too. `odometer_km` is what the last recorded trip ended with.
    """

    kind = models.CharField("种类", max_length=10, choices=ResourceKind.choices)
    code = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    office = models.ForeignKey("org.Office", on_delete=models.PROTECT, related_name="+", verbose_name="所属机关")
    place = models.CharField("位置", max_length=100, blank=True)
    capacity = models.PositiveSmallIntegerField("座位数")
    plate = models.CharField("车牌号", max_length=10, blank=True)
    energy = models.CharField("动力", max_length=10, choices=Energy.choices, blank=True)
    equipment = ArrayField(
        models.CharField(max_length=12, choices=Equipment.choices), verbose_name="设备", default=list, blank=True
    )
    is_shared = models.BooleanField("下级机关可用", default=False)
    state = models.CharField("状态", max_length=12, choices=ResourceState.choices, default=ResourceState.IN_SERVICE)
    odometer_km = models.PositiveIntegerField("里程表读数（公里）", default=0)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "可预约资源"
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="bookings_somebody_fits"),
            # A plate belongs to one vehicle that still exists.
            models.UniqueConstraint(
                fields=["plate"], name="bookings_plate_once", condition=~models.Q(plate="") & ~models.Q(state="RETIRED")
            ),
        ]
        indexes = [models.Index(fields=["office", "kind"], name="bookings_of_office")]

    def __str__(self) -> str:
        return f"{self.name}（{self.plate or self.code}）"
