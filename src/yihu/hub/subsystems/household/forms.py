"""What a page's address may ask for, read without ever failing: nonsense falls back to the default."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import Http404, QueryDict

from yihu.hub.registers.snapshots.api import SORTS, Level, WorklistFilter
from yihu.hub.subsystems.household.choices import COLUMNS, REPORTED_STEPS, Column
from yihu.hub.subsystems.household.compute import SourcePlace
from yihu.hub.subsystems.household.selectors import MAX_STEPS, Period, TraceRequest

PAGE_SIZES = (20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class WorklistRequest:
    """One reading of the worklist's address."""

    wanted: WorklistFilter
    sort: str
    size: int
    page: int
    columns: tuple[Column, ...]

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def read_worklist(query: QueryDict, **scope: tuple[str, ...]) -> WorklistRequest:
    """Read filters, sort, page size, page and columns; `scope` is the reader's offices and divisions."""
    wanted = WorklistFilter(
        levels=tuple(v for v in query.getlist("level") if v in Level.values),
        division=query.get("division", "").strip(),
        industry=query.get("industry", "").strip(),
        kind=query.get("kind", "").strip(),
        rule=query.get("rule", "").strip(),
        text=query.get("text", "").strip(),
        registered_only=query.get("registered") == "1",
        **scope,
    )
    sort = query.get("sort", "rank")
    size = read_count(query, "size", PAGE_SIZES[0], low=1, high=PAGE_SIZES[-1])
    chosen = set(query.getlist("col"))
    columns = tuple(c for c in COLUMNS if (c.key in chosen if chosen else c.shown) or c.key == "name")
    return WorklistRequest(
        wanted=wanted,
        sort=sort if sort in SORTS else "rank",
        size=size if size in PAGE_SIZES else PAGE_SIZES[0],
        page=read_count(query, "page", 1, low=1, high=1_000_000),
        columns=columns,
    )


def read_trace(query: QueryDict) -> TraceRequest:
    """Read the trace page's address; steps are 0 to 5 on each side."""
    return TraceRequest(
        reference=query.get("household", "").strip(),
        up=read_count(query, "up", 2, low=0, high=MAX_STEPS),
        down=read_count(query, "down", 2, low=0, high=MAX_STEPS),
        min_amount=_read(forms.DecimalField(min_value=0), query.get("min_amount")) or Decimal(0),
        period=read_period(query),
        time_ordered=query.get("ordered") == "1",
    )


def read_period(query: QueryDict) -> Period:
    """Read `start` and `end` days; a start after the end is turned round."""
    start = _read(forms.DateField(), query.get("start"))
    end = _read(forms.DateField(), query.get("end"))
    if start and end and start > end:
        start, end = end, start
    return Period(start, end)


def read_place(query: QueryDict) -> SourcePlace:
    """
    Read where a gathered row stands.

    :raises Http404: the row is no number
    """
    row = query.get("row", "")
    if not row.isdecimal():
        raise Http404
    return SourcePlace(query.get("table", ""), query.get("batch", ""), query.get("file", ""), int(row))


def read_count(query: QueryDict, name: str, default: int, *, low: int, high: int) -> int:
    """Read a whole number within bounds."""
    value = _read(forms.IntegerField(), query.get(name))
    return default if value is None else min(max(value, low), high)


def _read(field: forms.Field, text: str | None):  # noqa: ANN202
    field.required = False
    try:
        return field.clean(text or "")
    except forms.ValidationError:
        return None


class ViewForm(forms.Form):
    """Name a saved view."""

    name = forms.CharField(label="名称", max_length=40, strip=True)
    query = forms.CharField(max_length=1000, required=False)


class JudgementForm(forms.Form):
    """Join two numbers into one household, or part them."""

    left = forms.CharField(label="识别号", max_length=64, strip=True)
    right = forms.CharField(label="另一识别号", max_length=64, strip=True)
    reason = forms.CharField(
        label="理由",
        min_length=4,
        max_length=500,
        strip=True,
        error_messages={"required": "请写明理由：它会永久留在判定日志中", "min_length": "理由至少写 4 个字"},
    )
    force = forms.BooleanField(label="已知悉冲突，仍要执行", required=False)


# A household, or a relation as seller>buyer.
SUBJECT = r"^[^\s>]{1,32}(>[^\s>]{1,32})?$"


class MarkForm(forms.Form):
    """A pin and a note on one household or relation of a canvas; neither takes the mark away."""

    subject = forms.RegexField(SUBJECT, max_length=65)
    pinned = forms.BooleanField(required=False)
    x = forms.FloatField(required=False, min_value=-1e6, max_value=1e6)
    y = forms.FloatField(required=False, min_value=-1e6, max_value=1e6)
    note = forms.CharField(required=False, max_length=500, strip=True, error_messages={"max_length": "批注至多 500 字"})


class StepForm(forms.Form):
    """A step the page reports by itself."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in REPORTED_STEPS])
    subject = forms.RegexField(SUBJECT, max_length=65, required=False)
    start = forms.DateField(required=False)
    end = forms.DateField(required=False)
