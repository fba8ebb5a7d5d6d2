"""One's own inbox: the list, one notice, and what one does with them."""

import hashlib
import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yihu.hub.base.access import requires, unrecorded
from yihu.hub.base.live import live_address
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.models import Notice
from yihu.hub.foundation.notices.screens.inbox import BOXES, inbox_screen, state_of
from yihu.hub.foundation.notices.selectors import inbox as read
from yihu.hub.foundation.notices.services import inbox
from yihu.hub.screens.forms import Receipt, respond_with_act
from yihu.hub.screens.lists import PAGE_SIZES, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Page

INBOX = "notices:inbox"
MOST = max(PAGE_SIZES)
HELP = (
    ("未读", "打开即为已读；在别处把事情办了，相应消息也自动变为已读。"),
    ("待确认", "发布人要求确认的消息，读后请点“确认已阅”，发布人能看到谁已确认。"),
    ("归档", "把不再需要的消息移走，仍可查找；已读的消息保留一年。"),
    ("邮件与短信", "在“消息设置”里登记号码、按种类选择通道、设定静默时段。"),
)


@requires("notices.self")
@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """The inbox in three boxes."""
    box = request.GET.get("tab", BOXES[0].key)
    if box not in {one.key for one in BOXES}:
        raise Http404
    acts = (Act("消息设置", reverse("notices:settings"), "adjustments"),)
    if request.user.holds("notices.announce"):
        acts = (Act("发布公告", reverse("notices:announce"), "speakerphone", primary=True), *acts)
    page = Page("消息", "发给您的待办、提醒、结果和公告", acts=acts, help=HELP)
    context = {"boxes": BOXES, "box": box, "unread": read.count_unread(request.user.pk)}

    def record_export(kind: str, rows: int) -> None:
        record(verb="notice.export", request=request, target_name=f"本人消息 {rows} 条", detail={"kind": kind})

    return respond_with_list(
        request, page, inbox_screen(box), read.list_notices(request.user, box),
        record_export=record_export, template="notices/inbox.html", context=context,
    )  # fmt: skip


@requires("notices.self")
@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """One notice; looking at it is reading it."""
    found = _own(request, number)
    if found.read_at is None and found.recalled_at is None and request.method == "GET":
        inbox.mark_read(actor=request.user, numbers=[found.pk], now=timezone.now())
        found = _own(request, number)
    hidden = found.recalled_at is not None and found.read_at is None
    page = Page("已撤回的消息" if hidden else found.title, crumbs=(Crumb("消息", reverse(INBOX)),), help=HELP)
    context = {
        "page": page,
        "notice": found,
        "hidden": hidden,
        "mark": state_of(found),
        "deliveries": read.list_deliveries_of(found),
        "to_confirm": found.needs_confirm and not found.confirmed_at and not found.recalled_at,
    }
    return render(request, "notices/notice.html", context)


@requires("notices.self")
@require_safe
def follow(request: HttpRequest, number: int) -> HttpResponse:
    """To the thing itself, if the reader's posts still open that page; the page asks about this very thing again."""
    found = _own(request, number)
    if not found.url or found.recalled_at is not None:
        raise Http404
    if not read.may_open(request.user, found.url):
        page = Page("现在不能打开", crumbs=(Crumb("消息", reverse(INBOX)),), help=HELP)
        return render(request, "notices/closed.html", {"page": page, "notice": found}, status=403)
    return redirect(found.url)


@requires("notices.self")
@require_POST
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """The reader's word."""
    found = _own(request, number)
    back = reverse("notices:notice", args=[found.pk])

    def do() -> Receipt:
        inbox.confirm(actor=request.user, notice=found, now=timezone.now())
        return Receipt("已确认，发布人可以看到。", back)

    return respond_with_act(request, do, back=back)


@unrecorded
@requires("notices.self")
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Those ticked, or with `all` every unread one."""
    numbers = None if request.POST.get("all") else _ticked(request)
    done = inbox.mark_read(actor=request.user, numbers=numbers, now=timezone.now())
    messages.success(request, f"已将 {done} 条消息标为已读。" if done else "没有需要标为已读的消息。")
    return _back(request)


@unrecorded
@requires("notices.self")
@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Those ticked into the archive."""
    wanted = _ticked(request)
    done = inbox.archive(actor=request.user, numbers=wanted, now=timezone.now())
    left = f"；{len(wanted) - done} 条没有归档：待确认，或已在归档里" if done < len(wanted) else ""
    messages.success(request, f"已归档 {done} 条消息{left}。")
    return _back(request)


@unrecorded
@requires("notices.self")
@require_POST
def unarchive(request: HttpRequest, number: int) -> HttpResponse:
    """One out of the archive."""
    inbox.unarchive(actor=request.user, number=_own(request, number).pk)
    messages.success(request, "已移回消息列表。")
    return redirect(reverse("notices:notice", args=[number]))


@unrecorded
@requires("notices.self")
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The badge, the newest unread notice, and where a page may listen; 304 while nothing changed."""
    reader = request.user.pk
    body = json.dumps({**read.summaries([reader])[reader], "live": live_address(request)}, ensure_ascii=False).encode()
    mark = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    return HttpResponse(body, content_type="application/json", headers=headers)


def _own(request: HttpRequest, number: int) -> Notice:
    found = read.find_notice(request.user, number)
    if found is None:
        raise Http404
    return found


def _ticked(request: HttpRequest) -> list[int]:
    found = {int(t) for t in request.POST.getlist("row") if t.isascii() and t.isdigit() and len(t) < 16}
    return sorted(found)[:MOST]


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse(INBOX)}?{request.GET.urlencode()}".rstrip("?"))
