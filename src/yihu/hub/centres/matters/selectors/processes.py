"""What matters read of a running process, through the instance itself."""

from collections.abc import Collection
from typing import Any

from yihu.hub.foundation.org.api import User

OPEN = "OPEN"


def open_nodes(instance: Any) -> list[str]:
    """Ids of the nodes at which somebody is to act now. One query."""
    return list(instance.steps.filter(state=OPEN).values_list("node_id", flat=True))


def people_of(instance: Any, nodes: Collection[str]) -> list[User]:
    """Who has or had a place at these nodes, each once. One query."""
    ids = instance.steps.filter(node_id__in=nodes).values("assignments__assignee")
    return list(User.objects.filter(pk__in=ids, is_active=True))


def last_opinion(instance: Any) -> Any:
    """The last act of a person that came with an opinion."""
    acts = instance.trail.exclude(opinion="").exclude(actor=None).select_related("actor")
    return acts.order_by("-number").first()
