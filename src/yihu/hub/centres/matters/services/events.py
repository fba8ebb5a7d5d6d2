"""What is written down about a case, here and in the log."""

from datetime import datetime
from typing import Any

from yihu.hub.centres.matters.choices import EventKind
from yihu.hub.centres.matters.models import Case, CaseEvent
from yihu.hub.foundation.audit.api import record


def note(case: Case, kind: EventKind, *, actor: Any, now: datetime, text: str = "") -> None:
    """One line in the case's own list of events."""
    CaseEvent.objects.create(case=case, kind=kind, text=text[:300], actor=actor, at=now)


def write(verb: str, case: Case, *, actor: Any, request: Any = None, **more: Any) -> Any:
    """One record in the log; of the form only names of fields, never values."""
    return record(
        verb=f"case.{verb}", request=request, actor=actor, target=f"case:{case.number}", target_name=case.title, **more
    )
