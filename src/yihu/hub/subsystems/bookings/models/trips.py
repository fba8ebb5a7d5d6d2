"""What a vehicle did on a booking."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yihu.hub.subsystems.bookings.models.bookings import Booking


class Trip(models.Model):
    """One trip, written down when the vehicle is back; kilometres as the odometer shows them."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="trip", verbose_name="预约")
    driver = models.CharField("驾驶员", max_length=60)
    out_km = models.PositiveIntegerField("出车里程表读数")
    back_km = models.PositiveIntegerField("还车里程表读数")
    left_at = models.DateTimeField("出车时间")
    back_at = models.DateTimeField("还车时间")
    fuel_litres = models.DecimalField("加油（升）", max_digits=6, decimal_places=2, default=0)
    note = models.CharField("车况与说明", max_length=300, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    written_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "行车记录"
        ordering = ["-back_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(back_km__gte=F("out_km")), name="bookings_odometer_runs_forward"),
            models.CheckConstraint(condition=Q(back_at__gt=F("left_at")), name="bookings_back_after_leaving"),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.back_km - self.out_km} 公里"

    @property
    def kilometres(self) -> int:
        return self.back_km - self.out_km
