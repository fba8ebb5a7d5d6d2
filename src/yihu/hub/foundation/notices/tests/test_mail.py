"""Mail through a real SMTP server, as it arrives there."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from yihu.hub.foundation.notices.adapters.mail import MailSender
from yihu.hub.foundation.notices.api import Channel, notify
from yihu.hub.foundation.notices.choices import Failure, State
from yihu.hub.foundation.notices.models import Delivery
from yihu.hub.foundation.notices.services.delivering import Outgoing, RefusedError, SendingError, deliver_due
from yihu.hub.foundation.notices.tests.conftest import NOON, TEMPLATE, give_address


class Inbox:
    """Keeps what comes; answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if not self.answer.startswith("250"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def smtp(channels: None, settings: Any) -> Iterator[Inbox]:
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "一户 <yihu@tax.example.cn>"
    yield inbox
    server.stop()


@pytest.mark.django_db
def test_a_notice_arrives_as_text_and_html_with_masked_words_only(officer, smtp) -> None:
    give_address(officer, Channel.EMAIL, "lin@example.cn")
    notify(receiver=officer, template=TEMPLATE, context={"title": "深圳甲乙贸易有限公司<b>", "who": "林13812345678"},
           channels=[Channel.EMAIL], urgency=2, now=NOON)  # fmt: skip
    assert deliver_due(senders={Channel.EMAIL: MailSender()}, clock=timezone.now) is False
    [mail] = smtp.mails
    one = Delivery.objects.get()
    assert smtp.recipients == ["lin@example.cn"]
    assert mail["Subject"] == "新待办：深***>"
    assert mail["Message-ID"] == f"<yihu-{one.pk}@tax.example.cn>" == one.reference
    assert one.state == State.SENT
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for text in (plain, html):
        assert "甲乙" not in text
        assert "13812345678" not in text
        assert "请登录一户工作台" in text
    assert "&gt;" in html
    assert "<b>" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "state", "failure"),
    [
        ("550 no such user lin@example.cn", State.FAILED, Failure.REFUSED),
        ("451 later", State.QUEUED, Failure.UNREACHABLE),
    ],
)
def test_the_servers_answer_decides_and_its_text_stays_out(
    officer, smtp, answer: str, state: str, failure: str
) -> None:
    smtp.answer = answer
    give_address(officer, Channel.EMAIL, "lin@example.cn")
    notify(receiver=officer, template=TEMPLATE, context={}, channels=[Channel.EMAIL], urgency=2, now=NOON)
    deliver_due(senders={Channel.EMAIL: MailSender()}, clock=timezone.now)
    one = Delivery.objects.get()
    assert (one.state, one.failure) == (state, failure)
    assert "lin@" not in one.detail


def test_no_server_is_no_end(smtp, settings) -> None:
    settings.EMAIL_PORT = 1
    with pytest.raises(SendingError) as caught:
        MailSender().send(Outgoing("t", "a@example.cn", "题", ("文",)))
    assert not caught.value.final
    assert not isinstance(caught.value, RefusedError)


def test_a_title_cannot_forge_a_header(smtp) -> None:
    MailSender().send(Outgoing("t", "a@example.cn", "题\r\nBcc: b@example.cn", ("文",)))
    assert smtp.recipients == ["a@example.cn"]
    assert smtp.mails[0]["Bcc"] is None
