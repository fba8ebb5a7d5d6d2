"""Writing notices: in the caller's transaction, once a key, outward only by ways that are open."""

from typing import Any

import pytest
from django.db import connection, transaction

from yihu.hub.base.access import Scope
from yihu.hub.base.row_scope import within
from yihu.hub.foundation.notices.api import (
    Channel,
    UnableToNotifyError,
    UnableToTextError,
    UnableToWordError,
    Urgency,
    notify,
    notify_many,
    send_sms,
    settle_about,
    take_back,
)
from yihu.hub.foundation.notices.choices import State
from yihu.hub.foundation.notices.models import Delivery, Notice, Preference
from yihu.hub.foundation.notices.tests.conftest import NIGHT, NOON, TEMPLATE, give_address

pytestmark = pytest.mark.django_db
CONTEXT = {"title": "深圳市甲乙贸易有限公司增版增量", "who": "林知远"}


def write(receiver: Any, **more: Any) -> int | None:
    return notify(**{"receiver": receiver, "template": TEMPLATE, "context": CONTEXT, "now": NOON, **more})


def test_a_notice_stands_in_the_inbox_with_its_words(officer) -> None:
    number = write(officer, url="/tasks/7/", about="todo:7")
    notice = Notice.objects.get(pk=number)
    assert notice.title == "新待办：深圳市甲乙贸易有限公司增版增量"
    assert notice.body == "林知远提交的“深圳市甲乙贸易有限公司增版增量”请您办理。"
    assert (notice.receiver, notice.url, notice.about, notice.read_at) == (officer, "/tasks/7/", "todo:7", None)


def test_a_rolled_back_caller_leaves_no_notice_and_nothing_to_send(officer, channels) -> None:
    give_address(officer)
    with transaction.atomic():
        write(officer)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_the_same_key_is_written_once_to_each(officer, chief, channels) -> None:
    give_address(officer)
    assert write(officer, key="due:7") is not None
    assert write(officer, key="due:7") is None
    assert write(chief, key="due:7") is not None
    assert Notice.objects.count() == 2
    assert Delivery.objects.count() == 1


def test_without_a_key_each_writing_is_a_notice(officer) -> None:
    assert write(officer) != write(officer)


def test_nobody_writes_to_a_person_who_left(officer) -> None:
    officer.is_active = False
    assert write(officer) is None
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil", "tasks/7"]
)
def test_a_notice_leads_nowhere_outside(officer, url: str) -> None:
    with pytest.raises(UnableToNotifyError, match="NOT-011"):
        write(officer, url=url)


def test_an_unknown_template_is_refused_in_words(officer) -> None:
    with pytest.raises(UnableToWordError, match="NOT-010"):
        write(officer, template="no.such")


def test_outside_the_house_masked_fields_are_shown_in_part(officer, channels) -> None:
    give_address(officer)
    give_address(officer, Channel.EMAIL, "lin@example.cn")
    write(officer)
    mail, sms = Delivery.objects.get(channel=Channel.EMAIL), Delivery.objects.get(channel=Channel.SMS)
    assert mail.title == "新待办：深***量"
    assert "甲乙" not in mail.text + sms.text
    assert sms.text == "您有新待办：深***量"


def test_a_channel_that_is_not_there_or_has_no_address_is_left_out(officer, settings) -> None:
    settings.EMAIL_HOST = settings.SMS_GATEWAY = ""
    give_address(officer)
    write(officer)
    assert not Delivery.objects.exists()


def test_the_receivers_choice_holds_over_the_template(officer, channels) -> None:
    give_address(officer)
    give_address(officer, Channel.EMAIL, "lin@example.cn")
    Preference.objects.create(user=officer, channels={"TASK": ["EMAIL"]}, changed_at=NOON)
    write(officer)
    assert [d.channel for d in Delivery.objects.all()] == [Channel.EMAIL]


def test_at_night_what_is_not_urgent_is_held_until_seven(officer, channels) -> None:
    give_address(officer)
    write(officer, now=NIGHT)
    write(officer, now=NIGHT, urgency=Urgency.URGENT)
    held, urgent = Delivery.objects.order_by("id")
    assert (held.state, held.due_at.isoformat()) == (State.HELD, "2026-11-25T23:00:00+00:00")
    assert (urgent.state, urgent.due_at) == (State.QUEUED, NIGHT)


def test_many_receivers_cost_as_many_queries_as_one(officer, cast, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(8):
        made = notify_many(receivers=cast.values(), template=TEMPLATE, context=CONTEXT, now=NOON)
    assert set(made) == {user.pk for user in cast.values()}


def test_what_is_settled_needs_no_reading(officer, chief, channels) -> None:
    give_address(officer)
    for one in (officer, chief):
        write(one, about="todo:7")
    assert settle_about(about="todo:7", receiver=officer, now=NOON) == 1
    assert Delivery.objects.get().state == State.CANCELLED
    assert take_back(about="todo:7", now=NOON) == 1
    assert Notice.objects.get(receiver=officer).read_at == NOON
    assert Notice.objects.get(receiver=chief).recalled_at == NOON


def test_sms_needs_a_number_and_a_gateway(officer, channels, settings) -> None:
    with pytest.raises(UnableToTextError, match="NOT-002"):
        send_sms(number_of=officer, text="好", kind="TASK", now=NOON)
    give_address(officer)
    send_sms(number_of=officer, text="请联系13912345678", kind="TASK", now=NOON)
    assert "13912345678" not in Delivery.objects.get().text
    settings.SMS_GATEWAY = ""
    with pytest.raises(UnableToTextError, match="NOT-001"):
        send_sms(number_of=officer, text="好", kind="TASK", now=NOON)


def test_postgresql_itself_keeps_an_inbox_to_its_owner(officer, chief, channels, web_role) -> None:
    give_address(officer)
    # The writer is one person, the reader another; the writer's own scope lets them see nothing of it afterwards.
    with within(Scope(), user_id=chief.pk, permission="household.view"):
        number = write(officer)
        assert not Notice.objects.filter(pk=number).exists()
        assert not Delivery.objects.exists()
        assert Notice.objects.filter(pk=number).update(read_at=NOON) == 0
    with within(Scope(), user_id=officer.pk, permission="notices.self"):
        assert Notice.objects.filter(pk=number).update(read_at=NOON) == 1
        assert Delivery.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notices_notice")
        assert cursor.fetchone() == (0,)
