"""One act of a person on a place, with everything that was checked before."""

from dataclasses import dataclass

from yihu.hub.centres.workflow.catalogue.graph import Node
from yihu.hub.centres.workflow.choices import Origin, Verb
from yihu.hub.centres.workflow.models import Act, Assignment, Step, Token
from yihu.hub.centres.workflow.selectors.candidates import able
from yihu.hub.centres.workflow.selectors.standing import bars_initiator
from yihu.hub.centres.workflow.services.places import table_of, take_part
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.seats import Table
from yihu.hub.foundation.org.api import User

MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """The act: who, on which place, with what words and whom."""

    run: Run
    verb: Verb
    assignment: Assignment
    token: Token
    node: Node
    actor: User
    opinion: str = ""
    people: tuple[User, ...] = ()
    node_id: str = ""
    straight: bool = False
    place: Origin = Origin.BEFORE
    changes: dict[str, object] | None = None

    @property
    def step(self) -> Step:
        return self.assignment.step

    def table(self) -> Table:
        """The places of the step; the one acted on is the same object."""
        found = table_of(self.step)
        rows = [self.assignment if r.pk == self.assignment.pk else r for r in found.rows]
        return Table(rows, found.mode, found.percent)

    def close_own(self, verb: Verb) -> None:
        """Put the verdict into the place, to be closed by the verb."""
        own = self.assignment
        own.verdict, own.opinion = verb, self.opinion
        own.acted_by = self.actor if self.actor.pk != own.assignee_id else None
        if own.acted_by is not None:
            take_part(self.run, self.actor.pk)

    def write(self, *, to_node: tuple[str, str] = ("", "")) -> Act:
        """Leave the act in the trail and in the log."""
        own = self.assignment
        said = Said(
            opinion=self.opinion, people=self.people, to_node=to_node, channel=self.run.channel,
            changes=self.changes or {}, on_behalf_of=own.assignee if own.assignee_id != self.actor.pk else None,
        )  # fmt: skip
        return write_act(
            instance=self.run.instance, verb=self.verb, actor=self.actor, now=self.run.now, step=self.step,
            assignment=own, said=said,
        )  # fmt: skip

    def check_people(self, *, most: int = MOST_PEOPLE) -> None:
        """
        People are named, are not the actor, not in the step already, and may act at all.

        :raises UnableToActError: BPM-512, 513, 514, 518, 523, 525
        """
        if not self.people:
            raise UnableToActError("BPM-512", what=f"{self.verb.label}的人员")
        if len(self.people) > most:
            raise UnableToActError("BPM-523", what=most)
        here = {r.assignee_id for r in self.table().rows if r.is_pending}
        fit = {p.pk for p in able((p.pk for p in self.people), self.run.instance, day=self.run.day)}
        decides = self.verb in {Verb.TRANSFER, Verb.ADD_SIGN} and bars_initiator(self.run.instance, self.step.node_id)
        for person in self.people:
            if decides and person.pk == self.run.instance.initiator_id:
                raise UnableToActError("BPM-525", what=person.display_name)
            if person.pk == self.actor.pk:
                raise UnableToActError("BPM-513", what=self.verb.label)
            if person.pk in here:
                raise UnableToActError("BPM-514", what=person.display_name)
            if person.pk not in fit:
                raise UnableToActError("BPM-518", what=person.display_name)
