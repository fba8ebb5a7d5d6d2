"""The process designer and what it asks while one draws."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.catalogue.files import MOST_BYTES
from yihu.hub.centres.matters.selectors.designing.choices import choices_of
from yihu.hub.centres.matters.selectors.designing.conditions import judge_condition
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of, refused_process
from yihu.hub.centres.matters.views.designing.door import at, body_of, crumbs, get_draft, may_edit, text_of, told
from yihu.hub.screens.pages import Page

FILE = "process.bpmn"
HELP = (
    ("画", "从左边拖出节点，或点节点后用旁边的小图标接下一个。双击改名称。"),
    ("谁办理", "节点放在哪条泳道里，就由那条泳道的角色办理；角色的规则在“办理角色”里写。"),
    ("会签与或签", "在人工环节的“多人怎样办”里选：会签、或签、按比例、依次。"),
    ("条件", "只写在排他网关和包容网关的出线上；每个网关要有一条默认去向。"),
    (
        "键盘",
        "Ctrl+Z 撤销，Ctrl+Y 重做，Ctrl+S 保存，Ctrl+F 查找，H 移动画布，L 框选，C 连线，S 空间，Delete 删除。",
    ),
)


@requires("matter.keep")
def process(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawing with its panel; only to look at for who may not change it."""
    draft = get_draft(pk)
    files = files_of(draft)
    row = draft.files.get(name=FILE)
    problems = [one for one in examine_files(files) if one.file == FILE]
    data = {
        "text": row.text, "revision": row.revision, "readonly": not may_edit(request, draft), "name": draft.code,
        "most": MOST_BYTES, "problems": told(problems), "urls": _urls(draft), **choices_of(files),
    }  # fmt: skip
    page = Page(f"流程：{draft.name}", "", crumbs(draft), help=HELP)
    return render(request, "matters/design/process.html", {"page": page, "draft": draft, "data": data})


def _urls(draft: Any) -> Mapping[str, str]:
    return {
        "save": at("design-file-save", draft, FILE), "check": at("design-process-check", draft),
        "importing": at("design-process-import", draft), "condition": at("design-condition", draft),
        "roles": at("design-section", draft, "roles"),
    }  # fmt: skip


@requires("matter.keep")
@require_POST
def check(request: HttpRequest, pk: int) -> JsonResponse:
    """What is wrong with the process as it is drawn, together with the other files."""
    draft = get_draft(pk)
    text = text_of(body_of(request))
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return JsonResponse({"message": f"流程超过 {MOST_BYTES // 1024} KB，请拆成几个流程"}, status=422)
    found = examine_files({**files_of(draft), FILE: text})
    return JsonResponse({"problems": told(one for one in found if one.file == FILE)})


@requires("matter.design")
@require_POST
def importing(request: HttpRequest, pk: int) -> JsonResponse:
    """Whether a file from elsewhere may be opened at all."""
    get_draft(pk)
    text = text_of(body_of(request))
    problems = refused_process(text)
    if problems:
        return JsonResponse(
            {"message": "文件里有不能接受的内容，一处也没有导入：", "problems": told(problems)}, status=422
        )
    return JsonResponse({"ok": True})


@requires("matter.keep")
@require_POST
def condition(request: HttpRequest, pk: int) -> JsonResponse:
    """Whether a condition in FEEL is sound over the form of the draft."""
    draft = get_draft(pk)
    sound, message = judge_condition(text_of(body_of(request))[:600], files_of(draft).get("form.json", ""))
    return JsonResponse({"sound": sound, "message": message})
