"""Reads of the data page."""

from yihu.hub.subsystems.gathering.models import Run


def list_runs(limit: int) -> list[Run]:
    """The newest runs, with who started them."""
    return list(Run.objects.select_related("started_by")[:limit])


def find_unfinished() -> Run | None:
    """The run that waits or is under way."""
    return Run.objects.select_related("started_by").filter(state__in=["WAITING", "RUNNING"]).first()
