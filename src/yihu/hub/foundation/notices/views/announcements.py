"""Announcements: publish, follow their progress, see who has read them, recall."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.choices import AnnouncementState
from yihu.hub.foundation.notices.forms.announcing import AnnounceForm, ReasonForm
from yihu.hub.foundation.notices.models import Announcement
from yihu.hub.foundation.notices.screens.announcements import ANNOUNCEMENTS, RECEIPTS, state_of
from yihu.hub.foundation.notices.selectors import announcements as read
from yihu.hub.foundation.notices.services import announcing
from yihu.hub.foundation.org.api import Office, within
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Fact, Page, Tab
from yihu.hub.screens.suggestions import SUGGESTED, respond_with_suggestions, typed

LIST = "notices:announcements"
HELP = (
    ("范围", "您的岗位管得到的机关，连同它的所有下级；可以只发给有某项岗责的人。"),
    ("送达", "发布后由后台送入每个人的消息，人多时需要几秒到几分钟；中断会自动接着送，不会重复。"),
    ("回执", "谁已读、谁已确认，逐人可查；可以导出未读名单。"),
    ("撤回", "还没有读的人那里会消失；已经读过的人仍能看到，并注明已撤回。"),
)


@requires("notices.announce")
@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """One's own announcements."""
    acts = (Act("发布公告", reverse("notices:announce"), "speakerphone", primary=True),)
    page = Page("我发布的公告", "发给本机关及下级的通知，和它们的回执", (_inbox(),), acts, HELP)
    rows = read.list_announcements(request.user)
    return respond_with_list(request, page, ANNOUNCEMENTS, rows, record_export=_recorder(request, "我发布的公告"))


@requires("notices.announce")
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Write one."""
    screen = FormScreen(
        "发布", reverse(LIST),
        groups=(("发给谁", ("office", "duty")), ("内容", ("title", "urgency", "body", "needs_confirm", "sure"))),
        outcome=(
            "送入范围内每个在岗人员的消息，发布人是您。",
            "登记了邮箱的另收到邮件；自己选了公告短信的另收到短信。",
            "“紧急”会在静默时段发出，请慎用；“一般”的邮件并入每日汇总。",
            "逐人回执可查；未读的可以撤回。",
        ),
    )  # fmt: skip

    def act(values: dict[str, Any]) -> Receipt:
        made = announcing.announce(actor=request.user, now=timezone.now(), **values)
        return Receipt(f"已发布，正送往 {made.total} 人。", reverse("notices:announcement", args=[made.pk]))

    form = filled(request, AnnounceForm, **({} if request.method == "POST" else {"initial": _initial(request)}))
    page = Page("发布公告", crumbs=(_inbox(), Crumb("我发布的公告", reverse(LIST))), help=HELP)
    return respond_with_form(request, page, screen, form, act)


def _initial(request: HttpRequest) -> dict[str, str]:
    office = request.user.office
    return {"office": f"{office.code} {office.name}"} if request.user.reaches("notices.announce", office) else {}


@requires("notices.announce")
@require_safe
def announcement(request: HttpRequest, number: int) -> HttpResponseBase:
    """One, with its receipts."""
    found = _own(request, number)
    counts = read.count_receipts(found)
    facts = [
        Fact("范围", f"{found.office.name}及下级"),
        Fact("岗责", found.duty.name if found.duty else "全部在岗人员"),
        Fact("送达", f"{found.made:,} / {found.total:,}"),
        Fact("已读", counts["read"], kind="count"),
        Fact("发布时间", found.created_at, kind="minute"),
    ]
    if found.needs_confirm:
        facts.insert(4, Fact("已确认", counts["confirmed"], kind="count"))
    head = DetailHead(tuple(facts), (Tab("receipts", "回执", counts["all"]), Tab("text", "内容")), state_of(found))
    acts = () if found.state == AnnouncementState.RECALLED else (Act("撤回", _to("recall", found), "arrow-back-up"),)
    page = Page(found.title, crumbs=(_inbox(), Crumb("我发布的公告", reverse(LIST))), acts=acts, help=HELP)
    context = {"announcement": found, "sending": found.state == AnnouncementState.SENDING}
    if request.GET.get("tab") == "text":
        context["body"] = "notices/text.html"
    return respond_with_detail(
        request, page, head, {"receipts": (RECEIPTS, lambda: read.receipts_of(found))},
        record_export=_recorder(request, f"回执 {found.title}"), context=context,
    )  # fmt: skip


@requires("notices.announce")
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: HttpRequest, number: int) -> HttpResponse:
    """Take it back from those who have not read it."""
    found = _own(request, number)
    counts = read.count_receipts(found)
    screen = FormScreen(
        "撤回", _to("announcement", found), danger=True,
        outcome=(
            f"从尚未阅读的 {counts['all'] - counts['read']} 人那里撤回，他们只看到“发布人已撤回”。",
            f"已读的 {counts['read']} 人仍能看到内容，并注明已撤回。",
            "还没有发出的邮件和短信不再发出；已经发出的收不回来。",
        ),
    )  # fmt: skip

    def act(values: dict[str, Any]) -> Receipt:
        taken = announcing.recall(actor=request.user, announcement=found, now=timezone.now(), **values)
        return Receipt(f"已从 {taken} 人那里撤回。", _to("announcement", found))

    page = Page(f"撤回：{found.title}", crumbs=(_inbox(), Crumb("我发布的公告", reverse(LIST))), help=HELP)
    return respond_with_form(request, page, screen, filled(request, ReasonForm), act)


@requires("notices.announce")
@require_safe
def suggest_offices(request: HttpRequest) -> HttpResponse:
    """Offices within reach that fit what is typed."""
    text = typed(request).split(" ")[0]
    rows = Office.objects.filter(within(request.user, "notices.announce"), valid_to=None)
    found = rows.filter(code__startswith=text) | rows.filter(name__contains=text)
    return respond_with_suggestions(
        request, [(f"{o.code} {o.name}", o.get_level_display()) for o in found.order_by("path")[:SUGGESTED]]
    )


def _own(request: HttpRequest, number: int) -> Announcement:
    found = read.find_announcement(request.user, number)
    if found is None:
        raise Http404
    return found


def _to(url_name: str, found: Announcement) -> str:
    return reverse(f"notices:{url_name}", args=[found.pk])


def _inbox() -> Crumb:
    return Crumb("消息", reverse("notices:inbox"))


def _recorder(request: HttpRequest, title: str) -> Any:
    def write(kind: str, rows: int) -> object:
        return record(
            verb="announcement.export", request=request, target=f"page:{request.path}",
            target_name=f"{title} {rows} 行", detail={"rows": rows, "kind": kind},
        )  # fmt: skip

    return write
