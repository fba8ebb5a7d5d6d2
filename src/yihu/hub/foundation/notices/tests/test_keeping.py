"""Pages of the keeper: what goes out, templates and their versions, the simulator."""

from typing import Any

import pytest
from django.test import Client

from yihu.hub.base.history import kept_models
from yihu.hub.foundation.notices.adapters.sms import LoopbackGateway
from yihu.hub.foundation.notices.api import Channel, notify, send_sms
from yihu.hub.foundation.notices.choices import Failure, State
from yihu.hub.foundation.notices.models import Delivery, IncomingSms, Notice, Wording
from yihu.hub.foundation.notices.services.delivering import deliver_due
from yihu.hub.foundation.notices.tests.conftest import NOON, TEMPLATE, give_address
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract, OpensForHolders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("channels")]
KEEPER = frozenset({"OPERATOR"})
WORDS = {
    "title": "待办提醒：{title}",
    "body": "请办理“{title}”。",
    "sms": "",
    "channels": ["EMAIL"],
    "reason": "改简短",
}


@pytest.fixture
def desk(client_of: dict[StandardDuty, Client]) -> Client:
    return client_of[StandardDuty.OPERATOR]


class TestChannels(ListContract):
    address = "/notices/channels/"
    holders = KEEPER


class TestTemplates(OpensForHolders):
    address = "/notices/channels/templates/"
    holders = KEEPER


class TestTemplate(FormContract):
    address = f"/notices/channels/templates/{TEMPLATE}/"
    holders = KEEPER
    needed = frozenset({"title", "body", "reason"})


class TestSimulator(OpensForHolders):
    address = "/notices/channels/simulator/"
    holders = KEEPER


def send(officer: Any, text: str = "您有新待办") -> Delivery:
    number = send_sms(number_of=officer, text=text, kind="TASK", now=NOON)
    deliver_due(senders={Channel.SMS: LoopbackGateway()}, clock=lambda: NOON)
    return Delivery.objects.get(pk=number)


def test_the_keeper_sees_states_and_neither_numbers_nor_words(desk, officer) -> None:
    give_address(officer)
    send(officer, "请假事由很私密")
    page = desk.get("/notices/channels/").content.decode()
    assert "138****5678" in page
    assert "已发出" in page
    assert "私密" not in page
    exported = b"".join(desk.get("/notices/channels/?export=csv").streaming_content).decode("utf-8-sig")
    assert "私密" not in exported
    assert "13812345678" not in exported + page


def test_a_failed_one_can_be_sent_again_from_the_page(desk, officer) -> None:
    give_address(officer)
    one = send(officer)
    Delivery.objects.update(state=State.FAILED, failure=Failure.UNREACHABLE, detail="短信网关无应答：TimeoutError")
    assert "通道多次无应答（NOT-004）" in desk.get("/notices/channels/").content.decode()
    desk.post(f"/notices/channels/{one.pk}/again/")
    assert Delivery.objects.get().state == State.QUEUED
    assert desk.post("/notices/channels/999999/again/").status_code == 404


def test_other_words_hold_from_the_next_notice_on_and_every_version_is_kept(desk, officer) -> None:
    notify(receiver=officer, template=TEMPLATE, context={"title": "请假"}, now=NOON)
    assert desk.post(f"/notices/channels/templates/{TEMPLATE}/", WORDS).status_code == 302
    desk.post(f"/notices/channels/templates/{TEMPLATE}/", {**WORDS, "title": "{title}待您办理"})
    notify(receiver=officer, template=TEMPLATE, context={"title": "请假"}, now=NOON)
    assert list(Notice.objects.order_by("pk").values_list("title", flat=True)) == ["新待办：请假", "请假待您办理"]
    assert Wording.objects.get().version == 2
    desk.post(f"/notices/channels/templates/{TEMPLATE}/restore/", {"reason": "用回原来的"})
    notify(receiver=officer, template=TEMPLATE, context={"title": "请假"}, now=NOON)
    assert Notice.objects.latest("pk").title == "新待办：请假"
    event = kept_models()[Wording].event
    assert list(event.objects.order_by("pgh_id").values_list("version", flat=True)) == [1, 2, 3]
    page = desk.get(f"/notices/channels/templates/{TEMPLATE}/").content.decode()
    assert "待办提醒：{title} → {title}待您办理" in page


@pytest.mark.parametrize(
    "fault", [{"title": "{nothing}"}, {"body": "{title.__class__}"}, {"body": "{{title}}"}, {"channels": ["SMS"]}]
)
def test_words_that_could_not_be_sent_are_refused_and_kept_in_the_form(desk, fault: dict[str, Any]) -> None:
    answer = desk.post(f"/notices/channels/templates/{TEMPLATE}/", {**WORDS, **fault})
    assert answer.status_code == 422
    assert "NOT-060" in answer.content.decode()
    assert not Wording.objects.exists()


def test_the_simulator_answers_in_the_phones_name(desk, officer) -> None:
    give_address(officer)
    one = send(officer)
    assert "您有新待办" in desk.get("/notices/channels/simulator/").content.decode()
    answer = desk.post(f"/notices/channels/simulator/{one.pk}/reply/", {"text": "Y 7K3Q9A"})
    assert answer.status_code == 302
    row = IncomingSms.objects.get()
    assert (row.user, row.text, row.gateway) == (officer, "Y 7K3Q9A", "loopback")


def test_beside_a_real_gateway_there_is_no_simulator(desk, officer, settings) -> None:
    give_address(officer)
    one = send(officer)
    settings.SMS_GATEWAY = "http"
    assert desk.get("/notices/channels/simulator/").status_code == 404
    assert desk.post(f"/notices/channels/simulator/{one.pk}/reply/", {"text": "Y"}).status_code == 404
    assert not IncomingSms.objects.exists()
