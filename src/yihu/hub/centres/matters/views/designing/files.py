"""Files of a draft as text: shown, saved, added, taken out."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.forms.designing import AddFileForm
from yihu.hub.centres.matters.selectors.designing.choices import places_of
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.centres.matters.services.designing.writing import remove_file, save_file
from yihu.hub.centres.matters.views.designing.door import (
    at,
    body_of,
    crumbs,
    get_draft,
    may_edit,
    refused,
    step,
    text_of,
    told,
)
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page

TITLES = {"letters": "文书", "cases": "用例"}


@requires("matter.keep")
def text(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One file as text; `?download` gives it as a file."""
    draft = get_draft(pk)
    row = draft.files.filter(name=name).first()
    if row is None:
        raise Http404("没有这个文件")
    if "download" in request.GET:
        answer = HttpResponse(row.text, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name.replace("/", "-")}"'
        return answer
    files = files_of(draft)
    problems = told(one for one in examine_files(files) if one.file == name)
    data = {
        "revision": row.revision, "readonly": not may_edit(request, draft), "problems": problems,
        "url": at("design-file-save", draft, name), "places": places_of(files) if name.startswith("letters/") else [],
    }  # fmt: skip
    kind = TITLES.get(name.partition("/")[0], "文本")
    page = Page(f"{kind}：{name}", "", crumbs(draft))
    return render(request, "matters/design/text.html", {"page": page, "draft": draft, "file": row, "data": data})


@requires("matter.keep")
def table(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A decision table in its editor."""
    draft, name = get_draft(pk), f"{code}.dmn"
    row = draft.files.filter(name=name).first()
    if row is None:
        raise Http404("没有这张表")
    problems = told(one for one in examine_files(files_of(draft)) if one.file == name)
    data = {
        "text": row.text, "revision": row.revision, "readonly": not may_edit(request, draft), "problems": problems,
        "url": at("design-file-save", draft, name), "name": name,
    }  # fmt: skip
    page = Page(f"决策表：{name}", "", crumbs(draft))
    return render(request, "matters/design/table.html", {"page": page, "draft": draft, "data": data})


@requires("matter.design")
@require_POST
def save(request: HttpRequest, pk: int, name: str) -> JsonResponse:
    """Keep a file's new text; the answer says what is wrong with it now."""
    draft = get_draft(pk)
    body = body_of(request)
    revision = body.get("revision")
    try:
        row = save_file(
            draft=draft, name=name, text=text_of(body), revision=revision if isinstance(revision, int) else -1,
            actor=request.user, now=timezone.now(), request=request,
        )  # fmt: skip
    except UnableToDesignError as error:
        return refused(error)
    found = examine_files(files_of(draft))
    return JsonResponse({"revision": row.revision, "problems": told(one for one in found if one.file == name)})


@requires("matter.design")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new letter, case or decision table."""
    draft = get_draft(pk)

    def act(data: dict[str, str]) -> Receipt:
        row = save_file(
            draft=draft, name=data["name"], text=data["text"], revision=0, actor=request.user, now=timezone.now(),
            request=request,
        )  # fmt: skip
        return Receipt(f"已增加 {row.name}，请填写内容。", at("design-file", draft, row.name))

    screen = FormScreen("增加", at("design", draft))
    return respond_with_form(request, Page("增加文件", crumbs=crumbs(draft)), screen, filled(request, AddFileForm), act)


@requires("matter.design")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out of the draft."""
    draft, name = get_draft(pk), request.POST.get("name", "")

    def act() -> str:
        remove_file(draft=draft, name=name, actor=request.user, now=timezone.now(), request=request)
        return f"已删去 {name}。"

    return step(request, draft, act)
