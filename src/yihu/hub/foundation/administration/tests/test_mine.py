"""Every officer's own page: acting by one post, lending, taking back, leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.models import Appointment, Delegation, Leave, Post, User
from yihu.hub.screens.testing import FormContract

ROOT = "/administration/mine/"
ALL = frozenset({"OFFICER", "SECTION_CHIEF", "DIRECTOR", "AUDITOR", "OPERATOR", "SYSTEM_ADMIN", "SECURITY_ADMIN"})


def day(ahead: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


class TestDelegate(FormContract):
    address = f"{ROOT}delegate/"
    holders = ALL
    needed = frozenset({"receiver", "valid_from", "last_day", "reason"})

    def test_others_cannot_send_it(self, client: Any) -> None:
        assert client.post(self.address, {}).status_code == 302


class TestTakeLeave(FormContract):
    address = f"{ROOT}leave/"
    holders = ALL
    needed = frozenset({"valid_from", "last_day"})

    def test_others_cannot_send_it(self, client: Any) -> None:
        assert client.post(self.address, {}).status_code == 302


def lend(client_of: Any, **more: Any) -> Any:
    data = {"receiver": "section_chief", "valid_from": day(), "last_day": day(3), "reason": "出差", **more}
    return client_of["OFFICER"].post(f"{ROOT}delegate/", data, follow=True)


@pytest.mark.django_db
def test_some_permissions_are_lent_seen_by_both_and_taken_back(client_of: Any) -> None:
    answer = lend(client_of, permissions=["household.judge"], takes_present_tasks="on")
    assert "已委托 科所长" in answer.content.decode()
    made = Delegation.objects.get()
    assert (made.everything, made.permissions, made.takes_present_tasks) == (False, ["household.judge"], True)
    assert "委托我" in client_of["SECTION_CHIEF"].get(ROOT).content.decode()
    assert "出差" in client_of["SECURITY_ADMIN"].get("/administration/delegations/").content.decode()
    assert client_of["SECTION_CHIEF"].post(f"{ROOT}delegations/{made.pk}/revoke/").status_code == 404
    assert (
        "已撤回对 科所长 的委托"
        in client_of["OFFICER"].post(f"{ROOT}delegations/{made.pk}/revoke/", follow=True).content.decode()
    )
    made.refresh_from_db()
    assert made.revoked_at is not None


@pytest.mark.django_db
def test_lending_what_is_not_held_or_to_oneself_is_refused(client_of: Any) -> None:
    assert "不能委托给自己" in lend(client_of, receiver="officer").content.decode()
    refused = lend(client_of, permissions=["data.start"])
    assert "permissions" in refused.context["form"].errors
    assert not Delegation.objects.exists()


@pytest.mark.django_db
def test_leave_with_a_substitute_and_back_again(client_of: Any) -> None:
    data = {"valid_from": day(), "last_day": day(4), "substitute": "section_chief", "reason": "年休假"}
    answer = client_of["OFFICER"].post(f"{ROOT}leave/", data, follow=True)
    assert "由 科所长 代办" in answer.content.decode()
    assert "休假中" in answer.content.decode()
    leave = Leave.objects.get()
    assert client_of["SECTION_CHIEF"].post(f"{ROOT}leave/{leave.pk}/cancel/").status_code == 404
    client_of["OFFICER"].post(f"{ROOT}leave/{leave.pk}/cancel/")
    leave.refresh_from_db()
    assert leave.cancelled_at is not None
    assert Delegation.objects.get().revoked_at is not None


@pytest.mark.django_db
def test_acting_by_one_post_narrows_and_can_be_undone(client_of: Any, cast: Any) -> None:
    officer = User.objects.get(username="officer")
    chief_post = Post.objects.get(code="1440303-SECTION_CHIEF")
    now = timezone.now()
    Appointment.objects.create(
        user=officer, post=chief_post, valid_from=timezone.localdate(), appointed_at=now, confirmed_at=now
    )
    own = Appointment.objects.get(user=officer, is_primary=True).post_id
    client = client_of["OFFICER"]
    assert client.get("/data/").status_code == 200
    assert "现以“税收管理员”办事" in client.post(f"{ROOT}act-as/{own}/", follow=True).content.decode()
    assert client.get("/data/").status_code == 403
    client.post(f"{ROOT}act-as/0/")
    assert client.get("/data/").status_code == 200


@pytest.mark.django_db
def test_acting_by_a_post_one_does_not_hold_changes_nothing(client_of: Any) -> None:
    other = Post.objects.get(code="1440300-DIRECTOR")
    answer = client_of["OFFICER"].post(f"{ROOT}act-as/{other.pk}/", follow=True)
    assert "不能只以这个岗位办事" in answer.content.decode()
    assert client_of["OFFICER"].get("/worklist/").status_code == 200
