"""Writing an act down: one row of the trail and one record of the log, in the transaction of the act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yihu.hub.base.requests import current_request
from yihu.hub.centres.workflow.choices import Verb
from yihu.hub.centres.workflow.models import Act, Assignment, Instance, Step
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User

# How the log calls a verb where the word is taken by another act.
LOGGED = {
    Verb.REFUSE: "disagree", Verb.RETURN_TO: "send-back", Verb.WITHDRAW: "revoke", Verb.DELEGATE: "entrust",
    Verb.ADD_SIGN: "add-sign", Verb.REMOVE_SIGN: "remove-sign", Verb.CARBON_COPY: "copy-to", Verb.UPDATE: "change",
    Verb.END: "close-case", Verb.INCIDENT: "incident", Verb.RETRY: "try-again",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What an act carries beside who and what."""

    opinion: str = ""
    people: tuple[User, ...] = ()
    node: tuple[str, str] = ("", "")
    to_node: tuple[str, str] = ("", "")
    changes: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""
    on_behalf_of: User | None = None
    version: str = ""


def write_act(
    *,
    instance: Instance,
    verb: Verb,
    actor: User | None,
    now: datetime,
    step: Step | None = None,
    assignment: Assignment | None = None,
    said: Said | None = None,
) -> Act:
    """Leave the act in the trail; acts of people, and ends, also in the log. The caller holds the instance's lock."""
    said = said or Said()
    node = said.node if said.node[0] or step is None else (step.node_id, step.name)
    instance.acts += 1
    made = Act.objects.create(
        instance=instance, number=instance.acts, verb=verb, step=step, assignment=assignment, node_id=node[0],
        node_name=node[1], to_node_id=said.to_node[0], to_node_name=said.to_node[1], actor=actor,
        on_behalf_of=said.on_behalf_of, people=_names(said.people), opinion=said.opinion,
        changes=dict(said.changes), channel=said.channel, at=now,
    )  # fmt: skip
    if actor is not None or verb is Verb.END:
        _log(instance, verb, actor, made, said)
    return made


def _log(instance: Instance, verb: Verb, actor: User | None, made: Act, said: Said) -> None:
    detail = {
        "step": made.node_name, "to_step": made.to_node_name, "people": [p["name"] for p in made.people],
        "on_behalf_of": str(said.on_behalf_of or ""), "channel": said.channel, "state": instance.get_state_display(),
        # What was in the fields stands in the trail only: forms hold what no log should.
        "fields": sorted(said.changes.get("after", ())), "version": said.version,
    }  # fmt: skip
    who = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb=f"process.{LOGGED.get(verb, verb.replace('_', '-'))}", request=current_request(),
        target=f"process:{instance.pk}", target_name=str(instance), purpose=said.opinion[:300],
        detail={key: value for key, value in detail.items() if value}, **who,
    )  # fmt: skip


def _names(people: Iterable[User]) -> list[dict[str, str]]:
    return [{"username": p.username, "name": p.display_name} for p in people]
