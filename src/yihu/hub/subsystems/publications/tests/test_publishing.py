"""Two pairs of eyes, law that holds, revisions instead of edits, and taking down with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.subsystems.publications.choices import Kind, State
from yihu.hub.subsystems.publications.models import Law, Publication, Revision
from yihu.hub.subsystems.publications.selectors.shelf import find_readable, list_due, list_readable, state_of
from yihu.hub.subsystems.publications.services.listening import change_law, give_word, settle_word
from yihu.hub.subsystems.publications.services.publishing import Text, confirm_review, withdraw
from yihu.hub.subsystems.publications.services.refusals import UnableToPublishError
from yihu.hub.subsystems.publications.tests.conftest import ANSWER, NOW, OLD, VAT, put

pytestmark = pytest.mark.django_db


def refused(code: str) -> Any:
    return pytest.raises(UnableToPublishError, match=f"（{code}）")


def test_an_answer_is_published_under_a_number_with_its_basis(author: Any, chief: Any) -> None:
    made = put(author, chief)
    assert made.publication.code.startswith("WD2026-")
    assert [str(c) for c in made.citations.all()] == [
        "《中华人民共和国增值税法》（中华人民共和国主席令第四十一号）第二十三条"
    ]
    assert list_readable(author, NOW.date()).get().title == ANSWER.title


def test_the_author_does_not_approve(author: Any, chief: Any) -> None:
    with refused("KB-020"):
        put(author, author)
    made = put(author, chief)
    with pytest.raises(IntegrityError, match="publications_four_eyes"), transaction.atomic():
        Revision.objects.create(
            publication=made.publication, number=2, title="x", body="x", author=author, approver=author,
            published_at=NOW, effective_from=NOW.date(),
        )  # fmt: skip


def test_repealed_law_and_missing_basis_are_refused(author: Any, chief: Any) -> None:
    with refused("KB-012"):
        put(author, chief, cited=(VAT, OLD))
    with refused("KB-014"):
        put(author, chief, cited=())
    assert put(author, chief, kind=Kind.ARTICLE, cited=()).number == 1


def test_postgresql_keeps_the_text_as_it_was_approved(author: Any, chief: Any) -> None:
    made, bare = put(author, chief), put(author, chief, kind=Kind.ARTICLE, cited=())
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        Revision.objects.filter(pk=made.pk).update(body="改了")
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        Revision.objects.filter(pk=bare.pk).delete()
    made.refresh_from_db()
    assert made.body == ANSWER.body


def test_a_revision_takes_the_place_from_its_first_day(author: Any, chief: Any) -> None:
    first = put(author, chief)
    text = Text(title="起征点（2026 年 7 月起）", question="问", body="新的答复。")
    second = put(author, chief, text, revises=first.publication.code, effective_from=date(2026, 7, 1))
    first.refresh_from_db()
    assert (second.number, first.effective_to) == (2, date(2026, 7, 1))
    assert list_readable(author, date(2026, 6, 30)).get().title == ANSWER.title
    assert list_readable(author, date(2026, 7, 1)).get().title == text.title
    assert state_of(first, 2, date(2026, 7, 1)) == State.SUPERSEDED
    assert state_of(second, 2, date(2026, 6, 30)) == State.SCHEDULED
    with refused("KB-013"):
        put(author, chief, text, revises=first.publication.code, effective_from=date(2026, 6, 1))
    with refused("KB-011"):
        put(author, chief, text, kind=Kind.ARTICLE, revises=first.publication.code)


def test_taking_down_needs_reach_and_a_reason_and_happens_once(author: Any, chief: Any, stranger: Any) -> None:
    made = put(author, chief, effective_from=timezone.localdate())
    asked = {"publication": made.publication, "now": timezone.now()}
    with refused("KB-010"):
        withdraw(reason="与新法不符", actor=stranger, **asked)
    with refused("KB-022"):
        withdraw(reason="  ", actor=chief, **asked)
    withdraw(reason="与新法不符", actor=chief, **asked)
    assert not list_readable(author).exists()
    with refused("KB-021"):
        withdraw(reason="再来", actor=chief, **asked)


def test_a_repealed_law_brings_what_cites_it_to_review(author: Any, chief: Any, stranger: Any) -> None:
    made = put(author, chief)
    today = timezone.localdate()
    Publication.objects.update(review_on=today + timedelta(days=30))
    assert not list_due(chief, today).exists()
    change_law(law=Law.objects.get(title=VAT.title), actor=chief, now=timezone.now(), valid_to=today)
    assert list_due(chief, today).get() == made.publication
    assert not list_due(stranger, today).exists(), "another office's text is another office's to review"
    asked = {"publication": made.publication, "actor": chief, "now": timezone.now()}
    with refused("KB-012"):
        confirm_review(until=today + timedelta(days=30), **asked)
    change_law(law=Law.objects.get(title=VAT.title), actor=chief, now=timezone.now(), valid_to=None)
    with refused("KB-013"):
        confirm_review(until=today, **asked)
    confirm_review(until=today + timedelta(days=30), **asked)
    assert not list_due(chief, today + timedelta(days=29)).exists()
    assert list_due(chief, today + timedelta(days=30)).exists()


def test_a_reader_below_the_label_finds_nothing(author: Any, chief: Any) -> None:
    made = put(author, chief, label=Label.SENSITIVE)
    assert not list_readable(author, NOW.date()).exists()
    assert find_readable(author, made.publication.code) is None
    assert list_readable(chief, NOW.date()).exists()


def test_not_helpful_says_why_and_waits_until_it_is_settled(author: Any, chief: Any, stranger: Any) -> None:
    made = put(author, chief)
    asked = {"revision": made, "reader": author, "now": NOW}
    with refused("KB-022"):
        give_word(is_helpful=False, words=" ", **asked)
    word = give_word(is_helpful=False, words="没有说季度申报怎么算", **asked)
    with refused("KB-010"):
        settle_word(feedback=word, answer="已改", actor=stranger, now=NOW)
    settle_word(feedback=word, answer="已在第二版补充", actor=chief, now=NOW)
    with refused("KB-023"):
        settle_word(feedback=word, answer="再改", actor=chief, now=NOW)
    again = give_word(is_helpful=False, words="还是不清楚", **asked)
    assert (again.pk, again.settled_at) == (word.pk, None)
