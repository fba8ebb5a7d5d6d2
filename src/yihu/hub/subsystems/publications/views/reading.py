"""Searching and reading."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.screens.pages import Act, Crumb, Page
from yihu.hub.subsystems.publications.choices import Column, Kind, State, Topic
from yihu.hub.subsystems.publications.forms import WordForm
from yihu.hub.subsystems.publications.models import Publication, Revision
from yihu.hub.subsystems.publications.selectors import shelf as read
from yihu.hub.subsystems.publications.services.listening import give_word

SIZE = 15
HELP = (
    ("检索", "按词查找标题、问题、摘要、关键词和正文；几个词之间都要出现，标题里整句相同的排在最前。"),
    ("现行", "页面上显示的是今天有效的版本；修订过的，旧版可以从“历次版本”看到。"),
    ("依据", "写明文件、文号和条款；标“已失效”的，正文可能不再适用，正等待编辑复核。"),
    ("没有帮助", "写一句哪里不清楚，责任机关的编辑会收到并答复。"),
)
TONES = {State.LIVE: "on", State.WITHDRAWN: "stop", State.ACCEPTED: "wait", State.SCHEDULED: "wait"}


@requires("publications.read")
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Everything that may be read; with words, what holds them."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    kind, topic = request.GET.get("kind", ""), request.GET.get("topic", "")
    rows = read.list_readable(request.user)
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    if topic in Topic.values:
        rows = rows.filter(topic=topic)
    rows = read.search(rows, text) if text else rows.order_by("-effective", "-pk")
    page = Page("知识库", "12366 答复、知识文章与期刊文章", acts=_acts(request), help=HELP)
    context = {
        "page": page, "text": text, "kind": kind, "topic": topic, "kinds": Kind.choices, "topics": Topic.choices,
        "found": Paginator(rows, SIZE).get_page(request.GET.get("page")), "filtered": bool(text or kind or topic),
    }  # fmt: skip
    return render(request, "publications/shelf.html", context)


def _acts(request: HttpRequest) -> tuple[Act, ...]:
    if not request.user.holds("publications.keep"):
        return ()
    return (
        Act("维护", reverse("publications:kept"), "list-details"),
        Act("待复核", reverse("publications:due"), "calendar-exclamation"),
        Act("读者反馈", reverse("publications:words"), "message-report"),
        Act("政策文件", reverse("publications:laws"), "scale"),
    )


@requires("publications.read")
@require_safe
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """The text that holds today."""
    publication, revision = _find(request, code)
    read.count_reading(publication)
    return _shown(request, publication, revision)


@requires("publications.read")
@require_safe
def revision(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """An earlier text, or one that is to come."""
    publication, _ = _find(request, code)
    found = publication.revisions.select_related("author", "approver", "withdrawn_by").filter(number=number).first()
    if found is None or (publication.kind == Kind.PAPER and not read.is_out(publication)):
        raise Http404("没有这一版")
    return _shown(request, publication, found)


@requires("publications.read")
@require_POST
def give(request: HttpRequest, code: str) -> HttpResponse:
    """A reader's word."""
    publication, found = _find(request, code)
    form = WordForm(request.POST)
    back = reverse("publications:read", args=[publication.code])
    if not form.is_valid():
        messages.error(request, "请选择有帮助或没有帮助，说明不超过 500 字")
        return redirect(back)
    try:
        give_word(revision=found, reader=request.user, now=timezone.now(), **form.cleaned_data)
    except UnableTo as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "谢谢，已转给责任编辑。" if not form.cleaned_data["is_helpful"] else "谢谢您的反馈。")
    return redirect(back)


def _find(request: HttpRequest, code: str) -> tuple[Publication, Revision]:
    found = read.find_readable(request.user, code)
    if found is None:
        raise Http404("没有这篇，或已不公开")
    return found


def _shown(request: HttpRequest, publication: Publication, found: Revision) -> HttpResponse:
    revisions = list(publication.revisions.select_related("author", "publication__placement__issue"))
    newest = revisions[0].number
    state = read.state_of(found, newest)
    keeps = request.user.reaches("publications.keep", publication.office)
    way = Crumb("知识库", reverse("publications:shelf"))
    acts: tuple[Act, ...] = ()
    if keeps and state == State.LIVE:
        acts = (Act("撤下", reverse("publications:withdraw", args=[publication.code]), "eye-off"),)
    page = Page(found.title, crumbs=(way,), acts=acts, help=HELP)
    context: dict[str, Any] = {
        "page": page, "publication": publication, "revision": found, "state": state, "tone": TONES.get(state, "off"),
        "basis": read.basis_of(found), "column": dict(Column.choices).get(found.column, ""), "keeps": keeps,
        "versions": [(r, read.state_of(r, newest)) for r in revisions], "is_live": state == State.LIVE,
        "similar": read.list_similar(request.user, publication), "helpful": read.helpful_of([found]),
        "mine": found.feedback.filter(reader=request.user).first(),
    }  # fmt: skip
    return render(request, "publications/read.html", context)
