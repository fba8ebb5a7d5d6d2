"""Offices whose resources a person keeps."""

from django.db.models import QuerySet

from yihu.hub.foundation.org.api import Office, User, within


def offices_kept(user: User) -> QuerySet[Office]:
    return Office.objects.filter(within(user, "bookings.keep")).order_by("path")
