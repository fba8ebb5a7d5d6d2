"""Rows of files made into the entries of a version: each row checked, codes unique in time, the tree whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from yihu.hub.foundation.codes.services.layouts import FileShape, Layout
from yihu.hub.foundation.codes.services.problems import Place, Problem, fatal, flag, reject
from yihu.hub.foundation.codes.services.reading import RawRow, SourceFile, UnreadableFileError, read_rows
from yihu.hub.foundation.codes.services.revisions import RevisionRow, Successor, collapse, successors_of
from yihu.hub.foundation.codes.services.trees import plant
from yihu.kit.findings import Severity

NAME_LENGTH, CODE_LENGTH = 500, 40
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")


@dataclass(slots=True)
class Draft:
    """An entry on its way into a version; `parent` and `level` are set when the tree is planted."""

    code: str
    name: str
    place: Place
    parent: str = ""
    level: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Parsed:
    """What the files came to. `is_refused` when the version as a whole must not be made."""

    entries: list[Draft]
    problems: list[Problem]
    successors: list[Successor]
    read: int = 0

    @property
    def is_refused(self) -> bool:
        return any(p.fatal for p in self.problems)

    @property
    def rejected(self) -> int:
        """Rows kept out."""
        return len(
            {(p.place.file, p.place.row) for p in self.problems if p.severity is Severity.REJECT and p.place.row}
        )


def parse(layout: Layout, sources: Sequence[SourceFile]) -> Parsed:
    """Read and check all files of a version. Faults of rows keep the rows out; faults of the tree refuse everything."""
    problems: list[Problem] = []
    rows: list[Draft] = []
    revisions: list[RevisionRow] = []
    read = 0
    for source in sources:
        shape = layout.shape_of(source.name)
        if shape is None:
            problems.append(_unused(source, layout))
            continue
        try:
            for raw in read_rows(source, shape):
                read += 1
                made = _draft(raw, shape, layout, problems)
                if made is not None and shape.revisions:
                    _add_revision(made, raw, shape, revisions, problems)
                elif made is not None:
                    rows.append(made)
        except UnreadableFileError as error:
            problems.append(_fatal(error.problem))
    entries, successors = _gather(rows, revisions, layout, problems)
    plant(entries, layout, problems)
    if not entries and not any(p.fatal for p in problems):
        problems.append(fatal("E-CODE-NOTHING", "没有一行可以采纳", "核对文件与版式是否相符", Place()))
    return Parsed(entries, problems, successors, read)


def _gather(
    rows: list[Draft], revisions: list[RevisionRow], layout: Layout, problems: list[Problem]
) -> tuple[list[Draft], list[Successor]]:
    if not revisions:
        return _without_overlaps(rows, problems), []
    spans = collapse(revisions)
    entries = [Draft(s.code, s.name, s.place, "", 1, s.valid_from, s.valid_to, {"系列": s.series}) for s in spans]
    return entries, successors_of(spans) if layout.successors else []


def _draft(raw: RawRow, shape: FileShape, layout: Layout, problems: list[Problem]) -> Draft | None:
    """The entry of a row, or None after saying why not."""
    heading = shape.columns["code"]
    code, name = layout.tidy(_value(raw, shape, "code")), _value(raw, shape, "name")
    place = Place(raw.file, raw.number, heading, code)
    if not code:
        problems.append(reject("E-CODE-EMPTY", "代码是空的", "补上代码，或删去此行", place))
        return None
    if len(code) > CODE_LENGTH or not layout.code.fullmatch(code):
        problems.append(reject("E-CODE-FORM", f"代码“{code[:60]}”不合版式", f"应是{layout.code_says}", place))
        return None
    if not 0 < len(name) <= NAME_LENGTH:
        message = "名称是空的" if not name else f"名称超过 {NAME_LENGTH} 字"
        column = shape.columns["name"]
        problems.append(
            reject("E-CODE-NAME", message, "补上或缩短名称", Place(raw.file, raw.number, column, name[:60]))
        )
        return None
    draft = Draft(code, name, place, attributes=_attributes(raw, shape))
    parent = _parent(raw, shape) if layout.tree == "column" else ""
    draft.parent = "" if parent in layout.tops else layout.tidy(parent)
    return draft if _set_dates(draft, raw, shape, problems) else None


def _value(raw: RawRow, shape: FileShape, what: str) -> str:
    heading = shape.heading(what)
    return raw.values.get(heading, "") if heading else ""


def _parent(raw: RawRow, shape: FileShape) -> str:
    parent = _value(raw, shape, "parent")
    return raw.values.get(shape.parent_from[parent], "") if parent in shape.parent_from else parent


def _attributes(raw: RawRow, shape: FileShape) -> dict[str, str]:
    if shape.attributes is not None:
        found = {name: raw.values.get(heading, "") for name, heading in shape.attributes.items()}
    else:
        known = {shape.heading(what) for what in shape.columns}
        found = {heading: value for heading, value in raw.values.items() if heading not in known}
    return {name: value for name, value in found.items() if value}


def _set_dates(draft: Draft, raw: RawRow, shape: FileShape, problems: list[Problem]) -> bool:
    for what in ("valid_from", "valid_to"):
        text = _value(raw, shape, what)
        if not text:
            continue
        day = parse_day(text)
        if day is None:
            place = Place(raw.file, raw.number, shape.heading(what) or "", text[:60])
            problems.append(reject("E-CODE-DATE", f"“{text[:30]}”不是日期", "写成 2026-01-31 的样子", place))
            return False
        setattr(draft, what, day)
    if draft.valid_from and draft.valid_to and draft.valid_from >= draft.valid_to:
        problems.append(reject("E-CODE-SPAN", "停用日期不晚于启用日期", "停用日期是不再有效的第一天", draft.place))
        return False
    return True


def parse_day(text: str) -> date | None:
    """A day written 2026-01-31, 2026/1/31, 20260131 or 2026年1月31日; None when it is none."""
    found = DAY.match(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _add_revision(
    draft: Draft, raw: RawRow, shape: FileShape, revisions: list[RevisionRow], problems: list[Problem]
) -> None:
    text, series = _value(raw, shape, "revision"), _value(raw, shape, "series")
    known = (shape.revisions or {})["series"]
    order = list(known)
    month = parse_day(f"{text}01") if len(text) == len("202601") and text.isdigit() else None
    if month is None or series not in order:
        place = Place(raw.file, raw.number, shape.heading("revision") or "", f"{series} {text}"[:60])
        problems.append(reject("E-CODE-REVISION", f"不认识的修订“{series} {text}”", "修订写成 200212", place))
        return
    revisions.append(RevisionRow(order.index(series), known[series], month, draft.code, draft.name, draft.place))


def _without_overlaps(rows: Iterable[Draft], problems: list[Problem]) -> list[Draft]:
    """The rows without those whose code is taken by an earlier row on some day."""
    taken: dict[str, list[Draft]] = {}
    kept = []
    for row in rows:
        others = taken.setdefault(row.code, [])
        other = next((o for o in others if _overlap(o, row)), None)
        if other is not None:
            message = f"代码 {row.code} 与第 {other.place.row} 行重复（{other.name}）"
            problems.append(reject("E-CODE-DUPLICATE", message, "只留一行，或用启停日期分开", row.place))
            continue
        others.append(row)
        kept.append(row)
    return kept


def _overlap(one: Draft, other: Draft) -> bool:
    first, second = sorted((one, other), key=lambda d: d.valid_from or date.min)
    return (second.valid_from or date.min) < (first.valid_to or date.max)


def _unused(source: SourceFile, layout: Layout) -> Problem:
    wanted = "、".join(shape.match for shape in layout.files)
    return flag("E-CODE-UNUSED-FILE", "版式用不到这个文件", f"版式 {layout.name} 读取 {wanted}", Place(source.name))


def _fatal(problem: Problem) -> Problem:
    return fatal(problem.code, problem.message, problem.fix, problem.place)
