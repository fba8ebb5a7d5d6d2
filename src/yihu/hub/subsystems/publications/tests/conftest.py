"""An author and a colleague of the east office, its chief, and texts to publish."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from yihu.hub.base.access import Label
from yihu.hub.conftest import appointed, cast, client_of, offices
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.subsystems.publications.choices import Kind, Topic
from yihu.hub.subsystems.publications.models import Revision
from yihu.hub.subsystems.publications.services.publishing import Cited, Text, publish

__all__ = ["cast", "client_of", "offices"]
CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, tzinfo=CHINA)
VAT = Cited("中华人民共和国增值税法", "中华人民共和国主席令第四十一号", "第二十三条", date(2026, 1, 1))
OLD = Cited("增值税暂行条例", "国务院令第691号", "第十七条", date(2009, 1, 1), date(2026, 1, 1))
ANSWER = Text(
    title="小规模纳税人月销售额未超过起征点是否免征增值税",
    question="我公司是小规模纳税人，本月销售额没有超过起征点，要不要缴纳增值税？",
    body="销售额未达到起征点的，免征增值税。\n\n达到起征点的，全额计算缴纳。",
    keywords=("小规模纳税人", "起征点"),
)


@pytest.fixture
def author(cast: dict[Any, Any]) -> Any:
    return cast[StandardDuty.OFFICER]


@pytest.fixture
def chief(cast: dict[Any, Any]) -> Any:
    return cast[StandardDuty.SECTION_CHIEF]


@pytest.fixture
def stranger(offices: dict[str, Any]) -> Any:
    return appointed(StandardDuty.SECTION_CHIEF, offices["west"], "west_chief")


def put(author: Any, approver: Any, text: Text = ANSWER, kind: Kind = Kind.ANSWER, **more: Any) -> Revision:
    given: dict[str, Any] = {
        "topic": Topic.VAT, "cited": (VAT,), "effective_from": date(2026, 3, 2), "label": Label.INTERNAL, "now": NOW,
        **more,
    }  # fmt: skip
    return publish(kind=kind, text=text, author=author, approver=approver, **given)
