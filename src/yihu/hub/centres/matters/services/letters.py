"""Letters and messages of a case, issued when a node is reached or the case ends."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.letters import fill
from yihu.hub.centres.matters.choices import EventKind
from yihu.hub.centres.matters.models import Case, Letter
from yihu.hub.centres.matters.selectors.processes import people_of
from yihu.hub.centres.matters.services.events import note, write
from yihu.hub.centres.matters.services.wording import words_of
from yihu.hub.foundation.notices.api import notify

TEMPLATE = "matters.message"


def issue_letters(case: Case, moment: str, *, now: datetime, more: Mapping[str, Any] | None = None) -> list[Letter]:
    """The letters whose `at` names the moment: an outcome or a node. Each is frozen as it is written."""
    bundle = case.version.bundle
    issued = []
    for letter in bundle.spec.letters:
        if moment not in letter.at:
            continue
        number = f"{case.number}-{case.letters.count() + 1}"
        words = words_of(case, now=now, more=more)
        words["letter"] = {"number": number, "day": timezone.localtime(now).date()}
        text = fill(bundle.letter(letter.code), words).strip() + "\n"
        made = Letter.objects.create(
            case=case, code=letter.code, title=letter.title, number=number, text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(), issued_at=now,
        )  # fmt: skip
        note(case, EventKind.LETTER, actor=None, now=now, text=f"{letter.title} {number}")
        write("issue-letter", case, actor=None, detail={"letter": number, "digest": made.digest})
        issued.append(made)
    return issued


def send_notices(case: Case, moment: str, *, now: datetime, more: Mapping[str, Any] | None = None) -> list[str]:
    """The messages whose `at` names the moment; their codes."""
    words = words_of(case, now=now, more=more)
    sent = []
    for one in case.version.bundle.spec.notices:
        if moment not in one.at:
            continue
        context = {"title": fill(one.title, words), "text": fill(one.text, words)}
        for person in _receivers(case, one.to):
            notify(
                receiver=person, template=TEMPLATE, context=context, url=reverse("matters:case", args=[case.number]),
                about=f"case:{case.number}", now=now,
            )  # fmt: skip
        note(case, EventKind.NOTICE, actor=None, now=now, text=f"{context['title']}（{one.code}）")
        sent.append(one.code)
    return sent


def _receivers(case: Case, to: str) -> list[Any]:
    if to == "applicant":
        return [case.applicant]
    nodes = {node for node, lane in case.version.bundle.outline.lane_of.items() if lane == to}
    return people_of(case.instance, nodes) if case.instance else []
