"""A year of the work calendar taken over from a file, as a draft for a second person's review."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.models import CalendarRecord
from yihu.hub.foundation.codes.services.parsing import parse_day
from yihu.kit.work_calendar import CalendarYear, DayKind, Span, read_year, write_year, year_faults

KINDS = {"放假": DayKind.OFF, "上班": DayKind.MADE_UP}
HEADINGS = ("类型", "名称", "开始", "结束")
MOST_BYTES = 1024 * 1024


class UnableToReadYearError(UnableTo):
    """The file does not make a year; the text names rows and faults."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the form says beside a CSV file; a TOML file says it itself."""

    year: int | None
    number: str
    issued: date | None
    source: str = ""


@transaction.atomic
def import_year(
    *, name: str, content: bytes, notice: Notice, actor: Any = None, by: str = "", now: datetime, request: Any = None
) -> tuple[CalendarRecord, bool]:
    """
    Make a draft of a year; the second value says whether it was there already.

    :raises UnableToReadYearError: unreadable, incomplete, or its days contradict one another
    """
    found = _read(name, content, notice)
    body = write_year(found)
    stamp = hashlib.sha256(body.encode()).hexdigest()
    known = CalendarRecord.objects.filter(year=found.year, content_hash=stamp).first()
    if known is not None:
        return known, True
    made = CalendarRecord.objects.create(
        year=found.year, notice=found.notice[:60], issued_on=found.issued, source=found.source[:300], body=body,
        content_hash=stamp, created_by=getattr(actor, "pk", None),
        created_name=by or getattr(actor, "username", ""), created_at=now,
    )  # fmt: skip
    record(
        verb="calendar.import", request=request, actor=actor, username=by, target=f"calendar:{found.year}",
        target_name=str(made), detail={"file": name, "spans": len(found.spans)},
    )  # fmt: skip
    return made, False


def _read(name: str, content: bytes, notice: Notice) -> CalendarYear:
    if len(content) > MOST_BYTES:
        raise UnableToReadYearError("文件超过 1 MB，不像一年的放假安排")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        found = read_year(text) if name.lower().endswith(".toml") else _from_csv(text, notice)
    except (ValueError, csv.Error) as error:
        raise UnableToReadYearError(f"文件 {name}：{error}") from error
    if notice.year and found.year != notice.year:
        raise UnableToReadYearError(f"文件 {name} 是 {found.year} 年的安排，不是 {notice.year} 年")
    return found


def _from_csv(text: str, notice: Notice) -> CalendarYear:
    if not (notice.year and notice.number.strip() and notice.issued):
        raise ValueError("请填写年度、通知文号和通知日期")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [h for h in HEADINGS if h not in (rows.fieldnames or [])]
    if missing:
        raise ValueError(f"缺少列：{'、'.join(missing)}；应有 {'、'.join(HEADINGS)}")
    number = notice.number.strip()
    spans = tuple(_spans(rows, number))
    found = CalendarYear(notice.year, number, notice.issued, notice.source.strip(), spans)
    faults = year_faults(found)
    if faults:
        raise ValueError("；".join(faults))
    return found


def _spans(rows: "csv.DictReader[str]", number: str) -> Iterator[Span]:
    for line, row in enumerate(rows, start=2):
        kind = KINDS.get((row["类型"] or "").strip())
        first = parse_day(row["开始"] or "")
        last = parse_day(row["结束"] or row["开始"] or "")
        if kind is None:
            raise ValueError(f"第 {line} 行：类型应为“放假”或“上班”")
        if first is None or last is None:
            raise ValueError(f"第 {line} 行：开始、结束应写成 2027-01-01 的样子")
        yield Span(kind, (row["名称"] or "").strip() or "调休", first, last, number)
