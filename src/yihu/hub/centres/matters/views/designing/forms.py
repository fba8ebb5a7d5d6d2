"""The form designer and its preview."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.catalogue.files import MOST_BYTES
from yihu.hub.centres.matters.selectors.designing.choices import form_choices_of
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of
from yihu.hub.centres.matters.views.designing.door import at, body_of, crumbs, get_draft, may_edit, text_of, told
from yihu.hub.centres.matters.views.designing.previewing import preview_of
from yihu.hub.screens.pages import Page

FILE = "form.json"
HELP = (
    ("加字段", "点上方的种类，字段加在选中的字段后面；选中的是字段组时加在组里。"),
    ("次序", "按住字段拖动，或选中后按 Alt+↑↓。标题可直接改名。"),
    ("什么时候显示", "选“取决于”哪个字段、是什么值；不满足时字段不出现，也不能提交。"),
    ("预览", "右边就是办理人看到的样子，由服务器用同一套模板生成；填写的内容不保存。"),
    ("附件", "要交的文件在“材料”里写，不是字段。"),
)


@requires("matter.keep")
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Fields, their properties, and the preview."""
    draft = get_draft(pk)
    files = files_of(draft)
    row = draft.files.get(name=FILE)
    problems = [one for one in examine_files(files) if one.file == FILE]
    urls = {
        "save": at("design-file-save", draft, FILE), "preview": at("design-form-preview", draft),
        "condition": at("design-condition", draft), "materials": at("design-section", draft, "materials"),
    }  # fmt: skip
    data = {
        "text": row.text, "revision": row.revision, "readonly": not may_edit(request, draft), "name": draft.code,
        "problems": told(problems), "urls": urls, **form_choices_of(files),
    }  # fmt: skip
    page = Page(f"表单：{draft.name}", "", crumbs(draft), help=HELP)
    context = {"page": page, "draft": draft, "data": data, "nodes": data["nodes"]}
    return render(request, "matters/design/form.html", context)


@requires("matter.keep")
@require_POST
def preview(request: HttpRequest, pk: int) -> JsonResponse:
    """The form as an officer will see it at a node, with what was typed into the preview."""
    draft = get_draft(pk)
    body = body_of(request)
    text = text_of(body)
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return JsonResponse({"message": f"表单超过 {MOST_BYTES // 1024} KB"}, status=422)
    files = {**files_of(draft), FILE: text}
    problems = told(one for one in examine_files(files) if one.file == FILE)
    html = preview_of(request, files, body)
    if html is None:
        return JsonResponse({"problems": problems, "message": "先改正下面列出的问题，才能预览。"})
    return JsonResponse({"problems": problems, "html": html})
