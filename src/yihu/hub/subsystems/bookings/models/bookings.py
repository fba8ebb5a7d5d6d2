"""Bookings. That none overlaps another is PostgreSQL's own promise, whoever writes and however many at once."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from yihu.hub.subsystems.bookings.choices import LIVE, BookingState
from yihu.hub.subsystems.bookings.models.resources import Resource


class Booking(models.Model):
    """
    A resource for a time, half-open `[from, to)`, on behalf of one case (or of a keeper's own act, `case_number` "").

    The equality of the resource is said by ranges of one number: GiST knows ranges without any extension.
    """

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings", verbose_name="资源")
    during = DateTimeRangeField("时段")
    state = models.CharField("状态", max_length=10, choices=BookingState.choices, default=BookingState.HELD)
    title = models.CharField("用途", max_length=100)
    people = models.PositiveSmallIntegerField("人数", default=1)
    booked_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="使用人"
    )
    case_number = models.CharField("办件编号", max_length=60, blank=True)
    made_at = models.DateTimeField("预约时间")
    moved_at = models.DateTimeField("最近改期时间", null=True, blank=True)
    released_at = models.DateTimeField("释放时间", null=True, blank=True)
    release_reason = models.CharField("释放原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预约"
        ordering = ["during", "pk"]
        constraints = [
            ExclusionConstraint(
                name="bookings_never_overlap",
                expressions=[
                    (
                        Func(F("resource_id"), F("resource_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=LIVE),
            ),
            models.CheckConstraint(
                condition=Q(during__startswith__isnull=False, during__endswith__isnull=False, during__isempty=False),
                name="bookings_take_time",
            ),
        ]
        indexes = [
            # Release and confirmation by the case; one's own list.
            models.Index(fields=["case_number"], name="bookings_of_case", condition=~Q(case_number="")),
            models.Index(fields=["booked_for", "-made_at"], name="bookings_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.title}"
