"""Appointments ticked and confirmed at once: each by itself, refusals in words beside their persons."""

from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.administration.views import bulk_decisions
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.models import Appointment, Office, Post, User

ADDRESS = "/administration/appointments/waiting/confirm/"
QUEUE = "/administration/appointments/waiting/"


@pytest.fixture
def post(cast: Any) -> Post:
    """The officer's post in the east office."""
    return Appointment.objects.get(user=cast["OFFICER"]).post


def waiting(user: User, post: Post, **more: Any) -> Appointment:
    return Appointment.objects.create(
        user=user, post=post, valid_from=timezone.localdate(), appointed_at=timezone.now(), **more
    )


def newcomers(post: Post, many: int) -> list[Appointment]:
    people = [
        User.objects.create_user(f"new{n}", "x", display_name=f"新人{n}", office=post.office) for n in range(many)
    ]
    return [waiting(person, post) for person in people]


def send(client: Any, rows: list[Appointment], query: str = "") -> Any:
    return client.post(f"{ADDRESS}{query}", {"row": [row.pk for row in rows]}, follow=True)


def confirmed() -> set[str]:
    rows = Appointment.objects.filter(confirmed_by__isnull=False)
    return set(rows.values_list("user__username", flat=True))


@pytest.mark.django_db
def test_the_queue_offers_a_tick_a_row_and_says_what_each_brings(client_of: Any, post: Post) -> None:
    rows = newcomers(post, 2)
    page = client_of["SECURITY_ADMIN"].get(QUEUE).content.decode()
    for row in rows:
        assert f'name="row" value="{row.pk}" form="pick"' in page
    assert "全选本页 2 项" in page
    assert page.count('data-title="将有岗责" class="text">税收管理员<') == 2
    assert 'id="pick"' not in client_of["SYSTEM_ADMIN"].get("/administration/appointments/").content.decode()


@pytest.mark.django_db
def test_all_that_are_ticked_take_effect_and_are_recorded_one_by_one(client_of: Any, post: Post) -> None:
    first, second, _ = newcomers(post, 3)
    answer = send(client_of["SECURITY_ADMIN"], [first, second], "?size=50&q=new")
    assert answer.redirect_chain == [(f"{QUEUE}?size=50&q=new", 302)]
    assert "已确认 2 项任职。" in answer.content.decode()
    assert confirmed() == {"new0", "new1"}
    assert User.objects.get(username="new0").holds("household.view")
    assert not User.objects.get(username="new2").holds("household.view")
    records = AccessRecord.objects.filter(verb="appointment.confirm")
    assert set(records.values_list("target", flat=True)) == {"account:new0", "account:new1"}


@pytest.mark.django_db
def test_ones_own_and_what_must_stay_apart_are_refused_beside_the_person_and_the_rest_goes_on(
    client_of: Any, cast: Any, post: Post
) -> None:
    security = cast["SECURITY_ADMIN"]
    (good,) = newcomers(post, 1)
    of_oneself = waiting(
        security, Post.objects.create(code="X", name="空岗", office=post.office, valid_from="2020-01-01")
    )
    other = User.objects.create_user("made", "x", display_name="钱某", office=post.office)
    by_oneself = waiting(other, post, appointed_by=security)
    apart = waiting(cast["AUDITOR"], post)
    answer = send(client_of["SECURITY_ADMIN"], [of_oneself, by_oneself, apart, good])
    assert answer.status_code == 200
    assert confirmed() == {"new0"}
    assert "已确认 1 项任职；3 项没有确认，原因见下。" in answer.content.decode()
    said = {r.appointment.user.username: r.reason for r in answer.context["refusals"]}
    assert "不能确认自己的任职" in said["security_admin"]
    assert "任命人不能确认自己的任命" in said["made"]
    assert "这两项权限必须由不同的人持有" in said["auditor"]
    assert "任命人不能确认自己的任命" in answer.content.decode().split("钱某")[1].split("</tr>")[0]


@pytest.mark.django_db
def test_when_none_is_confirmed_the_answer_is_a_refusal(client_of: Any, cast: Any, post: Post) -> None:
    answer = send(client_of["SECURITY_ADMIN"], [waiting(cast["AUDITOR"], post)])
    assert answer.status_code == 422
    assert answer.content.decode().count("没有确认，原因见下") == 1
    assert not confirmed()


@pytest.mark.django_db
def test_what_is_decided_already_or_beyond_reach_is_counted_and_not_touched(client_of: Any, post: Post) -> None:
    first, second, far = newcomers(post, 3)
    elsewhere = Office.objects.create(
        code="1330000", name="浙江省税务局", path="1330000/", level=2, valid_from="1994-08-01"
    )
    far.post = Post.objects.create(code="Y", name="外省岗", office=elsewhere, valid_from="1994-08-01")
    far.save()
    send(client_of["SECURITY_ADMIN"], [first])
    answer = send(client_of["SECURITY_ADMIN"], [first, second, far])
    assert "已确认 1 项任职；2 项已不在待确认之列" in answer.content.decode()
    assert confirmed() == {"new0", "new1"}
    again = send(client_of["SECURITY_ADMIN"], [first, far])
    assert "2 项已不在待确认之列，可能已由他人办理。" in again.content.decode()


@pytest.mark.django_db
def test_no_tick_nonsense_and_too_many_are_said(client_of: Any, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = newcomers(post, 2)
    security = client_of["SECURITY_ADMIN"]
    assert "还没有勾选任职" in send(security, []).content.decode()
    assert "还没有勾选任职" in security.post(ADDRESS, {"row": ["x", "²", "9" * 30]}, follow=True).content.decode()
    monkeypatch.setattr(bulk_decisions, "MOST", 1)
    assert "一次最多确认 1 项" in send(security, rows).content.decode()
    assert not confirmed()


@pytest.mark.django_db
def test_only_the_security_administrator_may(client_of: Any, post: Post) -> None:
    rows = newcomers(post, 1)
    for duty, client in client_of.items():
        if duty != "SECURITY_ADMIN":
            assert send(client, rows).status_code == 403, duty
    assert client_of["SECURITY_ADMIN"].get(ADDRESS).status_code == 405
    assert not confirmed()


@pytest.mark.django_db
def test_the_queue_is_narrowed_by_person_and_office(client_of: Any, post: Post) -> None:
    newcomers(post, 2)
    security = client_of["SECURITY_ADMIN"]
    for query, many in (("q=new1", 1), ("q=新人", 2), ("office=1440303", 2), ("office=南山", 0)):
        assert security.get(f"{QUEUE}?{query}").context["total"] == many, query


@pytest.mark.django_db
def test_it_passes_the_second_wall(client_of: Any, post: Post, web_role: None) -> None:
    assert "已确认 2 项任职。" in send(client_of["SECURITY_ADMIN"], newcomers(post, 2)).content.decode()
