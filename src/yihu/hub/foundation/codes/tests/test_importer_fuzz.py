"""Whatever a file holds, the importer answers in words, keeps what is good, and never makes a broken tree."""

import csv
import io
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.hub.foundation.codes.services.layouts import layouts
from yihu.hub.foundation.codes.services.parsing import Parsed, parse, parse_day
from yihu.hub.foundation.codes.services.reading import SourceFile

STANDARD = layouts()["standard"]
HEADINGS = ["代码", "名称", "上级代码", "启用日期", "停用日期", "备注"]
some_code = st.sampled_from(["1", "2", "11", "12", "111", "", "甲", "A-1"]) | st.text(max_size=6)
some_day = st.sampled_from(["", "2020-01-01", "2021/2/3", "20190101", "2021-02-30", "去年"])
some_row = st.tuples(some_code, st.text(max_size=8), some_code, some_day, some_day, st.text(max_size=5))


def as_csv(rows: list[tuple[str, ...]]) -> SourceFile:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return SourceFile("file.csv", text.getvalue().encode("utf-8", "replace"))


def is_sound(parsed: Parsed) -> bool:
    """Parents are there, no circle, no code twice on a day."""
    parents = {e.code: e.parent for e in parsed.entries}
    for entry in parsed.entries:
        seen = {entry.code}
        above = entry.parent
        while above:
            if above not in parents or above in seen:
                return False
            seen.add(above)
            above = parents[above]
    return True


@settings(max_examples=300, deadline=None)
@given(st.lists(some_row, max_size=12))
def test_rows_of_any_kind(rows: list[tuple[str, ...]]) -> None:
    parsed = parse(STANDARD, [as_csv(rows)])
    assert parsed.is_refused or is_sound(parsed)
    assert parsed.read == len(parsed.entries) + parsed.rejected or parsed.is_refused
    for problem in parsed.problems:
        assert problem.code.startswith("E-CODE-")
        assert problem.message
        assert problem.fix


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.parquet", "a.txt", "a", "a.exe"]))
def test_bytes_of_any_kind(content: bytes, name: str) -> None:
    parsed = parse(STANDARD, [SourceFile(name, content)])
    assert parsed.is_refused
    assert all(p.place.file in {name, ""} for p in parsed.problems)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=40, unique=True), st.data())
def test_a_good_tree_is_taken_whole(numbers: list[int], data: st.DataObject) -> None:
    pick: Callable[[int], int] = lambda i: data.draw(st.integers(-1, i - 1))  # noqa: E731
    rows = []
    for i, number in enumerate(numbers):
        above = pick(i)
        rows.append((str(number), f"名{number}", str(numbers[above]) if above >= 0 else "", "", "", ""))
    parsed = parse(STANDARD, [as_csv(rows)])
    assert parsed.problems == []
    assert len(parsed.entries) == len(rows)
    assert is_sound(parsed)


@given(st.dates())
def test_days_are_read_back(day) -> None:
    for text in (f"{day:%Y-%m-%d}", f"{day.year:04}/{day.month}/{day.day}", f"{day:%Y%m%d}"):
        assert parse_day(text) == day or day.year < 1000
    assert parse_day(f"{day.year:04}年{day.month}月{day.day}日") == day


def test_gb18030_is_read(tmp_path) -> None:
    source = SourceFile("a.csv", "代码,名称\n1,暖色\n".encode("gb18030"))
    assert [e.name for e in parse(STANDARD, [source]).entries] == ["暖色"]


def test_excel_is_read() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["代码", "名称", "启用日期"])
    book.active.append([1, "暖色", "2020-01-01"])
    content = io.BytesIO()
    book.save(content)
    entry = parse(STANDARD, [SourceFile("a.xlsx", content.getvalue())]).entries[0]
    assert (entry.code, entry.valid_from.year) == ("1", 2020)
