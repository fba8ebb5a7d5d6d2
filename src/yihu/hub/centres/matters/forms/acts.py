"""What somebody may do on a case now, with the fields their node fills in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yihu.hub.centres.matters.catalogue.fields import APPLY
from yihu.hub.centres.matters.catalogue.reading import Raw, raw_of
from yihu.hub.centres.matters.catalogue.validation import Fault
from yihu.hub.centres.matters.forms.controls import Control, Desk
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.workflow import api as workflow

# Verbs that name people, with what they are asked for.
TO_PEOPLE = (
    ("transfer", "转办", "转给谁办，您不再办理"),
    ("delegate", "委派", "请谁代为提出意见，之后回到您这里"),
    ("add_sign", "加签", "请谁在您之前先签"),
    ("carbon_copy", "抄送", "让谁知道，不需要办理"),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One open place of the reader: its verbs, its fields, where it can be sent back to."""

    assignment: Any
    url: str
    fields_url: str
    groups: list[tuple[str, list[Control]]]
    shape: str
    verbs: frozenset[str]
    targets: list[Any]
    to_people: tuple[tuple[str, str, str], ...]
    is_applicants: bool
    others: tuple[tuple[str, str], ...] = ()

    @property
    def revision(self) -> int:
        """Of the data that the page shows."""
        return int(self.assignment.step.instance.revision)

    @property
    def instance_id(self) -> int:
        return int(self.assignment.step.instance_id)

    @property
    def name(self) -> str:
        return str(self.assignment.step.name)


def act_panel(
    user: Any,
    case: Case,
    data: Mapping[str, Any],
    *,
    raw: Raw | None = None,
    faults: tuple[Fault, ...] = (),
    place: str = "",
) -> Panel | None:
    """The reader's open place in the case: the one named by its key, else the first; None without any."""
    if case.instance is None or case.is_done:
        return None
    mine = [a for a in workflow.assignments_for(case.instance, user) if a.state == workflow.AssignmentState.OPEN]
    if not mine:
        return None
    own = next((a for a in mine if str(a.pk) == place), mine[0])
    verbs = frozenset(str(v) for v in workflow.verbs_of(own, user))
    desk = desk_of(case, own.step.node_id, data, raw=raw, faults=faults)
    args = [case.number, own.pk]
    return Panel(
        assignment=own, url=reverse("matters:act", args=args), fields_url=reverse("matters:act-fields", args=args),
        groups=desk.groups(), shape=desk.shape(), verbs=verbs,
        targets=workflow.targets_of(own) if "return_to" in verbs else [],
        to_people=tuple(row for row in TO_PEOPLE if row[0] in verbs), is_applicants=own.step.node_id == APPLY,
        others=tuple((str(a.step.name), f"?place={a.pk}#act") for a in mine if a.pk != own.pk),
    )  # fmt: skip


def desk_of(
    case: Case, node: str, data: Mapping[str, Any], *, raw: Raw | None = None, faults: tuple[Fault, ...] = ()
) -> Desk:
    """The fields of one node, filled in with what is kept and what was typed."""
    form = case.version.bundle.form
    kept = raw_of(form, data)
    return Desk(form, {**kept, **raw} if raw is not None else kept, node=node, faults=faults)
