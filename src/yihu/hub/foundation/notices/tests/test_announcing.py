"""Announcements: to those within reach, once each whatever is killed, with receipts, recalled where unread."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from yihu.hub.base.errors import UnableTo
from yihu.hub.conftest import appointed
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.notices.choices import AnnouncementState, Urgency
from yihu.hub.foundation.notices.models import Announcement, Notice
from yihu.hub.foundation.notices.services import announcing
from yihu.hub.foundation.notices.services.announcing import UnableToAnnounceError, announce, carry_out, recall
from yihu.hub.foundation.notices.services.inbox import confirm, mark_read
from yihu.hub.foundation.notices.tests.conftest import NOON
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Duty, PostDuty
from yihu.hub.screens.testing import FormContract, ListContract

pytestmark = pytest.mark.django_db
PUBLISHERS = frozenset({"SECTION_CHIEF", "DIRECTOR", "SYSTEM_ADMIN"})


@pytest.fixture
def director(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.DIRECTOR]


def publish(actor: Any, office: Any, **more: Any) -> Announcement:
    given = {"title": "系统停机维护", "body": "周六 22:00 起。\n请提前保存。", "now": NOON}
    made = announce(actor=actor, office=office, **{**given, **more})
    carry_out(announcement_id=made.pk, clock=lambda: NOON)
    made.refresh_from_db()
    return made


def receivers() -> set[str]:
    return set(Notice.objects.values_list("receiver__username", flat=True))


class TestAnnouncements(ListContract):
    address = "/notices/announcements/"
    holders = PUBLISHERS


class TestAnnounce(FormContract):
    address = "/notices/announcements/new/"
    holders = PUBLISHERS
    needed = frozenset({"office", "title", "body", "urgency", "sure"})


def test_everybody_of_the_office_and_below_gets_it_and_nobody_else(chief, director, offices, cast) -> None:
    appointed(StandardDuty.OFFICER, offices["west"], "west")
    made = publish(chief, offices["east"])
    assert receivers() == {"officer", "section_chief"}
    assert (made.state, made.made, made.total) == (AnnouncementState.SENT, 2, 2)
    Notice.objects.all().delete()
    publish(director, offices["bureau"])
    assert receivers() == {user.username for user in cast.values()} | {"west"}
    notice = Notice.objects.filter(receiver=chief).get()
    assert (notice.body, notice.sender) == ("周六 22:00 起。\n请提前保存。", director)


def test_holders_of_a_duty_only(director, offices) -> None:
    # Shipped duties begin on the day the test runs, which may be later than the day it plays on.
    PostDuty.objects.update(valid_from=date(1994, 8, 1))
    publish(director, offices["bureau"], duty=Duty.objects.get(code="OFFICER"))
    assert receivers() == {"officer"}


def test_people_who_left_get_nothing_and_an_empty_circle_is_refused(director, officer, offices) -> None:
    officer.is_active = False
    officer.save()
    with pytest.raises(UnableToAnnounceError, match="NOT-020"):
        publish(director, offices["east"], duty=Duty.objects.get(code="OFFICER"))
    with pytest.raises(UnableToAnnounceError, match="NOT-020"):
        publish(director, offices["west"])
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("duty", [StandardDuty.OFFICER, StandardDuty.AUDITOR, StandardDuty.OPERATOR])
def test_who_has_no_right_cannot_publish(cast, offices, duty: StandardDuty) -> None:
    with pytest.raises(UnableTo):
        publish(cast[duty], offices["east"])


def test_a_chief_does_not_reach_the_neighbours(chief, offices) -> None:
    for office in ("west", "bureau"):
        with pytest.raises(UnableTo, match="管辖范围"):
            publish(chief, offices[office])


def test_a_job_that_is_killed_anywhere_goes_on_and_doubles_nothing(director, offices, cast, monkeypatch) -> None:
    monkeypatch.setattr(announcing, "CHUNK", 2)
    made = announce(actor=director, office=offices["bureau"], title="通知", body="文", now=NOON)
    for _ in range(2):
        announcing._next_chunk(made.pk, NOON)
    # The chunk was written and the place where it stood was lost: an older copy of the row.
    Announcement.objects.filter(pk=made.pk).update(cursor=0, made=0)
    carry_out(announcement_id=made.pk, clock=lambda: NOON)
    carry_out(announcement_id=made.pk, clock=lambda: NOON)
    assert Notice.objects.count() == len(cast)
    assert Notice.objects.values("receiver").distinct().count() == len(cast)


def test_the_sender_sees_who_read_and_who_confirmed(client_of, chief, officer, offices) -> None:
    made = publish(chief, offices["east"], needs_confirm=True)
    confirm(actor=officer, notice=Notice.objects.get(receiver=officer), now=NOON)
    client: Client = client_of[StandardDuty.SECTION_CHIEF]
    page = client.get(f"/notices/announcements/{made.pk}/?state=confirmed")
    assert page.context["total"] == 1
    assert "税收管理员" in page.content.decode()
    assert client.get(f"/notices/announcements/{made.pk}/?state=unconfirmed").context["total"] == 1
    assert client_of[StandardDuty.DIRECTOR].get(f"/notices/announcements/{made.pk}/").status_code == 404
    lines = b"".join(client.get(f"/notices/announcements/{made.pk}/?export=csv").streaming_content)
    assert "税收管理员" in lines.decode("utf-8-sig")


def test_recalling_takes_it_from_those_who_have_not_read(chief, officer, director, offices) -> None:
    made = publish(chief, offices["east"])
    mark_read(actor=officer, numbers=None, now=NOON)
    with pytest.raises(UnableToAnnounceError, match="NOT-021"):
        recall(actor=director, announcement=made, reason="误发", now=NOON)
    assert recall(actor=chief, announcement=made, reason="误发", now=NOON) == 1
    assert Notice.objects.get(receiver=officer).recalled_at is None
    assert Notice.objects.get(receiver=chief).recalled_at == NOON
    with pytest.raises(UnableToAnnounceError, match="NOT-021"):
        recall(actor=chief, announcement=made, reason="误发", now=NOON)
    assert AccessRecord.objects.get(verb="announcement.recall").purpose == "误发"


def test_one_recalled_on_its_way_reaches_nobody_more(chief, offices) -> None:
    made = announce(actor=chief, office=offices["east"], title="通知", body="文", now=NOON)
    recall(actor=chief, announcement=made, reason="误发", now=NOON)
    carry_out(announcement_id=made.pk, clock=lambda: NOON)
    assert not Notice.objects.exists()


def test_from_the_page_to_the_inbox(client_of, officer, offices) -> None:
    client: Client = client_of[StandardDuty.SECTION_CHIEF]
    given = {"office": "1440303 罗湖", "title": "停机", "body": "周六", "urgency": Urgency.NORMAL, "sure": "on"}
    answer = client.post("/notices/announcements/new/", given)
    made = Announcement.objects.get()
    assert answer["Location"] == f"/notices/announcements/{made.pk}/"
    carry_out(announcement_id=made.pk, clock=lambda: NOON)
    assert "停机" in client_of[StandardDuty.OFFICER].get("/notices/").content.decode()
    page = client.get(f"/notices/announcements/{made.pk}/recall/").content.decode()
    assert "尚未阅读的 2 人" in page
    client.post(f"/notices/announcements/{made.pk}/recall/", {"reason": "时间有变"})
    assert Announcement.objects.get().state == AnnouncementState.RECALLED


def test_offices_beyond_reach_are_not_suggested(client_of) -> None:
    client: Client = client_of[StandardDuty.SECTION_CHIEF]
    assert "罗湖" in client.get("/notices/announcements/offices/?office=1440").content.decode()
    assert "南山" not in client.get("/notices/announcements/offices/?office=1440").content.decode()
