"""What is in effect from one day up to another."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q


def in_effect(day: date, prefix: str = "") -> Q:
    """The condition that a dated row (reached by `prefix`, e.g. `post__`) is in effect on a day."""
    begun = Q(**{f"{prefix}valid_from__lte": day})
    open_ended, later = Q(**{f"{prefix}valid_to__isnull": True}), Q(**{f"{prefix}valid_to__gt": day})
    return begun & (open_ended | later)


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with half-open days."""

    def on(self, day: date) -> "DatedQuerySet":
        return self.filter(in_effect(day))

    def on_or_after(self, day: date) -> "DatedQuerySet":
        """In effect on the day or at some later time."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class Dated(models.Model):
    """In effect from `valid_from` up to, not on, `valid_to`; without `valid_to` until further notice."""

    valid_from = models.DateField("生效日")
    valid_to = models.DateField("失效日", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_days",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            )
        ]

    def is_in_effect(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
