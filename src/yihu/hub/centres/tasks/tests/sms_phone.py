"""A telephone for tests: numbers that are in effect, what was sent to them, and replies through the gateway's door."""

import re
from datetime import datetime, timedelta
from typing import Any

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.models import SmsApprover, Source
from yihu.hub.centres.tasks.tests.conftest import KIND, NOW, ROOM
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.notices.keys import ADDRESSES
from yihu.hub.foundation.notices.models import Address, Delivery
from yihu.hub.foundation.notices.services.texting import receive_sms
from yihu.kit.masks import mask_phone


class Phone:
    """One person's telephone."""

    def __init__(self, owner: Any, number: str) -> None:
        self.owner, self.number, self.sent = owner, number, 0

    def bind(self, since: datetime = NOW - timedelta(days=9)) -> Address:
        with as_system("测试准备"):
            return Address.objects.create(
                user=self.owner, channel=Channel.SMS, sealed=ADDRESSES.seal(self.number),
                digest=ADDRESSES.digest(self.number), mask=mask_phone(self.number), verified_at=since,
                effective_at=since,
            )  # fmt: skip

    def messages(self) -> list[str]:
        """What was sent here, in order."""
        with as_system("核对"):
            return list(Delivery.objects.filter(receiver=self.owner).order_by("pk").values_list("text", flat=True))

    def code(self) -> str:
        """The last code that was sent here."""
        found = [m for text in self.messages() for m in re.findall(r"回复 Y ([0-9A-Z]{6})", text)]
        return found[-1]

    def reply(self, text: str, *, now: datetime = NOW, message_id: str = "") -> str:
        """Send a reply; the answer that was sent back, "" for silence."""
        self.sent += 1
        before = len(self.messages())
        receive_sms(
            gateway="test",
            message_id=message_id or f"{self.number}-{self.sent}",
            number=self.number,
            text=text,
            now=now,
        )
        after = self.messages()
        return after[-1] if len(after) > before else ""


def allow_sms(*kinds: str, cap: str = "50000") -> None:
    """The security administrator lists kinds for the room of the tests."""
    Source.objects.update_or_create(
        code=ROOM, defaults={"name": "测试事项", "sms_kinds": list(kinds or (KIND,)), "sms_cap_amount": cap}
    )


def wants(user: Any) -> None:
    with as_system("测试准备"):
        SmsApprover.objects.get_or_create(pk=user.pk, defaults={"since": NOW})
