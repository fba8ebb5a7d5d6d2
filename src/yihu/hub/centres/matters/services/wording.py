"""What titles, letters and notices are filled with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yihu.hub.centres.matters.catalogue.letters import fill
from yihu.hub.centres.matters.catalogue.personal import unsealed
from yihu.hub.centres.matters.keys import unseal
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.selectors.display import Reader


def words_of(case: Case, *, now: datetime, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything a pattern may name; personal numbers masked."""
    bundle = case.version.bundle
    data = unsealed(bundle.form, case.form, unseal)
    return {
        "form": Reader(bundle.form, clear=False).values(data),
        "case": {
            "number": case.number, "title": case.title, "matter": case.version.name, "office": case.office_name,
            "submitted_at": case.submitted_at, "due_at": case.due_at, "outcome": outcome_name(case),
        },
        "applicant": {"name": case.applicant_name, "post": case.applicant_post, "office": case.office_name},
        "taxpayer": {"name": case.taxpayer_name, "number": case.taxpayer_number or "", "office": case.office_name},
        "letter": {"day": now},
        **(more or {}),
    }  # fmt: skip


def outcome_name(case: Case) -> str:
    """What the matter calls the case's outcome."""
    found = case.version.bundle.spec.outcomes.get(case.outcome)
    return found.name if found else ""


def title_of(case: Case, *, now: datetime) -> str:
    """The case's title by the matter's pattern, never empty."""
    filled = fill(case.version.bundle.spec.title, words_of(case, now=now)).strip()
    return (filled or case.version.name)[:200]
