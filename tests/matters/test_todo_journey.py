"""A chief's morning: two leaves decided at once from the list, and a third by SMS from the phone."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.matters.people import NUMBER, Clock, Company, apply, published

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.tasks.tests.sms_phone import Phone
from yihu.hub.conftest import appointed
from yihu.hub.foundation.notices.jobs import deliver
from yihu.hub.foundation.org.choices import StandardDuty

FILE = "cases/short.yaml"


def outcomes() -> dict[str, str]:
    with as_system("测试"):
        return dict(Case.objects.values_list("number", "outcome"))


def moved(form: dict[str, Any], days: int) -> dict[str, Any]:
    """The same leave so many days later."""
    return form | {day: (date.fromisoformat(form[day]) + timedelta(days=days)).isoformat() for day in ("start", "end")}


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def list_for_sms(page: Any) -> None:
    """The security administrator lists leave among what may be approved by SMS."""
    page.goto("/tasks/sources/workflow/change/")
    page.locator("[name=sms_kinds]").fill("请假")
    page.locator("main form button[type=submit]").last.click()
    page.get_by_text("请假").first.wait_for()


def reply(page: Any, text: str) -> str:
    """Answer the newest SMS in the simulator as its receiver's phone would; what the system answered."""
    page.goto("/notices/channels/simulator/")
    assert fits(page)
    page.get_by_role("link", name="代为回复").first.click()
    page.locator("[name=text]").fill(text)
    page.locator("main form button[type=submit]").last.click()
    found = page.locator("#messages [role=status]").first
    found.wait_for()
    return str(found.inner_text())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_leaves_are_decided_from_the_list_and_by_sms(
    width: int, company: Callable[..., Company], offices: dict[str, Any], settings: Any
) -> None:
    settings.SMS_GATEWAY = "loopback"
    bundle = published("office/leave")
    play, cast = bundle.plays[FILE], company(bundle, FILE, width)
    cast.people |= {
        "安全员": appointed(StandardDuty.SECURITY_ADMIN, offices["bureau"], "guard"),
        "运维": appointed(StandardDuty.OPERATOR, offices["bureau"], "operator"),
    }
    form = Clock(play, timezone.localdate()).moved(play.form)
    # Each stands in for the other, so they cannot be away together.
    for applicant, substitute, days in (("小陈", "小林", 0), ("小林", "小陈", 7)):
        asked = moved(form, days) | {"substitute": substitute}
        apply(cast, bundle, play.model_copy(update={"applicant": applicant}), asked, NUMBER)

    chief = cast.page_of("所长")
    chief.goto("/tasks/")
    assert fits(chief)
    boxes = chief.locator(".todo-list input[type=checkbox][name=row]")
    assert boxes.count() == 2
    for at in range(2):
        boxes.nth(at).check()
    chief.get_by_role("button", name=re.compile("批量")).click()
    chief.get_by_text("可以在此办理的 2 件").wait_for()
    assert fits(chief)
    chief.get_by_label("意见内容").fill("同意，注意交接")
    chief.get_by_role("button", name="提交 2 件").click()
    chief.get_by_text("已办理 2 件").first.wait_for()
    assert list(outcomes().values()) == ["Granted", "Granted"]

    list_for_sms(cast.page_of("安全员"))
    phone = Phone(cast.people["所长"], "13812345678")
    # A number takes effect a day after it was proved, so that a stolen session cannot bring its own.
    phone.bind(timezone.now() - timedelta(days=2))
    chief.goto("/tasks/sms/")
    chief.get_by_role("button", name="开通短信审批").click()
    chief.get_by_text("已开通短信审批").first.wait_for()
    _, third = apply(cast, bundle, play, moved(form, 14), NUMBER)
    deliver()
    keeper = cast.page_of("运维")
    assert "须写明理由" in reply(keeper, f"N {phone.code()}")
    assert outcomes()[third] == ""
    deliver()
    assert "已办理" in reply(keeper, f"Y {phone.code()}")
    assert outcomes()[third] == "Granted"
    applicant = cast.page_of(play.applicant)
    applicant.goto(f"/matters/cases/{third}/?tab=process")
    applicant.locator(".trail-head", has_text="经短信").wait_for()
    assert fits(applicant)
