"""One's own lists: what stands in each, in which order, what is opened and noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.choices import Urgency
from yihu.hub.centres.tasks.models import Source
from yihu.hub.centres.tasks.tests.conftest import ROOM, put, stored
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Delegation
from yihu.hub.screens.testing import ListContract

pytestmark = pytest.mark.django_db
EVERYBODY = frozenset(StandardDuty)


class TestTodos(ListContract):
    address = "/tasks/"
    holders = EVERYBODY
    queries = 26


class TestSupervisedByMe(ListContract):
    address = "/tasks/supervise/"
    holders = frozenset({StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR})


class TestAsked(ListContract):
    address = "/tasks/supervise/asked/"
    holders = frozenset({StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR})


def titles(answer: object) -> list[str]:
    return [row["cells"][0]["value"].rsplit(" ", 1)[-1] for row in answer.context["rows"]]


def test_pending_comes_by_limit_and_urgency(room, officer, client_for) -> None:
    now = timezone.now()
    put(officer, "later", due_at=now + timedelta(days=5))
    put(officer, "none", now=now)
    put(officer, "late", due_at=now - timedelta(days=1))
    put(officer, "pressing", due_at=now + timedelta(days=6), urgency=Urgency.EXTRA)
    put(officer, "read", state=api.TO_READ)
    answer = client_for(officer).get("/tasks/")
    assert titles(answer) == ["late", "pressing", "later", "none"]
    body = answer.content.decode()
    assert "超期 1 天" in body
    assert "特急" in body
    assert [one["count"] for one in answer.context["strip"]][:2] == [4, 1]
    assert titles(client_for(officer).get("/tasks/?due=overdue")) == ["late"]
    assert titles(client_for(officer).get("/tasks/?q=C-lat")) == ["later", "late"][::-1]


def test_each_tab_holds_its_own(room, officer, chief, client_for) -> None:
    put(officer, "a")
    put(officer, "b", state=api.TO_READ)
    put(officer, "c", state=api.COPY)
    put(officer, "d")
    put(officer, "e", case_number="C-e")
    put(officer, "f", state=api.SUSPENDED)
    put(chief, "g", initiator=officer)
    api.settle_todo(source=ROOM, key="d", stamp=2, now=timezone.now(), verdict="同意")
    api.settle_todo(source=ROOM, key="e", stamp=2, now=timezone.now(), verdict="同意")
    api.settle_all(source=ROOM, case_number="C-e", stamp=3, now=timezone.now())
    client = client_for(officer)
    expected = {
        "pending": ["a"], "to_read": ["b"], "copies": ["c"], "done": ["d"], "finished": ["e"], "suspended": ["f"],
        "initiated": ["g"],
    }  # fmt: skip
    for tab, keys in expected.items():
        answer = client.get(f"/tasks/?tab={tab}")
        assert titles(answer) == keys, tab
        counted = {one["tab"].key: one["count"] for one in answer.context["strip"]}
        assert counted[tab] == len(keys), tab


def test_what_i_started_has_one_row_a_case(room, officer, chief, colleague, client_for) -> None:
    put(chief, "one", initiator=officer, case_number="C1", node="科长审批")
    put(colleague, "two", initiator=officer, case_number="C1", node="会签")
    api.settle_todo(source=ROOM, key="two", stamp=2, now=timezone.now())
    put(chief, "three", initiator=officer, case_number="C2")
    api.settle_todo(source=ROOM, key="three", stamp=2, now=timezone.now())
    put(colleague, "four", initiator=officer, case_number="C2")
    api.settle_todo(source=ROOM, key="four", stamp=2, now=timezone.now())
    found = titles(client_for(officer).get("/tasks/?tab=initiated"))
    assert sorted(found) == ["four", "one"]


def test_opening_notes_the_reading_and_leads_there(room, officer, colleague, client_for) -> None:
    todo = put(officer, "a", state=api.TO_READ)
    assert client_for(colleague).get(f"/tasks/{todo.pk}/open/").status_code == 404
    assert client_for(colleague).get(f"/tasks/{todo.pk}/").status_code == 404
    answer = client_for(officer).get(f"/tasks/{todo.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/cases/a/")
    found = stored(pk=todo.pk)
    assert (found.state, found.verdict) == (api.DONE, "已阅")
    copy = put(officer, "b", state=api.COPY)
    client_for(officer).get(f"/tasks/{copy.pk}/open/")
    assert (stored(pk=copy.pk).state, stored(pk=copy.pk).read_at is None) == (api.COPY, False)


def test_a_host_that_was_removed_opens_no_more(outside, officer, client_for) -> None:
    todo = put(officer, "a", source="oa", url="https://oa.example.gov.cn/doc/1")
    client = client_for(officer)
    assert client.get(f"/tasks/{todo.pk}/open/")["Location"] == "https://oa.example.gov.cn/doc/1"
    Source.objects.filter(code="oa").update(hosts=[])
    answer = client.get(f"/tasks/{todo.pk}/open/", follow=True)
    assert "不能打开" in answer.content.decode()
    assert answer.redirect_chain == [(f"/tasks/{todo.pk}/", 302)]


def test_ticked_ones_are_marked_read_and_others_passed_over(room, officer, colleague, client_for) -> None:
    mine, theirs = put(officer, "a", state=api.TO_READ), put(colleague, "b", state=api.TO_READ)
    answer = client_for(officer).post(
        "/tasks/read/?tab=to_read", {"row": [mine.pk, theirs.pk, "x", 10**15]}, follow=True
    )
    assert "已标为已阅 1 件" in answer.content.decode()
    assert stored(pk=mine.pk).state == api.DONE
    assert stored(pk=theirs.pk).state == api.TO_READ


def test_the_work_of_whom_one_stands_in_for_says_so(room, officer, colleague, client_for) -> None:
    today = timezone.localdate()
    Delegation.objects.create(
        giver=officer, receiver=colleague, valid_from=today, valid_to=today + timedelta(days=2), reason="出差",
        takes_present_tasks=True, made_at=timezone.now(),
    )  # fmt: skip
    lent, own = put(officer, "lent", state=api.PENDING), put(colleague, "own")
    page = client_for(colleague).get("/tasks/")
    assert sorted(titles(page)) == ["lent", "own"]
    assert f"代 {officer.display_name}" in page.content.decode()
    assert titles(client_for(colleague).get(f"/tasks/?who={officer.username}")) == ["lent"]
    assert titles(client_for(colleague).get(f"/tasks/?who={colleague.username}")) == ["own"]
    assert "代他人办理 1 件" in client_for(colleague).get("/tasks/day/").content.decode()
    client_for(colleague).get(f"/tasks/{lent.pk}/open/")
    assert stored(pk=lent.pk).read_at is None, "a stand-in reads for nobody"
    assert own.pk != lent.pk


def test_the_badge_and_the_day_say_what_waits(room, officer, client_for) -> None:
    client = client_for(officer)
    assert client.get("/tasks/badge/").content.decode().strip() == ""
    now = timezone.now()
    put(officer, "late", due_at=now - timedelta(hours=30), now=now)
    put(officer, "soon", due_at=now + timedelta(days=2), now=now)
    assert "is-late" in client.get("/tasks/badge/").content.decode()
    day = client.get("/tasks/day/")
    assert day.context["day"] == {"overdue": 1, "today": 0, "week": 1, "new": 2}
    assert 'hx-get="/tasks/badge/"' in client.get("/").content.decode()
