"""The pages of an inbox: one's own and nobody else's, read by opening, followed only where one may still go."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.notices.api import notify, take_back
from yihu.hub.foundation.notices.choices import Kind, Urgency
from yihu.hub.foundation.notices.models import Notice, Preference
from yihu.hub.foundation.notices.services.inbox import mark_read
from yihu.hub.foundation.notices.services.preferences import UnableToChooseError, choose
from yihu.hub.foundation.notices.services.retention import forget_old
from yihu.hub.foundation.notices.tests.conftest import NOON, TEMPLATE
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract

pytestmark = pytest.mark.django_db
EVERYBODY = frozenset(str(duty) for duty in StandardDuty)
EMPTY = frozenset()


@pytest.fixture
def desk(client_of: dict[StandardDuty, Client]) -> Client:
    return client_of[StandardDuty.OFFICER]


def write(receiver: Any, **more: Any) -> int:
    given = {"receiver": receiver, "template": TEMPLATE, "context": {"title": "请假", "who": "周敏"}, "now": NOON}
    return notify(**{**given, **more})


class TestInbox(ListContract):
    address = "/notices/"
    holders = EVERYBODY


class TestSettings(FormContract):
    address = "/notices/settings/"
    holders = EVERYBODY
    needed = frozenset({"quiet_from", "quiet_to"})

    def test_others_cannot_send_it(self, client_of: dict[str, Client]) -> None:
        """Everybody has settings."""


class TestNumber(FormContract):
    address = "/notices/settings/bind/phone/"
    holders = EVERYBODY
    needed = frozenset({"text"})

    def test_others_cannot_send_it(self, client_of: dict[str, Client]) -> None:
        """Everybody may have a number."""


def test_opening_is_reading_and_looking_at_the_head_is_not(desk, officer) -> None:
    number = write(officer)
    desk.head(f"/notices/{number}/")
    assert Notice.objects.get().read_at is None
    page = desk.get(f"/notices/{number}/").content.decode()
    assert "周敏提交的“请假”请您办理" in page
    assert Notice.objects.get().read_at is not None


@pytest.mark.parametrize("act", ["", "go/", "confirm/", "unarchive/"])
def test_another_persons_notice_is_not_there(desk, chief, act: str) -> None:
    number = write(chief, url="/")
    ask = desk.get if act in {"", "go/"} else desk.post
    assert ask(f"/notices/{number}/{act}").status_code == 404
    desk.post("/notices/read/", {"row": [number]})
    desk.post("/notices/archive/", {"row": [number]})
    found = Notice.objects.get()
    assert (found.read_at, found.archived_at) == (None, None)


def test_the_boxes_and_all_read_at_once(desk, officer) -> None:
    for _ in range(3):
        write(officer)
    assert desk.get("/notices/").context["total"] == 3
    desk.post("/notices/read/", {"all": "1"})
    assert desk.get("/notices/").context["total"] == 0
    assert desk.get("/notices/?tab=all").context["total"] == 3
    desk.post("/notices/archive/?tab=all", {"row": [str(Notice.objects.first().pk), "x", "99999999999999999999"]})
    assert desk.get("/notices/?tab=archived").context["total"] == 1
    assert desk.get("/notices/?tab=nothing").status_code == 404


def test_what_must_be_confirmed_is_confirmed_on_record_and_cannot_be_put_away_before(desk, officer) -> None:
    number = write(officer)
    Notice.objects.update(needs_confirm=True)
    desk.post("/notices/archive/", {"row": [number]})
    assert Notice.objects.get().archived_at is None
    desk.post(f"/notices/{number}/confirm/")
    desk.post(f"/notices/{number}/confirm/")
    assert Notice.objects.get().confirmed_at is not None
    assert AccessRecord.objects.filter(verb="notice.confirm", target=f"notice:{number}").count() == 1
    desk.post("/notices/archive/", {"row": [number]})
    assert Notice.objects.get().archived_at is not None


@pytest.mark.parametrize(
    ("url", "status"), [("/", 302), ("/codes/?q=1", 302), ("/audit/", 403), ("/no/such/page/", 403)]
)
def test_a_link_is_followed_only_where_one_may_still_go(desk, officer, url: str, status: int) -> None:
    answer = desk.get(f"/notices/{write(officer, url=url)}/go/")
    assert answer.status_code == status
    if status == 403:
        assert "不能打开这条消息所指的事项" in answer.content.decode()


def test_what_was_recalled_unread_shows_nothing_of_its_words(desk, officer) -> None:
    number = write(officer, about="todo:7", url="/")
    take_back(about="todo:7", now=NOON)
    assert "请假" not in desk.get("/notices/?tab=all").content.decode()
    assert desk.get("/notices/?tab=all&q=请假").context["total"] == 0
    page = desk.get(f"/notices/{number}/").content.decode()
    assert "发布人已撤回这条消息" in page
    assert "请假" not in page
    assert desk.get(f"/notices/{number}/go/").status_code == 404


def test_the_badge_says_how_many_and_what_is_new_and_nothing_when_nothing_changed(desk, officer) -> None:
    first = desk.get("/notices/count/")
    assert (first.json()["unread"], first.json()["newest"]) == (0, None)
    again = desk.get("/notices/count/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    number = write(officer, urgency=Urgency.URGENT)
    told = desk.get("/notices/count/", headers={"If-None-Match": first["ETag"]}).json()
    assert (told["unread"], told["more"], told["newest"]["id"], told["newest"]["urgency"]) == (1, False, number, 2)
    assert "body" not in told["newest"]


def test_the_badge_stops_counting_at_a_hundred(desk, officer) -> None:
    Notice.objects.bulk_create(
        Notice(receiver=officer, template="t.t", kind="TASK", title="t", body="b", created_at=NOON) for _ in range(120)
    )
    told = desk.get("/notices/count/").json()
    assert (told["unread"], told["more"]) == (99, True)


def test_a_page_that_looks_by_itself_does_not_keep_the_session_alive(desk, officer) -> None:
    session = desk.session
    session["seen"] = session["began"] = int(timezone.now().timestamp()) - 600
    session.save()
    desk.get("/notices/count/", headers={"X-Background": "1"})
    assert desk.session["seen"] == session["seen"]
    desk.get("/notices/")
    assert desk.session["seen"] > session["seen"]


def test_ones_own_notices_leave_as_a_file_on_record(desk, officer, chief) -> None:
    write(officer)
    write(chief)
    lines = b"".join(desk.get("/notices/?tab=all&export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert AccessRecord.objects.filter(verb="notice.export").count() == 1


def test_settings_keep_what_was_chosen_and_leave_the_rest_to_the_templates(desk, officer, channels) -> None:
    chosen = {"quiet_from": "21:30", "quiet_to": "08:00", "TASK": "none", "RESULT": "EMAIL,SMS", "SYSTEM": ""}
    assert desk.post("/notices/settings/", chosen).status_code == 302
    kept = Preference.objects.get(user=officer)
    assert kept.channels == {"TASK": [], "RESULT": ["EMAIL", "SMS"]}
    assert (kept.is_quiet, str(kept.quiet_from)) == (False, "21:30:00")
    assert desk.post("/notices/settings/", {**chosen, "TASK": "PIGEON"}).status_code == 422


def test_word_of_ones_own_account_cannot_be_switched_off(officer) -> None:
    with pytest.raises(UnableToChooseError, match="NOT-050"):
        choose(actor=officer, channels={Kind.SECURITY: []}, is_quiet=True, quiet_from=NOON.time(),
               quiet_to=NOON.time(), now=NOON)  # fmt: skip


def test_old_notices_go_and_what_is_owed_stays(officer) -> None:
    for _ in range(4):
        write(officer)
    read, unread, owed, recent = Notice.objects.order_by("pk")
    mark_read(actor=officer, numbers=[read.pk, recent.pk], now=NOON)
    Notice.objects.filter(pk=owed.pk).update(needs_confirm=True)
    Notice.objects.exclude(pk=recent.pk).update(created_at=NOON - timedelta(days=400))
    assert forget_old(now=NOON)["notices"] == 1
    assert set(Notice.objects.values_list("pk", flat=True)) == {unread.pk, owed.pk, recent.pk}
    Notice.objects.exclude(pk=recent.pk).update(created_at=NOON - timedelta(days=800))
    forget_old(now=NOON)
    assert set(Notice.objects.values_list("pk", flat=True)) == {owed.pk, recent.pk}
