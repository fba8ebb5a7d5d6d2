"""The trail of an instance as a reader sees it."""

from yihu.hub.centres.workflow.models import Act, Instance
from yihu.hub.centres.workflow.selectors.standing import family_of


def trail(instance: Instance) -> list[Act]:
    """Every act on the instance and on what it called, the oldest first. Two queries."""
    rows = Act.objects.filter(instance__in=family_of(instance))
    return list(
        rows.select_related("actor", "on_behalf_of", "step", "assignment", "instance__version").order_by("at", "id")
    )
