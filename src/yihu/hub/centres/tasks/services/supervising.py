"""督办: a chief asks what hinders a to-do and until when it will be done; the receiver answers; the chief lifts it."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import TodoState
from yihu.hub.centres.tasks.models import Supervision, Todo
from yihu.hub.centres.tasks.selectors.lists import get_reached
from yihu.hub.centres.tasks.services.refusals import UnableToSuperviseError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.api import notify
from yihu.hub.foundation.org.api import User

LONGEST = timedelta(days=366)


@transaction.atomic
def supervise(*, actor: User, todo_id: int, words: str, until: date, now: datetime) -> Supervision:
    """
    Ask the receiver of an open to-do within reach; one question at a time.

    :raises UnableToSuperviseError: see the class
    """
    reached = get_reached(actor, todo_id)
    if reached is None:
        raise UnableToSuperviseError("TODO-040", "没有这件待办，或办理人不在您的管辖范围内")
    today = timezone.localdate(now)
    if not today <= until <= today + LONGEST:
        raise UnableToSuperviseError("TODO-042", "要求办结日期须在今天至一年之内")
    with as_system("督办"):
        todo = Todo.objects.select_for_update().get(pk=todo_id)
        if todo.state not in {TodoState.PENDING, TodoState.SUSPENDED}:
            raise UnableToSuperviseError("TODO-041", f"该事项已不在办（{todo.get_state_display()}），不需要督办")
        try:
            with transaction.atomic():
                made = Supervision.objects.create(
                    todo=todo, asked_by=actor, asked_at=now, words=words.strip()[:300], until=until
                )
        except IntegrityError:
            raise UnableToSuperviseError("TODO-043", "该事项已在督办中，请待答复或先解除上一次督办") from None
        Todo.objects.filter(pk=todo.pk).update(supervised=True)
    _write("todo.supervise", actor, reached, after={"words": made.words, "until": until})
    notify(
        receiver=reached.receiver, template="tasks.supervised", sender=actor, about=f"todo:{todo_id}", now=now,
        context={"title": reached.title, "by": actor.display_name, "words": made.words, "until": until},
        url=f"{reverse('tasks:todos')}?tab=supervised",
    )  # fmt: skip
    return made


@transaction.atomic
def answer(*, actor: User, supervision_id: int, text: str, now: datetime) -> Supervision:
    """
    The receiver's answer; it may be mended until the question is closed.

    :raises UnableToSuperviseError: TODO-040 not asked of them, TODO-044 closed
    """
    with as_system("答复督办"):
        found = _locked(supervision_id)
        if found is None or found.todo.receiver_id != actor.pk:
            raise UnableToSuperviseError("TODO-040", "没有这项督办，或不是向您提出的")
        if found.closed_at is not None:
            raise UnableToSuperviseError("TODO-044", "该督办已解除或事项已办结，不需要再答复")
        before = found.answer
        found.answer, found.answered_at, found.answered_by = text.strip()[:300], now, actor
        found.save(update_fields=["answer", "answered_at", "answered_by"])
    _write("todo.answer", actor, found.todo, before={"answer": before}, after={"answer": found.answer})
    notify(
        receiver=found.asked_by, template="tasks.answered", sender=actor, about=f"todo:{found.todo_id}", now=now,
        context={"title": found.todo.title, "by": actor.display_name, "answer": found.answer},
        url=reverse("tasks:asked"),
    )  # fmt: skip
    return found


@transaction.atomic
def lift(*, actor: User, supervision_id: int, now: datetime) -> Supervision:
    """
    Close a question: by who asked, or by another chief within whose reach the receiver is.

    :raises UnableToSuperviseError: TODO-040 out of reach, TODO-044 closed
    """
    with as_system("解除督办"):
        found = _locked(supervision_id)
    if found is None or get_reached(actor, found.todo_id) is None:
        raise UnableToSuperviseError("TODO-040", "没有这项督办，或办理人不在您的管辖范围内")
    if found.closed_at is not None:
        raise UnableToSuperviseError("TODO-044", "该督办已经解除")
    with as_system("解除督办"):
        found.closed_at = now
        found.save(update_fields=["closed_at"])
        Todo.objects.filter(pk=found.todo_id).update(supervised=False)
    _write("todo.lift", actor, found.todo, before={"words": found.words})
    return found


def _locked(supervision_id: int) -> Supervision | None:
    rows = Supervision.objects.select_for_update(of=("self",)).select_related("todo", "asked_by")
    return rows.filter(pk=supervision_id).first()


def _write(verb: str, actor: User, todo: Todo, **sides: dict[str, object]) -> None:
    record(
        verb=verb, request=current_request(), actor=actor, target=f"todo:{todo.pk}", target_name=todo.title, **sides
    )  # fmt: skip
