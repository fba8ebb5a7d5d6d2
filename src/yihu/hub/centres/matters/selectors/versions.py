"""Reads of matters and their versions."""

from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from yihu.hub.centres.matters.choices import VersionState
from yihu.hub.centres.matters.models import Matter, MatterVersion

LIGHT = ("files", "played")


def in_force(day: date) -> QuerySet[MatterVersion]:
    """Published versions that can be applied for on a day, without their files."""
    valid = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    newest = MatterVersion.objects.filter(valid, matter=OuterRef("matter"), state=VersionState.PUBLISHED)
    ids = newest.order_by("-valid_from", "-pk").values("pk")[:1]
    rows = MatterVersion.objects.filter(valid, state=VersionState.PUBLISHED, pk=Subquery(ids))
    return rows.select_related("matter").order_by("matter__family", "name")


def find_in_force(key: str, day: date) -> MatterVersion | None:
    """The version of one matter that can be applied for on a day."""
    return in_force(day).filter(matter__key=key).first()


def list_versions(matter: Matter) -> QuerySet[MatterVersion]:
    """All versions of a matter, the newest first, with how many cases each has."""
    rows = matter.versions.defer("files").annotate(case_count=Count("cases"))
    return rows.select_related("matter", "drafted_by", "published_by").order_by("-drafted_at", "-pk")


def waiting_versions() -> QuerySet[MatterVersion]:
    """Drafts that somebody must publish or discard."""
    return MatterVersion.objects.filter(state=VersionState.DRAFT).select_related("matter", "drafted_by").defer("files")
