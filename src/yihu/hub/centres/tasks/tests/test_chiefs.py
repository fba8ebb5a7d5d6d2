"""Supervision and handing over, within a chief's reach and nowhere else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.models import Supervision
from yihu.hub.centres.tasks.services.handing import hand_over
from yihu.hub.centres.tasks.services.refusals import UnableToHandOverError, UnableToSuperviseError
from yihu.hub.centres.tasks.services.supervising import answer, lift, supervise
from yihu.hub.centres.tasks.tests.conftest import ROOM, put, stored
from yihu.hub.conftest import appointed
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.services.leaving import leave_for_good

pytestmark = pytest.mark.django_db
UNTIL = timezone.localdate() + timedelta(days=3)


@pytest.fixture
def stranger(offices, cast):
    return appointed(StandardDuty.OFFICER, offices["west"], "stranger")


def test_a_question_an_answer_and_its_end(room, officer, chief, client_for) -> None:
    todo = put(officer, "a")
    page = client_for(chief).post(
        f"/tasks/supervise/{todo.pk}/ask/", {"words": "请说明未办结的原因", "until": UNTIL}, follow=True
    )
    assert "已向" in page.content.decode()
    assert stored(pk=todo.pk).supervised
    mine = client_for(officer).get("/tasks/?tab=supervised")
    assert "请说明未办结的原因" in mine.content.decode()
    one = Supervision.objects.get()
    answered = client_for(officer).post(f"/tasks/supervisions/{one.pk}/answer/", {"text": "材料明日到齐，后天办结"})
    assert answered.status_code == 302
    assert "材料明日到齐" in client_for(chief).get("/tasks/supervise/asked/").content.decode()
    client_for(chief).post(f"/tasks/supervisions/{one.pk}/lift/")
    assert not stored(pk=todo.pk).supervised
    verbs = set(AccessRecord.objects.filter(target=f"todo:{todo.pk}").values_list("verb", flat=True))
    assert {"todo.supervise", "todo.answer", "todo.lift"} <= verbs


def test_a_question_ends_with_its_todo(room, officer, chief) -> None:
    todo = put(officer, "a")
    supervise(actor=chief, todo_id=todo.pk, words="请尽快办理", until=UNTIL, now=timezone.now())
    with pytest.raises(UnableToSuperviseError, match="TODO-043"):
        supervise(actor=chief, todo_id=todo.pk, words="请尽快办理", until=UNTIL, now=timezone.now())
    api.settle_todo(source=ROOM, key="a", stamp=2, now=timezone.now())
    one = Supervision.objects.get()
    assert one.closed_at is not None
    for code, refused in (
        ("TODO-044", lambda: answer(actor=officer, supervision_id=one.pk, text="已办", now=timezone.now())),
        ("TODO-044", lambda: lift(actor=chief, supervision_id=one.pk, now=timezone.now())),
        ("TODO-041", lambda: supervise(actor=chief, todo_id=todo.pk, words="再问", until=UNTIL, now=timezone.now())),
    ):
        with pytest.raises(UnableToSuperviseError, match=code):
            refused()


def test_beyond_reach_or_clearance_there_is_nothing(room, officer, stranger, chief, client_for) -> None:
    outside, secret = put(stranger, "w"), put(officer, "s", label=Label.IMPORTANT)
    near = put(officer, "n")
    client = client_for(chief)
    listed = {row["key"] for row in client.get("/tasks/supervise/").context["rows"]}
    assert listed == {near.pk}
    assert client.get(f"/tasks/supervise/{near.pk}/").status_code == 200
    assert AccessRecord.objects.filter(verb="todo.view").count() == 2, "the list and the one"
    for todo in (outside, secret):
        assert client.get(f"/tasks/supervise/{todo.pk}/").status_code == 404
        assert client.post(f"/tasks/supervise/{todo.pk}/ask/", {"words": "请说明", "until": UNTIL}).status_code == 404
        with pytest.raises(UnableToSuperviseError, match="TODO-040"):
            supervise(actor=chief, todo_id=todo.pk, words="请说明", until=UNTIL, now=timezone.now())
    yesterday = UNTIL - timedelta(days=9)
    with pytest.raises(UnableToSuperviseError, match="TODO-042"):
        supervise(actor=chief, todo_id=near.pk, words="请说明", until=yesterday, now=timezone.now())


def test_only_who_was_asked_answers(room, officer, colleague, chief, client_for) -> None:
    todo = put(officer, "a")
    one = supervise(actor=chief, todo_id=todo.pk, words="请尽快办理", until=UNTIL, now=timezone.now())
    assert client_for(colleague).get(f"/tasks/supervisions/{one.pk}/answer/").status_code == 404
    with pytest.raises(UnableToSuperviseError, match="TODO-040"):
        answer(actor=colleague, supervision_id=one.pk, text="我来答", now=timezone.now())
    with pytest.raises(UnableToSuperviseError, match="TODO-040"):
        lift(actor=officer, supervision_id=one.pk, now=timezone.now())


def test_open_work_goes_over_and_what_is_refused_stays(room, outside, officer, colleague, chief, client_for) -> None:
    put(officer, "a")
    put(officer, "b", state=api.SUSPENDED)
    put(officer, "c")
    put(officer, "d", source="oa", url="")
    put(officer, "e")
    api.settle_todo(source=ROOM, key="e", stamp=2, now=timezone.now())
    room.refuses["c"] = "该环节不允许转办"
    said = {"giver": officer.username, "receiver": colleague.username, "reason": "调岗"}
    page = client_for(chief).post("/tasks/supervise/hand-over/", said, follow=True).content.decode()
    assert "2 件移交给" in page
    assert "该环节不允许转办" in page
    assert "TODO-032" in page
    assert stored(key="a", receiver=officer).state == api.WITHDRAWN
    assert stored(key="a", receiver=colleague).state == api.PENDING
    assert stored(key="c", receiver=officer).state == api.PENDING
    assert AccessRecord.objects.get(verb="todo.hand-over").detail["count"] == 2


def test_nobody_hands_over_beyond_reach(room, officer, stranger, chief) -> None:
    put(officer, "a")
    said = {"reason": "调岗", "now": timezone.now()}
    for code, giver, receiver in (
        ("TODO-030", officer, stranger),
        ("TODO-030", stranger, officer),
        ("TODO-031", officer, officer),
    ):
        with pytest.raises(UnableToHandOverError, match=code):
            hand_over(actor=chief, giver=giver, receiver=receiver, **said)
    assert stored(key="a").state == api.PENDING


def test_a_leavers_work_is_found_and_handed_over(room, officer, colleague, chief, cast, client_for) -> None:
    todo = put(officer, "a")
    leave_for_good(
        actor=cast[StandardDuty.SYSTEM_ADMIN], now=timezone.now(), user=officer, effective_on=timezone.localdate(),
        reason="调出",
    )  # fmt: skip
    found = client_for(chief).get("/tasks/supervise/?gone=1")
    assert [row["key"] for row in found.context["rows"]] == [todo.pk]
    officer.refresh_from_db()
    assert hand_over(actor=chief, giver=officer, receiver=colleague, reason="离岗", now=timezone.now()).moved == 1
    assert stored(key="a", receiver=colleague).state == api.PENDING
