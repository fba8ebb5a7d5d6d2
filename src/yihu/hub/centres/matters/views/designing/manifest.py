"""The manifest by forms: its parts, and one of them."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.catalogue.designing.sections import put_section
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.hub.centres.matters.forms.manifest import SECTIONS
from yihu.hub.centres.matters.forms.manifest_sections import ROWS
from yihu.hub.centres.matters.forms.rows import RowsForm
from yihu.hub.centres.matters.models import BundleDraft, BundleFile
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of
from yihu.hub.centres.matters.services.designing.writing import save_file
from yihu.hub.centres.matters.views.designing.door import at, crumbs, get_draft, may_edit
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_form
from yihu.hub.screens.pages import Act, Crumb, Page

FILE = "matter.yaml"


@requires("matter.keep")
def manifest(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts with what is wrong with each."""
    draft = get_draft(pk)
    files = files_of(draft)
    problems = [one for one in examine_files(files) if one.file == FILE]
    value, _ = read_yaml(FILE, files[FILE])
    parts = [_part(draft, key, title, lead, None) for key, (title, lead, _) in SECTIONS.items()]
    parts += [_part(draft, key, rows.title, rows.lead, value.get(rows.key) or ()) for key, rows in ROWS.items()]
    acts = (Act("查看文本", at("design-file", draft, FILE), "code"),)
    page = Page(f"事项：{draft.name}", "每一部分单独保存；没有改动的行和注释保持原样。", crumbs(draft), acts)
    context = {"page": page, "draft": draft, "parts": parts, "problems": problems, "may_edit": may_edit(request, draft)}
    return render(request, "matters/design/manifest.html", context)


def _part(draft: BundleDraft, key: str, title: str, lead: str, rows: Any) -> dict[str, Any]:
    count = None if rows is None else len(rows)
    return {"title": title, "lead": lead, "count": count, "url": at("design-section", draft, key)}


@requires("matter.design")
def edit(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One part."""
    draft = get_draft(pk)
    row = draft.files.get(name=FILE)
    value, problems = read_yaml(FILE, row.text)
    if section not in SECTIONS and section not in ROWS:
        raise Http404
    if problems:
        page = Page(
            "不能用表单修改",
            str(problems[0]),
            crumbs(draft),
            (Act("修改文本", at("design-file", draft, FILE), "code", True),),
        )
        return render(request, "screens/page.html", {"page": page}, status=409)
    form, title, lead = _form(request, section, value, files_of(draft))
    page = Page(title, lead, (*crumbs(draft), Crumb("事项", at("design-manifest", draft))))
    screen = FormScreen("保存", at("design-manifest", draft), groups=_groups(form))

    def act(data: dict[str, Any]) -> Receipt:
        text = row.text
        for key, part in _sections(form, section).items():
            text = put_section(text, key, part)
        save_file(
            draft=draft, name=FILE, text=text, revision=_seen(request, row), actor=request.user, now=timezone.now(),
            request=request,
        )  # fmt: skip
        return Receipt(f"“{title}”已保存。", at("design-manifest", draft))

    return respond_with_form(
        request,
        page,
        screen,
        form,
        act,
        template="matters/design/section.html",
        context={"revision": _seen(request, row)},
    )


def _form(
    request: HttpRequest, section: str, value: Mapping[str, Any], files: Mapping[str, str]
) -> tuple[Any, str, str]:
    sent = request.POST if request.method == "POST" else None
    if section in ROWS:
        rows = ROWS[section]
        made: Any = RowsForm(sent, rows=rows, value=value.get(rows.key), files=files)
        title, lead = rows.title, rows.lead
    else:
        title, lead, kind = SECTIONS[section]
        made = kind(sent, manifest=value, files=files)
    return made, title, lead


def _groups(form: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(form.groups() if callable(form.groups) else form.groups)


def _sections(form: Any, section: str) -> dict[str, Any]:
    return {ROWS[section].key: form.value()} if section in ROWS else form.sections()


def _seen(request: HttpRequest, row: BundleFile) -> int:
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdigit() else row.revision
