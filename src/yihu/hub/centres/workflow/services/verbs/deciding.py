"""同意 and 不同意: the verdict of one place, and what it makes of the step."""

from yihu.hub.centres.workflow.choices import AssignmentState, StepState, Verb
from yihu.hub.centres.workflow.models import Step, Token
from yihu.hub.centres.workflow.services.cancelling import close_step
from yihu.hub.centres.workflow.services.moving import finish_activity
from yihu.hub.centres.workflow.services.places import close, open_ready, void
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.seats import Table
from yihu.hub.centres.workflow.services.verbs.deed import Deed


def decide(deed: Deed) -> None:
    """Close the place with its verdict; a decided step moves its token on."""
    deed.close_own(deed.verb)
    deed.write()
    close(deed.run, deed.assignment, AssignmentState.DONE)
    settle(deed.run, deed.step, deed.token, deed.table())


def settle(run: Run, step: Step, token: Token, table: Table) -> None:
    """Nobody in a decided seat need act any more; a decided step is closed; else whoever is next has their turn."""
    for seat in table.seats().values():
        if table.verdict_of(seat):
            void(run, seat)
    outcome = table.outcome()
    if not outcome:
        open_ready(run, table)
        return
    close_step(run, step, StepState.AGREED if outcome == Verb.AGREE else StepState.REFUSED)
    token.last_step, token.has_effect = step, False
    finish_activity(run, token, outcome)
