"""Mappings confirmed by a second person; years of the calendar that are refused until somebody publishes them."""

from datetime import date

import pytest
from django.utils import timezone

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.codes.choices import MappingKind, MappingState
from yihu.hub.foundation.codes.models import CalendarRecord
from yihu.hub.foundation.codes.selectors.calendars import list_years, work_calendar
from yihu.hub.foundation.codes.selectors.tables import list_unmapped, mappings_of
from yihu.hub.foundation.codes.services import mapping, publishing
from yihu.hub.foundation.codes.services.calendars import Notice, UnableToReadYearError, import_year
from yihu.hub.foundation.codes.services.problems import Place
from yihu.hub.foundation.codes.services.revisions import NamedSpan, RevisionRow, collapse, stem, successors_of
from yihu.kit.work_calendar import UnknownCalendarYearError, read_year, shipped_calendar, write_year

NOW = timezone.now()
YEAR = "类型,名称,开始,结束\n放假,元旦,2027-01-01,2027-01-03\n上班,元旦,2027-01-09,\n"
NOTICE = Notice(2027, "国办发明电〔2026〕0号", date(2026, 11, 20))


def fields(version, from_code="11", to_code="12", kind=MappingKind.ONE_TO_ONE) -> mapping.MappingFields:
    return mapping.MappingFields(version, from_code, version, to_code, kind, date(2020, 1, 1), "某文号")


@pytest.mark.django_db
def test_a_mapping_counts_once_another_confirmed_it(published, editor, reviewer) -> None:
    version = published()
    made = mapping.propose_mapping(fields=fields(version), actor=editor, now=NOW)
    with pytest.raises(mapping.UnableToMapError, match="须由另一人确认"):
        mapping.judge_mapping(mapping=made, agree=True, actor=editor, now=NOW)
    judged = mapping.judge_mapping(mapping=made, agree=True, actor=reviewer, now=NOW)
    assert judged.state == MappingState.CONFIRMED
    assert [m.to_code for m in mappings_of(version.table, "11")[0]] == ["12"]
    assert [m.from_code for m in mappings_of(version.table, "12")[1]] == ["11"]
    assert AccessRecord.objects.filter(verb="code_table.map-confirm").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"from_code": "99"}, "没有代码 99"),
        ({"to_code": ""}, "必须有新代码"),
        ({"kind": MappingKind.ABOLISHED}, "废止的代码没有新代码"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(published, editor, wrong, reason: str) -> None:
    with pytest.raises(mapping.UnableToMapError, match=reason):
        mapping.propose_mapping(fields=fields(published(), **wrong), actor=editor, now=NOW)


@pytest.mark.django_db
def test_a_rejected_mapping_may_be_proposed_again(published, editor, reviewer) -> None:
    version = published()
    first = mapping.propose_mapping(fields=fields(version), actor=editor, now=NOW)
    with pytest.raises(mapping.UnableToMapError, match="已经有了"):
        mapping.propose_mapping(fields=fields(version), actor=editor, now=NOW)
    mapping.judge_mapping(mapping=first, agree=False, actor=reviewer, now=NOW)
    mapping.propose_mapping(fields=fields(version), actor=editor, now=NOW)


@pytest.mark.django_db
def test_given_up_codes_without_a_mapping_are_listed(published, editor) -> None:
    version = published("代码,名称,停用日期\n1,甲,2020-01-01\n2,乙,\n")
    assert [c.code for c in list_unmapped(version)] == ["1"]
    mapping.propose_mapping(fields=fields(version, "1", "2"), actor=editor, now=NOW)
    assert list_unmapped(version) == []


def row(month: str, code: str, name: str) -> RevisionRow:
    return RevisionRow(0, "甲", date.fromisoformat(f"{month}-01"), code, name, Place())


def test_lists_become_spans() -> None:
    rows = [
        row("2000-01", "10", "京山县"), row("2001-01", "10", "京山县"), row("2002-01", "20", "京山市"),
        row("2000-01", "30", "旧名"), row("2001-01", "30", "新名"), row("2002-01", "30", "新名"),
    ]  # fmt: skip
    spans = [(s.code, s.name, s.valid_from, s.valid_to) for s in collapse(rows)]
    assert spans == [
        ("10", "京山县", None, date(2002, 1, 1)),
        ("20", "京山市", date(2002, 1, 1), None),
        ("30", "旧名", None, date(2001, 1, 1)),
        ("30", "新名", date(2001, 1, 1), None),
    ]


def test_a_code_out_of_use_for_a_while_has_two_spans() -> None:
    rows = [row("2000-01", "10", "甲"), row("2001-01", "20", "乙"), row("2002-01", "10", "甲")]
    assert [(s.valid_from, s.valid_to) for s in collapse(rows) if s.code == "10"] == [
        (None, date(2001, 1, 1)),
        (date(2002, 1, 1), None),
    ]


def test_two_candidates_are_no_answer() -> None:
    on = date(2002, 1, 1)
    spans = [
        NamedSpan("110", "同名县", None, on, "甲", Place()),
        NamedSpan("111", "同名县", on, None, "甲", Place()),
        NamedSpan("112", "同名县", on, None, "甲", Place()),
    ]
    assert [s.to_code for s in successors_of(spans)] == [""]
    assert [s.to_code for s in successors_of(spans[:2])] == ["111"]


@pytest.mark.parametrize(("name", "bare"), [("武清县", "武清"), ("开县", "开县"), ("延边朝鲜族自治州", "延边")])
def test_the_stem_of_a_place_name(name: str, bare: str) -> None:
    assert stem(name) == bare


@pytest.mark.django_db
def test_a_new_year_counts_once_another_published_it(editor, reviewer) -> None:
    record, known = import_year(name="a.csv", content=YEAR.encode(), notice=NOTICE, actor=editor, now=NOW)
    assert not known
    assert next((e.year, e.in_force) for e in list_years()) == (2027, None)
    with pytest.raises(UnknownCalendarYearError):
        work_calendar().is_working_day(date(2027, 1, 4))
    publishing.submit(item=record, actor=editor, now=NOW)
    with pytest.raises(publishing.UnableToPublishError):
        publishing.publish(item=record, actor=editor, now=NOW)
    publishing.publish(item=record, actor=reviewer, now=NOW)
    calendar = work_calendar()
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.is_working_day(date(2027, 1, 9))
    assert calendar.day(date(2027, 1, 1)).notice == NOTICE.number
    assert AccessRecord.objects.get(verb="calendar.publish").target == "calendar:2027"


@pytest.mark.django_db
def test_a_change_of_a_published_year_overrules_it(editor, reviewer) -> None:
    text = write_year(shipped_calendar().years[2026]).replace("2026-10-07", "2026-10-08")
    blank = Notice(None, "", None)
    record, _ = import_year(name="2026.toml", content=text.encode(), notice=blank, actor=editor, now=NOW)
    publishing.submit(item=record, actor=editor, now=NOW)
    publishing.publish(item=record, actor=reviewer, now=NOW)
    assert not work_calendar().is_working_day(date(2026, 10, 8))


@pytest.mark.django_db
def test_the_same_file_makes_one_draft(editor) -> None:
    first, _ = import_year(name="a.csv", content=YEAR.encode(), notice=NOTICE, actor=editor, now=NOW)
    again, known = import_year(name="b.csv", content=YEAR.encode("gb18030"), notice=NOTICE, actor=editor, now=NOW)
    assert known
    assert (again, CalendarRecord.objects.count()) == (first, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("类型,名称\n", "缺少列"),
        (YEAR.replace("放假,", "假,"), "第 2 行：类型"),
        (YEAR.replace("2027-01-01", "元旦"), "第 2 行：开始"),
        (YEAR.replace("2027-01-09", "2027-01-02"), "重叠"),
        (YEAR.replace("2027-01-09", "2027-01-08"), "周六或周日"),
        ("", "缺少列"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(editor, text: str, reason: str) -> None:
    with pytest.raises(UnableToReadYearError, match=reason):
        import_year(name="a.csv", content=text.encode(), notice=NOTICE, actor=editor, now=NOW)
    assert not CalendarRecord.objects.exists()


def test_every_shipped_year_is_written_and_read_back() -> None:
    for year in shipped_calendar().years.values():
        assert read_year(write_year(year)) == year
