"""Low-risk to-dos decided without opening them: in a batch on the page, or by SMS. The source has the last word."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import TodoState, Verdict
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.selectors.people import may_handle
from yihu.hub.centres.tasks.services.outside import decide_outside, outside_codes, takes_results
from yihu.hub.centres.tasks.services.refusals import UnableToDecideError
from yihu.hub.centres.tasks.services.sources import name_source
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User

Decide = Callable[..., None]
Transfer = Callable[..., None]
MOST = 100


@dataclass(frozen=True, slots=True)
class Handlers:
    """What a source can do at our word."""

    decide: Decide | None = None
    transfer: Transfer | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticked to-do; `refusal` is empty when it was decided."""

    todo_id: int
    title: str
    refusal: str = ""


_handlers: dict[str, Handlers] = {}


def register_decider(source: str, decide: Decide | None, *, transfer: Transfer | None = None, name: str = "") -> None:
    """
    Let a source be decided from the list, and let its to-dos be handed over.

    :param decide: called ``decide(key=…, actor=…, verdict=…, opinion=…, channel=…, now=…)`` in the transaction of the
        act; it settles the to-do itself, or raises an `UnableTo` whose text is shown
    :param transfer: called ``transfer(key=…, actor=…, giver=…, receiver=…, reason=…, now=…)``
    :param name: of a room of this program, in Chinese; also names the source (see `name_source`)
    """
    if name:
        name_source(source, name)
    _handlers[source] = Handlers(decide, transfer)


def handlers_of(source: str) -> Handlers:
    """What a source can do; an outside system takes decisions if it said where results go."""
    if source not in _handlers and takes_results(source):
        return Handlers(partial(decide_outside, source))
    return _handlers.get(source, Handlers())


def decidable_sources() -> list[str]:
    """Codes of the sources that can be decided from the list."""
    return [*(code for code, handlers in _handlers.items() if handlers.decide), *outside_codes()]


@transaction.atomic
def decide_todo(
    *, todo_id: int, actor: User, verdict: Verdict, opinion: str, channel: str, now: datetime, **detail: Any
) -> Todo:
    """
    Decide one pending low-risk to-do of one's own, or of somebody one stands in for.

    The first to commit wins: the source locks its own task, and who comes second is told by the source's refusal.
    Lock order: this to-do's advisory lock, the source's own rows, the to-do's row.

    :param channel: WEB or SMS; goes to the source and into the log
    :param detail: more for the log
    :raises UnableTo: see `UnableToDecideError`, or the source's own refusal
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tasks.decide'), %s)", [todo_id % 2**31])
    todo = _decidable(todo_id, actor, verdict, opinion)
    decide = handlers_of(todo.source.code).decide
    if decide is None:
        raise UnableToDecideError("TODO-023", f"“{todo.source.name}”的事项不能在清单上直接办理，请打开办理")
    decide(key=todo.key, actor=actor, verdict=verdict, opinion=opinion, channel=channel, now=now)
    record(
        verb="todo.decide", request=current_request() if channel == "WEB" else None, actor=actor,
        target=f"todo:{todo.pk}", target_name=todo.title, channel=channel,
        detail={"verdict": verdict.label, "opinion": opinion, "key": todo.key, **detail},
    )  # fmt: skip
    return todo


def _decidable(todo_id: int, actor: User, verdict: Verdict, opinion: str) -> Todo:
    with as_system("核对待办"):
        todo = Todo.objects.select_related("source", "receiver").filter(pk=todo_id).first()
    if todo is None or not may_handle(actor, todo):
        raise UnableToDecideError("TODO-020", "这不是您的待办，或您不再代办此人的事项")
    if todo.state != TodoState.PENDING:
        told = f"，结果：{todo.verdict}" if todo.verdict else ""
        raise UnableToDecideError("TODO-021", f"该事项已不在待办（{todo.get_state_display()}{told}）")
    if not todo.low_risk:
        raise UnableToDecideError("TODO-022", "不属于低风险事项，请打开后逐件办理")
    if verdict == Verdict.REFUSE and not opinion.strip():
        raise UnableToDecideError("TODO-024", "不同意须写明理由")
    return todo


def decide_many(
    *, todo_ids: list[int], actor: User, verdict: Verdict, opinion: str, now: datetime
) -> list[Outcome]:  # fmt: skip
    """Decide up to `MOST`, each in its own transaction; what is refused is said beside the others that stand."""
    with as_system("核对待办"):
        found = Todo.objects.select_related("receiver", "source").in_bulk(todo_ids[:MOST])
    outcomes = []
    for todo_id in list(dict.fromkeys(todo_ids))[:MOST]:
        known = found.get(todo_id)
        title = known.title if known and may_handle(actor, known) else "（不是您的待办）"
        try:
            decide_todo(todo_id=todo_id, actor=actor, verdict=verdict, opinion=opinion, channel="WEB", now=now)
        except UnableTo as error:
            outcomes.append(Outcome(todo_id, title, str(error)))
        else:
            outcomes.append(Outcome(todo_id, title))
    return outcomes
