"""The work calendar: a year in twelve months, deadlines worked out, a year taken over from a file and reviewed."""

import calendar
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.codes.choices import State
from yihu.hub.foundation.codes.forms import DeadlineForm, YearForm, posted, sent_files
from yihu.hub.foundation.codes.models import CalendarRecord
from yihu.hub.foundation.codes.selectors.calendars import list_years, work_calendar
from yihu.hub.foundation.codes.services import publishing
from yihu.hub.foundation.codes.services.calendars import Notice, import_year
from yihu.hub.foundation.codes.views.tables import home_crumb
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Act, Crumb, Page
from yihu.kit.work_calendar import DayKind, UnknownCalendarYearError, WorkCalendar, read_year

WORDS = {DayKind.OFF: "休", DayKind.MADE_UP: "班", DayKind.WEEKEND: "", DayKind.WORKING: ""}
SAYS = {DayKind.OFF: "放假", DayKind.MADE_UP: "调休上班", DayKind.WEEKEND: "周末", DayKind.WORKING: "工作日"}
FILING_DAY = 15
HELP = (
    ("来源", "每年的放假与调休以国务院办公厅通知为准，逐日记着文号；没有通知的年度不推算，用到时会明确拒绝。"),
    (
        "顺延",
        "期限最后一日是休假日的，顺延到休假后第一个工作日；期限内有连续三日以上休假的，按天数顺延（征管法实施细则第一百零九条）。",
    ),
    ("新年度", "通知公布后由系统管理员导入，另一人对照通知审核发布。"),
)


def _crumbs() -> tuple[Crumb, ...]:
    return home_crumb(), Crumb("工作日历", reverse("codes:calendar"))


@requires("codes.view")
def years(request: HttpRequest) -> HttpResponse:
    """The present year, or the newest there is."""
    known = work_calendar().years
    if not known:
        raise Http404("还没有任何年度的工作日历")
    today = timezone.localdate().year
    return redirect("codes:calendar-year", year=today if today in known else max(known))


@requires("codes.view")
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Twelve months with days off and made-up days, the notice, filing deadlines, and working-day arithmetic."""
    works = work_calendar()
    entries = list_years()
    context: dict[str, Any] = {
        "page": Page(f"{year} 年工作日历", crumbs=_crumbs(), acts=_acts(request.user), help=HELP),
        "years": entries, "year": year, "in_force": works.years.get(year),
        "pending": next((e.pending for e in entries if e.year == year), ()) if _keeps(request.user) else (),
    }  # fmt: skip
    if year in works.years:
        context |= {"months": _months(works, year), "summary": _summary(works, year), **_deadline(request, works)}
    return render(request, "codes/calendar.html", context)


def _keeps(user: Any) -> bool:
    return user.holds("codes.edit") or user.holds("codes.review")


def _acts(user: Any) -> tuple[Act, ...]:
    return (
        (Act("导入年度", reverse("codes:calendar-import"), "upload", primary=True),) if user.holds("codes.edit") else ()
    )


def _months(works: WorkCalendar, year: int) -> list[dict[str, Any]]:
    weeks = calendar.Calendar(firstweekday=0)
    return [
        {
            "number": month,
            "weeks": [[_cell(works, d) if d.month == month else None for d in week] for week in days],
            "working": works.count_working_days(date(year, month, 1), _month_end(year, month)),
            "filing": _filing(works, year, month),
        }
        for month in range(1, 13)
        for days in [weeks.monthdatescalendar(year, month)]
    ]


def _cell(works: WorkCalendar, on: date) -> dict[str, Any]:
    day = works.day(on)
    says = f"{on} {SAYS[day.kind]}" + (f"：{day.name}（{day.notice}）" if day.name else "")
    return {"day": on.day, "kind": day.kind.value, "word": WORDS[day.kind], "says": says}


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _filing(works: WorkCalendar, year: int, month: int) -> date | None:
    """The last day of the month's filing period, or None when it would reach into an unknown year."""
    try:
        return works.statutory_deadline(date(year, month, 1), date(year, month, FILING_DAY))
    except UnknownCalendarYearError:
        return None


def _summary(works: WorkCalendar, year: int) -> dict[str, int]:
    found = works.years[year]
    off = sum(len(s.days()) for s in found.spans if s.kind is DayKind.OFF)
    made_up = sum(len(s.days()) for s in found.spans if s.kind is DayKind.MADE_UP)
    working = works.count_working_days(date(year, 1, 1), date(year, 12, 31))
    return {"working": working, "off": off, "made_up": made_up}


def _deadline(request: HttpRequest, works: WorkCalendar) -> dict[str, Any]:
    form = DeadlineForm(request.GET if "first" in request.GET else None)
    if not form.is_bound or not form.is_valid():
        return {"deadline_form": form}
    asked = form.cleaned_data
    try:
        answer = {
            "deadline": works.statutory_deadline(asked["first"], asked["last"]),
            "working": works.count_working_days(asked["first"], asked["last"]),
            "rest": works.longest_rest(asked["first"], asked["last"]),
        }
    except UnknownCalendarYearError as error:
        form.add_error(None, str(error))
        return {"deadline_form": form}
    return {"deadline_form": form, "answer": answer}


@requires("codes.edit")
def import_calendar(request: HttpRequest) -> HttpResponse:
    """A year from a file, as a draft."""
    screen = FormScreen(
        "读取并存为草稿", reverse("codes:calendar"),
        groups=(("通知", ("year", "number", "issued", "source")), ("安排", ("file",))),
        outcome=("日期重叠、不属于该年度或调休日不是周末的，整年不导入。", "存为草稿后送审，由另一人对照通知发布。"),
    )  # fmt: skip
    page = Page("导入年度", "按国务院办公厅的通知导入一年的放假与调休。", crumbs=_crumbs())

    def act(data: dict[str, Any]) -> Receipt:
        notice = Notice(data["year"], data["number"], data["issued"], data["source"])
        made, known = import_year(
            name=data["file"].name, content=data["file"].read(), notice=notice, actor=request.user,
            now=timezone.now(), request=request,
        )  # fmt: skip
        text = f"“{made}”以前导入过，没有变化。" if known else f"“{made}”已存为草稿。"
        return Receipt(text, reverse("codes:calendar-draft", args=[made.pk]))

    return respond_with_form(request, page, screen, YearForm(posted(request), sent_files(request)), act)


@requires("codes.view")
def year_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A year in preparation, shown as it would look, with the next step."""
    record = get_object_or_404(CalendarRecord, pk=pk)
    if record.state != State.PUBLISHED and not _keeps(request.user):
        raise Http404("没有这个年度")
    preview = WorkCalendar([read_year(record.body)])
    context = {
        "page": Page(str(record), crumbs=_crumbs()), "record": record,
        "spans": sorted(preview.years[record.year].spans, key=lambda s: s.first),
        "summary": _summary(preview, record.year),
        "may_edit": request.user.holds("codes.edit") and record.state == State.DRAFT,
        "may_review": request.user.holds("codes.review") and record.state == State.IN_REVIEW,
        "took_part": publishing.took_part(record, request.user),
        "steps": {n: reverse(f"codes:calendar-{n}", args=[pk]) for n in ("submit", "publish", "return", "discard")},
    }  # fmt: skip
    return render(request, "codes/calendar_draft.html", context)


def _step(request: HttpRequest, pk: int, act: Callable[[CalendarRecord], str], *, gone: bool = False) -> HttpResponse:
    record = get_object_or_404(CalendarRecord, pk=pk)
    here = reverse("codes:calendar-draft", args=[pk])
    target = reverse("codes:calendar") if gone else here
    return respond_with_act(request, lambda: Receipt(act(record), target), back=here)


@requires("codes.edit")
@require_POST
def year_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a year for review."""

    def act(item: CalendarRecord) -> str:
        publishing.submit(item=item, actor=request.user, now=timezone.now(), request=request)
        return f"“{item}”已送审。"

    return _step(request, pk, act)


@requires("codes.review")
@require_POST
def year_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a year that another drafted."""

    def act(item: CalendarRecord) -> str:
        note = request.POST.get("note", "")[:500]
        publishing.publish(item=item, actor=request.user, now=timezone.now(), note=note, request=request)
        return f"“{item}”已发布。"

    return _step(request, pk, act)


@requires("codes.review")
@require_POST
def year_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a year back with a reason."""

    def act(item: CalendarRecord) -> str:
        note = request.POST.get("note", "")[:500]
        publishing.send_back(item=item, actor=request.user, now=timezone.now(), note=note, request=request)
        return f"“{item}”已退回。"

    return _step(request, pk, act)


@requires("codes.edit")
@require_POST
def year_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a year's draft away."""

    def act(item: CalendarRecord) -> str:
        told = str(item)
        publishing.discard(item=item, actor=request.user, request=request)
        return f"草稿“{told}”已删除。"

    return _step(request, pk, act, gone=True)
