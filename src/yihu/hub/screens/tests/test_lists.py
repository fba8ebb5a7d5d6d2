"""The list screen over a table that every installation has."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.http import HttpRequest
from django.test import RequestFactory
from openpyxl import load_workbook

from yihu.hub.screens import lists
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct, read_list, respond_with_list
from yihu.hub.screens.pages import Empty, Mark, Page

SCREEN = ListScreen(
    columns=(
        Column("name", "权限", lambda row: row.codename, sort=("codename",), link=lambda row: f"/models/{row.pk}/"),
        Column("label", "应用", lambda row: row.content_type.app_label, sort=("content_type__app_label", "codename")),
        Column("state", "状态", lambda row: Mark("在用", "on"), kind="mark"),
        Column("size", "大小", lambda row: row.pk * 1000, kind="count", shown=False),
    ),
    filters=(
        Filter("q", "名称", lambda rows, text: rows.filter(codename__icontains=text)),
        Filter(
            "app",
            "应用",
            lambda rows, app: rows.filter(content_type__app_label=app),
            "choice",
            lambda _: [("sessions", "会话")],
        ),
        Filter("short", "新增", lambda rows, _: rows.filter(codename__startswith="add"), "flag"),
        Filter("since", "自", lambda rows, _: rows, "day"),
    ),
    sort="name",
    unit="个",
    empty=Empty("还没有权限", "装上应用就有了。"),
    row_acts=(RowAct("改名", lambda row: "/rename/" if row.codename == "add_session" else ""),),
)
PAGE = Page("权限", help=(("排序", "点列名。"),))


def asked(query: str = "") -> HttpRequest:
    request = RequestFactory().get(f"/models/{query}")
    request.user = AnonymousUser()
    return request


def answer(query: str = "", rows: object = None, **options: object) -> object:
    rows = Permission.objects.all() if rows is None else rows
    files: list[tuple[str, int]] = []
    response = respond_with_list(
        asked(query), PAGE, SCREEN, rows, record_export=lambda kind, count: files.append((kind, count)), **options
    )
    response.files = files
    return response


def test_an_address_is_read_and_nonsense_falls_back() -> None:
    read = read_list(SCREEN, asked("?q= a &sort=-label&size=50&page=3&col=size&col=name&short=1").GET)
    assert (read.values, read.sort, read.size, read.page) == ({"q": "a", "short": True}, "-label", 50, 3)
    assert [c.key for c in read.columns] == ["name", "size"]
    bad = read_list(SCREEN, asked("?sort=state&size=3&page=-1&col=none&since=tomorrow").GET)
    assert (bad.values, bad.sort, bad.size, bad.page) == ({}, "name", 20, 1)
    assert [c.key for c in bad.columns] == ["name", "label", "state"]


@pytest.mark.django_db
def test_rows_links_marks_and_acts_are_shown() -> None:
    text = answer("?app=sessions&q=add").content.decode()
    row = Permission.objects.get(codename="add_session")
    assert f'<a href="/models/{row.pk}/">add_session</a>' in text
    assert '<span class="mark mark-on">在用</span>' in text
    assert '<a href="/rename/">改名</a>' in text
    assert "共 1 个" in text
    assert '<option value="sessions" selected>' in text
    assert "点列名。" in text


@pytest.mark.django_db
def test_pages_do_not_overlap_and_sorting_turns_round() -> None:
    models = sorted(Permission.objects.values_list("codename", flat=True))
    assert len(models) > 20, "enough rows for two pages"
    text = answer("?sort=-name").content.decode()
    assert 'aria-sort="descending"' in text
    assert text.index(f">{models[-1]}<") < text.index(f">{models[-2]}<")
    second = answer("?page=2").content.decode()
    assert f">{models[0]}<" not in second
    assert 'rel="prev"' in second


@pytest.mark.django_db
def test_counting_stops_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "COUNTED", 10)
    assert "超过 10 个，只能翻看前 10 个" in answer().content.decode()


@pytest.mark.django_db
def test_empty_lists_teach_and_filtered_ones_offer_a_way_back() -> None:
    nothing = Permission.objects.none()
    assert "装上应用就有了。" in answer("", nothing).content.decode()
    assert "清除全部条件" in answer("?q=zzzz").content.decode()
    assert "已超过最后一页" in answer("?page=900").content.decode()


@pytest.mark.django_db
def test_the_file_has_the_columns_chosen_and_is_recorded_first() -> None:
    response = answer("?app=sessions&q=add&col=name&col=state&export=csv")
    assert response.files == [("csv", 1)]
    assert b"".join(response.streaming_content).decode("utf-8-sig").split() == ["权限,状态", "add_session,在用"]


def lines_of(response: object) -> list[str]:
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


@pytest.mark.django_db
def test_a_file_that_is_cut_says_so_and_so_does_the_page_before(monkeypatch: pytest.MonkeyPatch) -> None:
    total = Permission.objects.count()
    monkeypatch.setattr(lists, "COUNTED", 5)
    monkeypatch.setattr(lists, "EXPORTED", total - 1)
    assert f"导出只收按此排序的前 {total - 1:,} 个" in answer("?sort=-label").content.decode()
    response = answer("?export=csv&col=name")
    assert response.files == [("csv", total - 1)], "the record counts the rows that left, not the note"
    found = lines_of(response)
    assert len(found) == 1 + total
    assert f"以上只是前 {total - 1:,} 个，其余没有列入" in found[-1]
    monkeypatch.setattr(lists, "EXPORTED", total)
    assert "导出只收" not in answer().content.decode()
    assert len(lines_of(answer("?export=csv&col=name"))) == 1 + total


@pytest.mark.django_db
def test_the_workbook_that_is_cut_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "EXPORTED", 3)
    sheet = load_workbook(io.BytesIO(answer("?export=xlsx").content)).active
    assert sheet.max_row == 1 + 3 + 1
    assert "以上只是前 3 个" in sheet.cell(5, 1).value
