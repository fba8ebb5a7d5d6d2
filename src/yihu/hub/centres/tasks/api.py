"""What matters, the workflow and outside systems may use of the tasks centre."""

from yihu.hub.centres.tasks.choices import SourceKind, TodoState, Urgency, Verdict
from yihu.hub.centres.tasks.models import Source, Todo
from yihu.hub.centres.tasks.selectors.counts import Counts, counts_for
from yihu.hub.centres.tasks.services.changes import when_changed
from yihu.hub.centres.tasks.services.deciding import decide_todo, register_decider
from yihu.hub.centres.tasks.services.handing import hand_over
from yihu.hub.centres.tasks.services.putting import put_todo
from yihu.hub.centres.tasks.services.refusals import UnableToDecideError, UnableToPutError, UnableToTaskError
from yihu.hub.centres.tasks.services.settling import settle_all, settle_todo
from yihu.hub.centres.tasks.services.sources import name_source

PENDING, TO_READ, COPY = TodoState.PENDING, TodoState.TO_READ, TodoState.COPY
SUSPENDED, DONE, FINISHED, WITHDRAWN = TodoState.SUSPENDED, TodoState.DONE, TodoState.FINISHED, TodoState.WITHDRAWN
AGREE, REFUSE = Verdict.AGREE, Verdict.REFUSE

__all__ = [
    "AGREE",
    "COPY",
    "DONE",
    "FINISHED",
    "PENDING",
    "REFUSE",
    "SUSPENDED",
    "TO_READ",
    "WITHDRAWN",
    "Counts",
    "Source",
    "SourceKind",
    "Todo",
    "TodoState",
    "UnableToDecideError",
    "UnableToPutError",
    "UnableToTaskError",
    "Urgency",
    "Verdict",
    "counts_for",
    "decide_todo",
    "hand_over",
    "name_source",
    "put_todo",
    "register_decider",
    "settle_all",
    "settle_todo",
    "when_changed",
]
