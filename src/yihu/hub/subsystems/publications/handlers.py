"""What matters publish: each handler one call; a text that may not be published goes back by the error boundary."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.centres.matters.api import register_handler
from yihu.hub.centres.workflow.api import ServiceError, Verb, trail
from yihu.hub.subsystems.publications.choices import Kind, Topic
from yihu.hub.subsystems.publications.services.publishing import Cited, Text, publish
from yihu.hub.subsystems.publications.services.refusals import UnableToPublishError


def register() -> None:
    """Called once when the program starts."""
    register_handler("publications.publish-answer", publish_answer)
    register_handler("publications.publish-article", publish_article)
    register_handler("publications.accept-paper", accept_paper)


def publish_answer(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """The answer that was drafted at `Answer`. :raises ServiceError: KB-…"""
    text = Text(title=data["title"], body=data["answer"], question=data["question"], keywords=_words(data))
    return _publish(instance, data, Kind.ANSWER, text, now=now, author=last_to_agree(instance, "Answer"))


def publish_article(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """The applicant's article. :raises ServiceError: KB-…"""
    text = Text(title=data["title"], body=data["body"], summary=data["summary"], keywords=_words(data))
    return _publish(instance, data, Kind.ARTICLE, text, now=now)


def accept_paper(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """The applicant's paper, waiting for an issue. :raises ServiceError: KB-…"""
    text = Text(
        title=data["title"], body=data["body"], summary=data["summary"], keywords=_words(data), column=data["column"],
        byline=data["byline"],
    )  # fmt: skip
    return _publish(instance, data, Kind.PAPER, text, now=now)


def _publish(
    instance: Any, data: Mapping[str, Any], kind: Kind, text: Text, *, now: datetime, author: Any = None
) -> dict[str, Any]:
    day = data.get("effective_from")
    try:
        made = publish(
            kind=kind, topic=Topic(data["topic"]), text=text,
            cited=[_cited(row) for row in data.get("citations") or ()],
            author=author or instance.initiator, approver=last_to_agree(instance) or instance.initiator,
            effective_from=date.fromisoformat(day) if day else timezone.localdate(now),
            effective_to=_day(data.get("effective_to")), label=Label(instance.label),
            case_number=instance.subject_number, revises=data.get("revises") or "", now=now,
        )  # fmt: skip
    except UnableToPublishError as error:
        raise ServiceError(error.code, str(error)) from error
    return {"published": made.publication.code}


def last_to_agree(instance: Any, node_id: str = "") -> Any:
    """Who agreed last, at one node or at any; None for nobody."""
    acts = [a for a in trail(instance) if a.verb == Verb.AGREE and a.actor and (not node_id or a.node_id == node_id)]
    return acts[-1].actor if acts else None


def _cited(row: Mapping[str, Any]) -> Cited:
    return Cited(
        title=row["document"], document_number=row.get("number") or "", article=row.get("article") or "",
        valid_from=_day(row.get("valid_from")), valid_to=_day(row.get("valid_to")),
    )  # fmt: skip


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def _words(data: Mapping[str, Any]) -> tuple[str, ...]:
    parts = str(data.get("keywords") or "").replace("，", "、").replace(",", "、").split("、")
    return tuple(part.strip()[:20] for part in parts if part.strip())[:10]
