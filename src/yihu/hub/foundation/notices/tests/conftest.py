"""Channels that are open, a template, and people with numbers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.catalogue import register_template
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.notices.keys import ADDRESSES
from yihu.hub.foundation.notices.models import Address
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.kit.masks import mask_phone

TEMPLATE = "test.arrived"
PHONE = "13812345678"
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.get_default_timezone())
NIGHT = datetime(2026, 11, 25, 23, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def template() -> str:
    register_template(
        TEMPLATE,
        name="试验",
        kind="TASK",
        title="新待办：{title}",
        body="{who}提交的“{title}”请您办理。",
        sms="您有新待办：{title}",
        channels=["EMAIL", "SMS"],
        fields={"title": "事项", "who": "提交人"},
        masked=["title"],
    )
    return TEMPLATE


@pytest.fixture
def channels(settings: Any, tmp_path: Any) -> None:
    """Mail and SMS are there."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.SMS_GATEWAY, settings.SMS_URL = "loopback", ""
    settings.STATE = tmp_path


@pytest.fixture
def officer(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.OFFICER]


@pytest.fixture
def chief(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.SECTION_CHIEF]


def give_address(user: Any, channel: Channel = Channel.SMS, plain: str = PHONE, since: datetime = NOON) -> Address:
    """A proved number or mail address, in effect for a day before `since`."""
    before = since - timedelta(days=1)
    with as_system("试验"):
        return Address.objects.create(
            user=user, channel=channel, sealed=ADDRESSES.seal(plain), digest=ADDRESSES.digest(plain),
            mask=str(mask_phone(plain)), verified_at=before, effective_at=before,
        )  # fmt: skip
