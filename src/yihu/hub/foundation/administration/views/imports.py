"""Import of offices, posts and people from a file: upload, look, apply."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.administration.views.door import recorder, way
from yihu.hub.foundation.org.services.importing.columns import COLUMNS, Kind
from yihu.hub.foundation.org.services.importing.problems import Problem
from yihu.hub.foundation.org.services.importing.run import ImportReport, import_organisation
from yihu.hub.screens.exports import respond_with_file
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.imports import ImportKind, UploadForm, drop_upload, keep_upload, kept_upload
from yihu.hub.screens.pages import Page

LESSONS = {
    Kind.OFFICES: "上级机关可以在同一文件里。已有的机关只更新名称；改隶属请到机关页办理。",
    Kind.POSTS: "内设机构不存在时一并设立。岗责由安全管理员授予，文件里的岗责只作提示。",
    Kind.PEOPLE: "一人多岗写多行。账号没有密码，任职须经安全管理员确认。",
}
KINDS = tuple(ImportKind(k.value, k.label, tuple((c.title, c.needed) for c in COLUMNS[k]), LESSONS[k]) for k in Kind)
HELP = (
    ("先看后办", "上传后先看会新增、更新多少行，哪些行有错、错在哪一列、怎样改；确认后才真正导入。"),
    ("有错的行", "错行不导入，其余照常；下载错行清单，改好后再传一次即可，重复导入不会重复建立。"),
    ("顺序", "先机关，再岗位，最后人员。"),
    ("很大的文件", "全国数十万人的文件，请运维在服务器上用 yihu org import 命令导入。"),
)
HEADER = ("行", "列", "值", "问题", "怎样改", "编号")


@requires("org.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the kind and the file."""
    form = filled(request, UploadForm, kinds=KINDS)
    screen = FormScreen("上传并预览", reverse("administration:people"))

    def do(values: dict[str, Any]) -> Receipt:
        token = keep_upload(request.user.pk, values["file"])
        place = reverse("administration:import-preview", args=[values["kind"], token])
        return Receipt("已读取文件，请核对预览。", place)

    page = Page("批量导入", "从文件导入机关、岗位、人员。", help=HELP)
    return respond_with_form(
        request, page, screen, form, do, template="administration/import.html", context={"kinds": KINDS}
    )


@requires("org.import")
@require_http_methods(["GET"])
def preview(request: HttpRequest, kind: str, token: str) -> HttpResponseBase:
    """What the file would do; nothing is changed. `?export=csv|xlsx` gives the faults as a file."""
    title = f"导入预览：{_kind(kind).label}"
    problems: list[Problem] = []
    try:
        report = _run(request, kind, token, dry_run=True, problems=problems)
    except UnableTo as error:
        messages.error(request, str(error))
        return redirect("administration:import")
    exported = request.GET.get("export", "")
    if exported in {"csv", "xlsx"}:
        recorder(request, "office", "导入错行")(exported, len(problems))
        return respond_with_file(exported, "导入错行", HEADER, (_cells(p) for p in problems))
    context = {
        "page": Page(title, "还没有改动任何数据。", (way("批量导入", "import"),), help=HELP),
        "counts": report.files[kind],
        "problems": problems[:200],
        "problem_count": len(problems),
        "kind": kind,
        "token": token,
    }
    return render(request, "administration/import_preview.html", context)


@requires("org.import")
@require_POST
def apply(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """Take the good rows over."""
    try:
        report = _run(request, kind, token, dry_run=False, problems=[])
    except UnableTo as error:
        messages.error(request, str(error))
        return redirect("administration:import-preview", kind, token)
    drop_upload(request.user.pk, token)
    messages.success(request, f"{_kind(kind).label}导入完成：{_in_words(report.files[kind])}。")
    return redirect("administration:offices" if kind == Kind.OFFICES else "administration:import")


def _run(request: HttpRequest, kind: str, token: str, *, dry_run: bool, problems: list[Problem]) -> ImportReport:
    path = kept_upload(request.user.pk, token)
    files = {_kind(kind).value: path}
    return import_organisation(
        actor=request.user, now=timezone.now(), dry_run=dry_run, on_problem=problems.append, **files
    )


def _kind(text: str) -> Kind:
    if text not in Kind.values:
        raise Http404
    return Kind(text)


def _cells(problem: Problem) -> tuple[object, ...]:
    return (problem.row, problem.column, problem.value, problem.message, problem.fix, problem.code)


def _in_words(counts: dict[str, int]) -> str:
    """读取 3 行，新增 2，更新 0，退回 1."""
    words = {"read": "读取", "made": "新增", "changed": "更新", "rejected": "退回"}
    return "，".join(f"{title} {counts[key]:,}" for key, title in words.items() if key in counts)
