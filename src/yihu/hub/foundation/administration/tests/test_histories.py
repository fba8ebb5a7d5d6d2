"""The part 变更历史: who, as what, when, field by field in words; for whoever may open the page, and nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.conftest import LONG_AGO
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Delegation, Duty, Grid, GridTaxpayer, Post

pytestmark = pytest.mark.django_db
ROOT = "/administration/"
TAB = "?tab=history"


@pytest.fixture
def post(offices: Any) -> Post:
    return Post.objects.create(code="P1", name="受理岗", office=offices["east"], valid_from=LONG_AGO)


@pytest.fixture
def keeper(client_of: Any) -> Client:
    return client_of[StandardDuty.SYSTEM_ADMIN]


def test_a_change_by_a_form_shows_who_as_what_and_both_sides(keeper: Client, post: Post) -> None:
    asked = keeper.post(f"{ROOT}posts/{post.code}/rename/", {"name": "咨询岗"})
    assert asked.status_code == 302, asked.content.decode()
    page = keeper.get(f"{ROOT}posts/{post.code}/{TAB}")
    changed, made = page.context["history"].entries
    assert [(line.title, line.before, line.after) for line in changed.lines] == [("岗位名称", "受理岗", "咨询岗")]
    assert (changed.act, changed.thing, changed.who) == ("修改", "岗位", "系统管理员")
    assert changed.post
    assert changed.request == asked["X-Request-ID"]
    assert made.who == "未记名（直接改动数据库）"
    assert "受理岗 → 咨询岗" in page.content.decode()


def test_fields_are_named_in_words_without_columns_or_keys(keeper: Client, post: Post) -> None:
    page = keeper.get(f"{ROOT}posts/{post.code}/{TAB}")
    shown = {line.title: line.after for line in page.context["history"].entries[0].lines}
    assert shown["机关"] == "1440303 罗湖税务所"
    assert shown["生效日"] == str(LONG_AGO)
    assert not {"id", "office_id", "valid_from", "valid_to"} & set(shown)


def test_personal_numbers_are_masked(keeper: Client, cast: Any) -> None:
    Delegation.objects.create(
        giver=cast[StandardDuty.OFFICER], receiver=cast[StandardDuty.SECTION_CHIEF], valid_from=LONG_AGO,
        valid_to=timezone.localdate(), reason="急事请打 13800138000", made_at=timezone.now(), everything=False,
        permissions=["org.view"],
    )  # fmt: skip
    page = keeper.get(f"{ROOT}people/officer/{TAB}")
    assert "13800138000" not in page.content.decode()
    lent = next(e for e in page.context["history"].entries if e.thing == "委托")
    shown = {line.title: line.after for line in lent.lines}
    assert shown["委托原因"].startswith("急事请打 138")
    assert "org.view" not in shown["所委托权限"]
    assert shown["全部权限"] == "否"


@pytest.mark.parametrize("path", ["offices/1440303/", "people/officer/", "posts/P1/", "grids/G1/"])
def test_the_part_opens_for_readers_of_the_page_only(client_of: Any, post: Post, offices: Any, path: str) -> None:
    Grid.objects.create(code="G1", name="一格", office=offices["east"], valid_from=LONG_AGO)
    address = f"{ROOT}{path}{TAB}"
    assert client_of[StandardDuty.SYSTEM_ADMIN].get(address).status_code == 200
    assert client_of[StandardDuty.OFFICER].get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_the_part_of_another_office_is_not_there(client_of: Any, offices: Any) -> None:
    Post.objects.create(code="W1", name="西岗", office=offices["west"], valid_from=LONG_AGO)
    assert client_of[StandardDuty.SECTION_CHIEF].get(f"{ROOT}posts/W1/{TAB}").status_code == 404


def test_listed_taxpayers_beyond_the_scope_stay_out_of_a_grids_history(
    client_of: Any, offices: Any, web_role: None
) -> None:
    from django.db import connection

    grid = Grid.objects.create(code="G1", name="一格", office=offices["east"], valid_from=LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        GridTaxpayer.objects.create(grid=grid, number="91440300MA5EYUBX6N", valid_from=LONG_AGO)
        cursor.execute("SET ROLE yihu_web")
    page = client_of[StandardDuty.SYSTEM_ADMIN].get(f"{ROOT}grids/G1/{TAB}")
    assert "91440300MA5EYUBX6N" not in page.content.decode()
    assert [e.thing for e in page.context["history"].entries] == ["网格"]


def test_a_thing_without_changes_says_so(client_of: Any) -> None:
    from django.db import connection

    duty = Duty.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE org_dutyevent, org_dutypermissionevent")
    page = client_of[StandardDuty.SECURITY_ADMIN].get(f"{ROOT}duties/{duty.code}/{TAB}")
    assert "还没有变更" in page.content.decode()
