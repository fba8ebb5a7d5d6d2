"""Pages of processes: who reads and acts, what the form offers, what managers do."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.models import Act, Incident
from yihu.hub.centres.workflow.tests.bpmn import END, START, flow, line, node, process, user
from yihu.hub.centres.workflow.tests.conftest import Play
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.screens.testing import ListContract

TWO = line(user("a", "zhang"), user("b", "li"))
pytestmark = pytest.mark.django_db


def client_for(person: Any) -> Client:
    found = Client()
    found.force_login(person)
    return found


@pytest.fixture
def at(people: SimpleNamespace) -> Any:
    return lambda name: client_for(getattr(people, name))


class TestInstances(ListContract):
    address = "/processes/"
    holders = frozenset({"DIRECTOR"})


class TestVersions(ListContract):
    address = "/processes/versions/"
    holders = frozenset({"DIRECTOR"})


def test_the_managers_list_shows_where_it_stands(play: Play, at: Any) -> None:
    play.start(TWO)
    shown = at("director").get("/processes/").content.decode()
    assert "环节a" in shown
    assert "zhang" in shown
    assert "一件测试" in shown
    assert "一件测试" not in at("director").get("/processes/?overdue=1").content.decode()


def test_who_reads_one(play: Play, at: Any, web_role: None) -> None:
    play.start(TWO)
    address = f"/processes/{play.instance.pk}/"
    seen = {
        name for name in ("sun", "zhang", "li", "chief", "director", "qian") if at(name).get(address).status_code == 200
    }
    assert seen == {"sun", "zhang", "director"}
    at("zhang").post(f"/processes/places/{play.place('zhang').pk}/act/", {"verb": "agree", "revision": 1})
    assert at("li").get(address).status_code == 200
    assert AccessRecord.objects.filter(verb="process.view", target=f"process:{play.instance.pk}").exists()


def test_each_verb_by_one_form(play: Play, at: Any, web_role: None) -> None:
    play.start(line(user("a", "zhang"), user("b", "li", mode="all")))

    def send(name: str, verb: str, **more: str) -> Any:
        pk = play.place(name).pk
        return at(name).post(f"/processes/places/{pk}/act/", {"verb": verb, "revision": "1", **more}, follow=True)

    assert send("zhang", "agree", opinion="属实").status_code == 200
    send("li", "add_sign", person_1="wang 王", person_2="zhao", place="BEFORE")
    assert play.waiting() == {"b": ["wang", "zhao"]}
    send("wang", "delegate", person_1="qian")
    send("qian", "agree", opinion="可以")
    send("wang", "transfer", person_1="qian")
    assert play.waiting() == {"b": ["zhao", "qian"]}
    send("zhao", "agree")
    send("qian", "agree")
    answer = send("li", "return_to", node_id="a", way="straight", opinion="金额不符")
    assert play.waiting() == {"a": ["zhang"]}
    shown = at("zhang").get(f"/processes/{play.instance.pk}/").content.decode()
    assert "金额不符" in shown
    assert answer.status_code == 200
    send("zhang", "agree")
    assert play.waiting() == {"b": ["li"]}
    send("li", "agree")
    assert play.state == "COMPLETED"


def test_a_refusal_stands_above_the_form_with_what_was_typed(play: Play, at: Any) -> None:
    play.start(TWO)
    address = f"/processes/places/{play.place('zhang').pk}/act/"
    answer = at("zhang").post(address, {"verb": "transfer", "person_1": "zhang", "opinion": "请代办", "revision": "1"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "BPM-513" in shown
    assert "请代办" in shown
    stale = at("zhang").post(address, {"verb": "agree", "revision": "9"})
    assert "TASK-012" in stale.content.decode()
    assert at("qian").post(address, {"verb": "agree", "revision": "1"}).status_code == 404
    assert play.waiting() == {"a": ["zhang"]}


def test_the_initiator_urges_copies_and_withdraws(play: Play, at: Any, web_role: None) -> None:
    play.start(TWO)
    base = f"/processes/{play.instance.pk}/"
    assert at("sun").post(base + "urge/", {"opinion": ""}).status_code == 302
    assert "BPM-530" in at("sun").post(base + "urge/", {"opinion": ""}).content.decode()
    at("sun").post(base + "copy/", {"person_1": "qian"})
    assert at("qian").get(base).status_code == 200
    assert at("qian").post(base + "withdraw/", {"sure": "on"}).status_code == 404
    assert at("sun").post(base + "withdraw/", {}).status_code == 422
    at("sun").post(base + "withdraw/", {"sure": "on", "opinion": "填错"})
    assert play.state == "WITHDRAWN"


def test_managers_hold_reassign_and_end(play: Play, at: Any, web_role: None) -> None:
    play.start(TWO)
    base, boss = f"/processes/{play.instance.pk}/", at("director")
    boss.post(base + "suspend/", {"reason": "核查"})
    assert play.state == "SUSPENDED"
    boss.post(base + "resume/", {"reason": "核查完毕"})
    place = play.place("zhang").pk
    boss.post(f"/processes/places/{place}/reassign/", {"receiver": "wang", "reason": "调岗"})
    assert play.waiting() == {"a": ["wang"]}
    assert "改派给" in boss.get(f"/processes/places/{play.place('wang').pk}/reassign/").content.decode()
    boss.post(base + "terminate/", {"reason": "重复", "sure": "on"})
    assert play.state == "TERMINATED"
    with as_system("试验"):
        told = list(Act.objects.filter(instance=play.instance).order_by("number").values_list("verb", flat=True))
    assert told == ["start", "suspend", "resume", "reassign", "terminate", "end"]


def test_an_incident_is_shown_and_tried_again(play: Play, at: Any, services: Any) -> None:
    api.register_service("test.late", lambda **_: 1 / 0)
    xml = process(
        START, END, node("serviceTask", "x", handler="test.late"), user("a", "zhang"), flow("s", "x", "a", "e")
    )
    play.start(xml)
    boss, incident = at("director"), Incident.objects.get()
    assert "流程停住" in boss.get(f"/processes/{play.instance.pk}/").content.decode()
    assert "一件测试" in boss.get("/processes/?incident=1").content.decode()
    api.register_service("test.late", lambda **_: None)
    boss.post(f"/processes/incidents/{incident.pk}/retry/")
    assert play.waiting() == {"a": ["zhang"]}


def test_moving_to_a_new_version_is_tried_before(play: Play, at: Any) -> None:
    play.start(TWO)
    stays = play.instance
    play.act("zhang", "agree")
    play.start(TWO)
    target = api.freeze_process(
        key="test", xml=line(user("a", "zhang"), user("c", "li")), roles={}, actor=None, now=play.now
    )
    boss, address = at("director"), f"/processes/versions/{stays.version_id}/migrate/{target.pk}/"
    shown = boss.get(address).content.decode()
    assert "“环节b”在新版本里没有了" in shown
    assert "迁移 1 件" in shown
    assert boss.post(address, {}).status_code == 422
    boss.post(address, {"sure": "on"})
    stays.refresh_from_db()
    play.instance.refresh_from_db()
    assert (stays.version_id != target.pk, play.instance.version_id) == (True, target.pk)


def test_suggestions_stay_near(at: Any) -> None:
    assert "zhang" in at("li").get("/processes/people/suggest/?person_1=zh").content.decode()
