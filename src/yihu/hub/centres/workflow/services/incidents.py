"""Trouble never loses a token: it stands still where it is, with a reason, and can be tried again."""

from datetime import timedelta

from yihu.hub.centres.workflow.choices import TimerKind, TokenState, Verb
from yihu.hub.centres.workflow.models import Incident, Timer, Token
from yihu.hub.centres.workflow.selectors.candidates import keepers
from yihu.hub.centres.workflow.services import notices
from yihu.hub.centres.workflow.services.cancelling import cancel_timers
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.run import Run

MOST_TOLD = 3
# When the machine tries again by itself; afterwards it waits for a person.
RETRIES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=4))


def stand_still(run: Run, token: Token, code: str, message: str) -> Incident:
    """Stop a token with an incident, and set the clock for the next try."""
    node = run.node(token)
    run.rest(token, TokenState.STUCK)
    before = Incident.objects.filter(token=token, node_id=node.id).order_by("-id").first()
    tries = before.tries + 1 if before and before.code == code[:40] else 1
    made = Incident.objects.create(
        instance=run.instance, token=token, node_id=node.id, code=code[:40], message=message[:500], tries=tries,
        opened_at=run.now,
    )  # fmt: skip
    write_act(
        instance=run.instance, verb=Verb.INCIDENT, actor=None, now=run.now,
        said=Said(opinion=f"{message[:1900]}（{code}）", node=(node.id, node.title)),
    )  # fmt: skip
    if tries == 1:
        people = keepers(run.instance, day=run.day)[:MOST_TOLD]
        notices.stuck(run.instance, people, node=node.title, reason=message[:500], now=run.now)
    if tries <= len(RETRIES):
        Timer.objects.create(
            instance=run.instance, token=token, kind=TimerKind.RETRY, node_id=node.id,
            fires_at=run.now + RETRIES[tries - 1],
        )  # fmt: skip
    return made


def try_again(run: Run, token: Token) -> None:
    """Resolve what stopped a token and send it through its node once more."""
    Incident.objects.filter(token=token, resolved_at=None).update(resolved_at=run.now)
    cancel_timers(token)
    token.state = TokenState.WORKING
    run.queue.append(token)
