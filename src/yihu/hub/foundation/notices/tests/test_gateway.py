"""The HTTP gateway against a real server, and what a gateway hands in."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from yihu.hub.foundation.notices.adapters.sms import HttpGateway, LoopbackGateway, gateway_in_force, signature
from yihu.hub.foundation.notices.choices import Channel, State
from yihu.hub.foundation.notices.models import Delivery, IncomingSms
from yihu.hub.foundation.notices.services.delivering import Outgoing, RefusedError, SendingError
from yihu.hub.foundation.notices.tests.conftest import NOON, PHONE, give_address

WHOLE = {"YIHU_SMS_GATEWAY": "http", "YIHU_SMS_KEY": "k", "YIHU_SMS_SECRET": "s"}
MESSAGE = Outgoing("yihu-7", PHONE, "", ("您有新待办",))


@pytest.fixture
def server(settings: Any) -> Iterator[Any]:
    """Takes requests, checks nothing, answers as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.asked.append((self.path, dict(self.headers), body))
            time.sleep(self.server.pause)
            self.send_response(self.server.status)
            if self.server.status == 302:
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.end_headers()
            self.wfile.write(self.server.answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.asked, found.status, found.answer, found.pause = [], 200, b'{"msgid": "g-1"}', 0
    threading.Thread(target=found.serve_forever, daemon=True).start()
    settings.SMS_GATEWAY, settings.SMS_URL = "http", f"http://127.0.0.1:{found.server_port}/v1/send"
    settings.SMS_KEY, settings.SMS_SECRET = "yihu", "s3cret"
    settings.SMS_FIELDS = "to=mobile,text=content,reference=msgid"
    yield found
    found.shutdown()


def test_one_sms_is_one_signed_request_in_the_gateways_own_words(server) -> None:
    assert HttpGateway(clock=lambda: 1_800_000_000.5).send(MESSAGE) == "g-1"
    [(path, headers, body)] = server.asked
    assert json.loads(body) == {"id": "yihu-7", "mobile": PHONE, "content": "【一户】您有新待办"}
    assert (headers["X-Key"], headers["X-Timestamp"]) == ("yihu", "1800000000")
    assert headers["X-Signature"] == signature("POST", path, "1800000000", headers["X-Nonce"], body)
    assert headers["X-Signature"] != signature("POST", path, "1800000001", headers["X-Nonce"], body)


@pytest.mark.parametrize(
    ("status", "final"),
    [(400, True), (403, True), (408, False), (429, False), (500, False), (503, False), (302, False)],
)
def test_which_answers_end_it(server, status: int, final: bool) -> None:
    server.status = status
    with pytest.raises(SendingError) as caught:
        HttpGateway().send(MESSAGE)
    assert isinstance(caught.value, RefusedError) == final
    assert PHONE not in caught.value.detail
    assert len(server.asked) == 1, "a redirect is not followed"


def test_silence_and_nonsense(server, settings) -> None:
    server.answer = b"<html>"
    assert HttpGateway().send(MESSAGE) == "yihu-7"
    settings.SMS_TIMEOUT, server.pause = 0.2, 1
    with pytest.raises(SendingError):
        HttpGateway().send(MESSAGE)


def test_the_simulator_yields_to_a_real_gateway(settings) -> None:
    settings.SMS_GATEWAY, settings.SMS_URL = "loopback", ""
    assert isinstance(gateway_in_force(), LoopbackGateway)
    settings.SMS_URL = "http://127.0.0.1/"
    assert gateway_in_force() is None
    settings.SMS_GATEWAY = ""
    assert gateway_in_force() is None


@pytest.mark.parametrize(
    "chosen",
    [
        {"YIHU_SMS_GATEWAY": "loopback", "YIHU_SMS_URL": "https://sms.example.cn/"},
        {"YIHU_SMS_URL": "https://sms.example.cn/"},
        {"YIHU_SMS_GATEWAY": "http", "YIHU_SMS_URL": "https://sms.example.cn/"},
        {**WHOLE, "YIHU_SMS_URL": "http://sms.example.cn/"},
        {"YIHU_SMS_GATEWAY": "pigeon"},
    ],
)  # fmt: skip
def test_settings_that_would_leak_or_not_work_stop_the_start(chosen: dict[str, str]) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", "import yihu.hub.config.messages"], env=chosen, capture_output=True, text=True
    )
    assert asked.returncode != 0
    assert "ImproperlyConfigured" in asked.stderr


def hand_in(what: str, body: dict[str, Any], *, stamp: int | None = None, secret_ok: bool = True) -> Any:
    raw = json.dumps(body).encode()
    when = str(int(time.time()) if stamp is None else stamp)
    path = f"/notices/gateway/{what}/"
    given = signature("POST", path, when, "n", raw if secret_ok else raw + b" ")
    headers = {"X-Timestamp": when, "X-Nonce": "n", "X-Signature": given}
    return Client().post(path, raw, content_type="application/json", headers=headers)


SMS = {"id": "m-1", "from": f"+86 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", "text": "Y 7K3Q9A"}


@pytest.mark.django_db
def test_an_sms_comes_in_once_however_often_it_is_handed_in(server, officer) -> None:
    give_address(officer)
    assert hand_in("incoming", SMS).json() == {"ok": True, "repeated": False}
    assert hand_in("incoming", {**SMS, "text": "N 7K3Q9A"}).json() == {"ok": True, "repeated": True}
    row = IncomingSms.objects.get()
    assert (row.user, row.text, row.mask) == (officer, "Y 7K3Q9A", "138****5678")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [{"secret_ok": False}, {"stamp": 1}, {"stamp": 10**11}])
def test_what_is_not_signed_in_time_is_refused(server, fault: dict[str, Any]) -> None:
    answer = hand_in("incoming", SMS, **fault)
    assert (answer.status_code, answer.json()["code"]) == (401, "NOT-080")
    assert not IncomingSms.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("body", [{}, {"id": 1, "from": "x", "text": "y"}, {"id": "", "from": "x", "text": "y"}, []])
def test_a_malformed_body_is_refused_in_words(server, body: Any) -> None:
    assert hand_in("incoming", body).json()["code"] == "NOT-081"
    assert hand_in("report", body).json()["code"] == "NOT-081"


@pytest.mark.django_db
def test_a_report_changes_the_state_of_what_was_sent(server, officer) -> None:
    address = give_address(officer)
    Delivery.objects.create(receiver=officer, channel=Channel.SMS, kind="TASK", urgency=1, address=address,
                            state=State.SENT, reference="g-1", created_at=NOON, due_at=NOON)  # fmt: skip
    assert hand_in("report", {"reference": "g-1", "delivered": True}).json() == {"ok": True, "known": True}
    assert Delivery.objects.get().state == State.DELIVERED
    assert hand_in("report", {"reference": "g-2", "delivered": True}).json() == {"ok": True, "known": False}


@pytest.mark.django_db
def test_without_a_gateway_the_doors_are_not_there(settings) -> None:
    settings.SMS_GATEWAY = "loopback"
    assert hand_in("incoming", SMS).status_code == 404
