"""An issue is made of accepted papers, signed off by another, and read from that moment on."""

from typing import Any

import pytest
from django.test import Client

from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.subsystems.publications.choices import Column, IssueState, Kind
from yihu.hub.subsystems.publications.models import Issue, Revision
from yihu.hub.subsystems.publications.selectors.journal import list_issues, list_unplaced
from yihu.hub.subsystems.publications.selectors.shelf import find_readable, list_readable
from yihu.hub.subsystems.publications.services import compiling
from yihu.hub.subsystems.publications.services.publishing import Text, withdraw
from yihu.hub.subsystems.publications.services.refusals import UnableToCompileError
from yihu.hub.subsystems.publications.tests.conftest import NOW, put

pytestmark = pytest.mark.django_db
PAPER = Text(
    title="以数治税的基层实践", body="正文。", summary="摘要。", column=Column.PRACTICE, byline="罗湖税务所 陈某"
)


@pytest.fixture
def paper(author: Any, chief: Any) -> Revision:
    return put(author, chief, PAPER, kind=Kind.PAPER, cited=())


@pytest.fixture
def issue(chief: Any) -> Issue:
    return compiling.open_issue(year=2026, issue_number=1, theme="开年", actor=chief, now=NOW)


def refused(code: str) -> Any:
    return pytest.raises(UnableToCompileError, match=f"（{code}）")


def test_a_paper_is_read_once_its_issue_is_out(
    paper: Revision, issue: Issue, author: Any, chief: Any, stranger: Any, cast: dict[Any, Any]
) -> None:
    director, code = cast[StandardDuty.DIRECTOR], paper.publication.code
    assert not list_readable(author).exists()
    assert find_readable(stranger, code) is None
    assert find_readable(author, code) is not None, "who wrote it may look at it"
    compiling.place(issue=issue, publication=paper.publication, actor=chief, now=NOW)
    with refused("JNL-005"):
        compiling.bring_out(issue=issue, actor=chief, now=NOW)
    assert compiling.bring_out(issue=issue, actor=director, now=NOW).state == IssueState.PUBLISHED
    assert list_readable(author).get().code == code
    assert find_readable(stranger, code) is not None
    with refused("JNL-002"):
        compiling.bring_out(issue=issue, actor=director, now=NOW)
    with refused("JNL-002"):
        compiling.take_out(placement=paper.publication.placement, actor=chief, now=NOW)


def test_empty_twice_and_withdrawn_are_refused(
    paper: Revision, issue: Issue, chief: Any, author: Any, cast: dict[Any, Any]
) -> None:
    with refused("JNL-001"):
        compiling.open_issue(year=2026, issue_number=1, actor=chief, now=NOW)
    with refused("JNL-004"):
        compiling.bring_out(issue=issue, actor=cast[StandardDuty.DIRECTOR], now=NOW)
    answer = put(author, chief)
    with refused("JNL-003"):
        compiling.place(issue=issue, publication=answer.publication, actor=chief, now=NOW)
    compiling.place(issue=issue, publication=paper.publication, actor=chief, now=NOW)
    second = compiling.open_issue(year=2026, issue_number=2, actor=chief, now=NOW)
    with refused("JNL-008"):
        compiling.place(issue=second, publication=paper.publication, actor=chief, now=NOW)
    withdraw(publication=paper.publication, reason="作者撤稿", actor=chief, now=NOW)
    with refused("JNL-008"):
        compiling.bring_out(issue=issue, actor=cast[StandardDuty.DIRECTOR], now=NOW)
    assert not list_unplaced(chief).exists()


def test_readers_do_not_see_what_is_being_compiled(
    issue: Issue, author: Any, chief: Any, client_of: dict[Any, Client]
) -> None:
    assert not list_issues(author).exists()
    assert client_of[StandardDuty.OFFICER].get(f"/publications/journal/{issue.pk}/").status_code == 404
    assert client_of[StandardDuty.SECTION_CHIEF].get(f"/publications/journal/{issue.pk}/").status_code == 200


def test_an_issue_is_compiled_and_signed_on_the_page(
    paper: Revision, client_of: dict[Any, Client], author: Any
) -> None:
    chief, director = client_of[StandardDuty.SECTION_CHIEF], client_of[StandardDuty.DIRECTOR]
    assert chief.post("/publications/journal/new/", {"year": 2026, "issue_number": 3}).status_code == 302
    made = Issue.objects.get()
    here = f"/publications/journal/{made.pk}/"
    chief.post(here + "place/", {"publication": paper.publication.pk})
    assert "以数治税的基层实践" in chief.get(here).content.decode()
    assert "您是本期编辑" in chief.get(here).content.decode()
    chief.post(f"/publications/journal/papers/{made.placements.get().pk}/take-out/")
    assert not made.placements.exists()
    chief.post(here + "place/", {"publication": paper.publication.pk})
    director.post(here + "publish/")
    shown = client_of[StandardDuty.OFFICER].get(f"/publications/read/{paper.publication.code}/").content.decode()
    assert "陈某" in shown
