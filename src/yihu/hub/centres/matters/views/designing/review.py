"""What a draft would change, its cases, and the steps to its publication."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.selectors.designing.drafts import difference_of
from yihu.hub.centres.matters.services.designing import drafting, playing, publishing
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.centres.matters.views.designing.door import at, crumbs, get_draft, may_edit, step
from yihu.hub.screens.pages import Act, Page


@requires("matter.keep")
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """From the version a draft began with: form, process, manifest, and every file line by line."""
    draft = get_draft(pk)
    lead = f"与版本 {draft.base_edition} 比较" if draft.base_digest else "新事项，全部内容都是新增"
    page = Page(f"不同之处：{draft.name}", lead, crumbs(draft))
    return render(
        request, "matters/design/difference.html", {"page": page, "draft": draft, "found": difference_of(draft)}
    )


@requires("matter.keep")
def cases(request: HttpRequest, pk: int) -> HttpResponse:
    """How the cases went, step by step."""
    draft = get_draft(pk)
    acts = (Act("回到草稿", at("design", draft), "arrow-left"),)
    page = Page(f"用例：{draft.name}", "在一个随后撤销的事务里办一遍，不留下任何数据。", crumbs(draft), acts)
    context = {
        "page": page, "draft": draft, "may_edit": may_edit(request, draft), "play_url": at("design-play", draft),
    }  # fmt: skip
    return render(request, "matters/design/cases.html", context)


@requires("matter.design")
@require_POST
def play(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the cases."""
    draft = get_draft(pk)
    try:
        said = playing.run_cases(draft=draft, actor=request.user, now=timezone.now(), request=request)
    except UnableToDesignError as error:
        messages.error(request, str(error))
    else:
        (messages.success if said.went_well else messages.warning)(request, said.text)
    return redirect(at("design-cases", draft))


@requires("matter.design")
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft for review."""
    draft = get_draft(pk)

    def act() -> str:
        drafting.submit(draft=draft, actor=request.user, now=timezone.now(), request=request)
        return f"“{draft}”已送审，请另一人看过不同之处后发布。"

    return step(request, draft, act)


@requires("matter.design")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft back from review."""
    draft = get_draft(pk)

    def act() -> str:
        drafting.take_back(draft=draft, actor=request.user, now=timezone.now(), request=request)
        return f"“{draft}”已撤回，可以继续修改。"

    return step(request, draft, act)


@requires("matter.publish")
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish what others drafted."""
    draft = get_draft(pk)

    def act() -> str:
        note = request.POST.get("note", "")[:500]
        version = publishing.publish(draft=draft, note=note, actor=request.user, now=timezone.now(), request=request)
        return f"“{version}”已发布，新申请从 {version.valid_from} 起用这个版本；在办的事项不变。"

    return step(request, draft, act)


@requires("matter.publish")
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a draft to its author with a reason."""
    draft = get_draft(pk)

    def act() -> str:
        note = request.POST.get("note", "")[:500]
        drafting.send_back(draft=draft, note=note, actor=request.user, now=timezone.now(), request=request)
        return f"“{draft}”已退回起草人。"

    return step(request, draft, act)


@requires("matter.design")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    draft = get_draft(pk)

    def act() -> str:
        drafting.discard(draft=draft, actor=request.user, now=timezone.now(), request=request)
        return f"“{draft}”的草稿已废弃。"

    return step(request, draft, act)
