"""The reading pages and those of the editors."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract, OpensForHolders
from yihu.hub.subsystems.publications.models import Feedback, Law, Publication, Revision
from yihu.hub.subsystems.publications.services.listening import give_word
from yihu.hub.subsystems.publications.services.publishing import Text
from yihu.hub.subsystems.publications.tests.conftest import ANSWER, NOW, put

pytestmark = pytest.mark.django_db
EVERYBODY = frozenset(duty.value for duty in StandardDuty)
KEEPERS = frozenset({"SECTION_CHIEF", "DIRECTOR"})


@pytest.fixture(autouse=True)
def published(author: Any, chief: Any) -> Revision:
    made = put(author, chief)
    give_word(revision=made, is_helpful=False, words="没有例子", reader=author, now=NOW)
    Publication.objects.update(review_on=timezone.localdate())
    return made


class TestShelf(OpensForHolders):
    address = "/publications/"
    holders = EVERYBODY


class TestJournal(OpensForHolders):
    address = "/publications/journal/"
    holders = EVERYBODY


class TestKept(ListContract):
    address = "/publications/kept/"
    holders = KEEPERS


class TestDue(ListContract):
    address = "/publications/due/"
    holders = KEEPERS


class TestWords(ListContract):
    address = "/publications/words/"
    holders = KEEPERS


class TestLaws(ListContract):
    address = "/publications/laws/"
    holders = KEEPERS


class TestNewIssue(FormContract):
    address = "/publications/journal/new/"
    holders = KEEPERS
    needed = frozenset({"year", "issue_number"})


def test_it_is_found_read_and_rated(client_of: dict[Any, Client], published: Revision) -> None:
    client = client_of[StandardDuty.OFFICER]
    assert ANSWER.title in client.get("/publications/?q=起征点").content.decode()
    assert "没有找到" in client.get("/publications/?q=出口退税").content.decode()
    here = f"/publications/read/{published.publication.code}/"
    shown = client.get(here).content.decode()
    assert "《中华人民共和国增值税法》" in shown
    client.post(here + "word/", {"is_helpful": "0", "words": ""}, follow=True)
    assert Feedback.objects.get().words == "没有例子", "a word without a reason replaces nothing"
    client.post(here + "word/", {"is_helpful": "1"})
    assert Feedback.objects.get().is_helpful is True
    assert Publication.objects.get().reads >= 1


def test_nonsense_in_the_search_falls_back(client_of: dict[Any, Client]) -> None:
    for query in ("?q=%00", "?kind=XX&topic=YY&page=x", "?q=" + "税" * 500, "?page=-3"):
        assert client_of[StandardDuty.OFFICER].get("/publications/" + query).status_code == 200


def test_html_in_a_text_stays_text(client_of: dict[Any, Client], author: Any, chief: Any) -> None:
    made = put(author, chief, Text(title="<b>题</b>", question="<script>x</script>", body="<img src=x onerror=y>"))
    shown = client_of[StandardDuty.OFFICER].get(f"/publications/read/{made.publication.code}/").content.decode()
    assert "<img src=x" not in shown
    assert "&lt;img src=x onerror=y&gt;" in shown
    assert "&lt;script&gt;" in shown


def test_an_editor_takes_down_and_the_reader_sees_why(client_of: dict[Any, Client], published: Revision) -> None:
    here = f"/publications/read/{published.publication.code}/"
    chief, officer = client_of[StandardDuty.SECTION_CHIEF], client_of[StandardDuty.OFFICER]
    assert officer.post(here + "withdraw/", {"reason": "我要撤下", "sure": "on"}).status_code == 403
    assert chief.post(here + "withdraw/", {"reason": "与新法不符"}).status_code == 422
    assert chief.post(here + "withdraw/", {"reason": "与新法不符", "sure": "on"}).status_code == 302
    shown = officer.get(here).content.decode()
    assert "与新法不符" in shown
    assert ANSWER.body[:10] not in shown


def test_another_offices_editor_does_not_find_it(stranger: Any, published: Revision) -> None:
    client = Client()
    client.force_login(stranger)
    here = f"/publications/read/{published.publication.code}/"
    assert client.get(here).status_code == 200
    assert client.get(here + "withdraw/").status_code == 404
    assert client.get(here + "review/").status_code == 404
    assert client.get(f"/publications/words/{Feedback.objects.get().pk}/").status_code == 404


def test_reviewing_and_answering(client_of: dict[Any, Client], published: Revision) -> None:
    client = client_of[StandardDuty.SECTION_CHIEF]
    until = (timezone.localdate() + timedelta(days=90)).isoformat()
    assert (
        client.post(
            f"/publications/read/{published.publication.code}/review/", {"until": until, "sure": "on"}
        ).status_code
        == 302
    )
    assert client.post(f"/publications/words/{Feedback.objects.get().pk}/", {"answer": "已补例子"}).status_code == 302
    assert (
        "已补例子"
        in client_of[StandardDuty.OFFICER].get(f"/publications/read/{published.publication.code}/").content.decode()
    )
    law = Law.objects.get()
    given = {"document_number": law.document_number, "valid_from": "2026-01-01", "valid_to": "2025-01-01"}
    assert client.post(f"/publications/laws/{law.pk}/", given).status_code == 422
