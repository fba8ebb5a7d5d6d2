"""Announcements one sent, and who has read them."""

from django.db.models import Count, Q, QuerySet

from yihu.hub.foundation.notices.models import Announcement, Notice
from yihu.hub.foundation.org.api import User


def list_announcements(sender: User) -> QuerySet[Announcement]:
    """One's own, newest first, with how many have read and confirmed."""
    # The counts come from one index (the foreign key) per announcement shown.
    return Announcement.objects.filter(sender=sender).select_related("office", "duty").order_by("-id")


def find_announcement(sender: User, number: int) -> Announcement | None:
    return list_announcements(sender).filter(pk=number).first()


def receipts_of(announcement: Announcement) -> QuerySet[Notice]:
    """One row a receiver: who, of which office, read when."""
    return Notice.objects.filter(announcement=announcement).select_related("receiver__office").order_by("pk")


def count_receipts(announcement: Announcement) -> dict[str, int]:
    """How many received, read and confirmed it, and from how many it was recalled."""
    return (
        receipts_of(announcement)
        .order_by()
        .aggregate(
            all=Count("pk"),
            read=Count("pk", filter=Q(read_at__isnull=False)),
            confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
            recalled=Count("pk", filter=Q(recalled_at__isnull=False)),
        )
    )
