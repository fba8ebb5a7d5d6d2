"""Applying: choosing for whom, filling in, handing in, and one's own applications."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.matters.catalogue.reading import Raw, taken, with_row, without_row
from yihu.hub.centres.matters.catalogue.spec import By
from yihu.hub.centres.matters.catalogue.validation import Fault, needed_materials
from yihu.hub.centres.matters.forms.controls import Desk
from yihu.hub.centres.matters.models import Draft, MatterVersion
from yihu.hub.centres.matters.screens.cases import MINE
from yihu.hub.centres.matters.selectors.cases import cases_by, drafts_of
from yihu.hub.centres.matters.selectors.versions import find_in_force
from yihu.hub.centres.matters.services.applying import application_data, submit_application
from yihu.hub.centres.matters.services.drafts import begin_draft, discard_draft, raw_of_draft, save_draft
from yihu.hub.centres.matters.services.examining import add_material
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.matters.views.catalogue import CATALOGUE, may_apply
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.documents.api import UnableToStoreError, find_document, list_documents, remove_document
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Page

HELP = (
    ("自动保存", "改动会自动保存为草稿，可以随时离开，回来从“我的办件”继续。"),
    ("带 * 的", "必须填写；有些内容随您的选择出现或消失，已填过的不会丢失。"),
    ("材料", "文件按内容识别类型，改后缀名没有用；传错了可以移除重传。"),
)
MINE_CRUMB = Crumb("我的办件", "/matters/mine/")


@requires("matter.apply")
def mine(request: HttpRequest) -> HttpResponseBase:
    """One's drafts and applications."""

    def exported(kind: str, count: int) -> None:
        record(verb="case.export", request=request, target="case:mine", detail={"kind": kind, "rows": count})

    page = Page("我的办件", "草稿与已提交的申请。", (CATALOGUE,),
                (Act("申请办理", reverse("matters:catalogue"), "edit", primary=True),), HELP)  # fmt: skip
    return respond_with_list(
        request, page, MINE, cases_by(request.user), record_export=exported, template="matters/mine.html",
        context={"drafts": list(drafts_of(request.user))},
    )  # fmt: skip


@requires("matter.apply")
def start(request: HttpRequest, family: str, code: str) -> HttpResponse:
    """What one should know before; for a counter matter also for which taxpayer. POST begins a draft."""
    version = find_in_force(f"{family}/{code}", timezone.localdate())
    if version is None or not may_apply(request.user, version.bundle.spec):
        raise Http404
    number = request.POST.get("taxpayer", "").split()[0:1]
    trouble = ""
    if request.method == "POST":
        try:
            draft = begin_draft(
                version=version, actor=request.user, now=timezone.now(), taxpayer_number="".join(number)[:64],
                request=request,
            )  # fmt: skip
        except UnableTo as error:
            trouble = str(error)
        else:
            return redirect("matters:draft", draft.pk)
    spec = version.bundle.spec
    back = Crumb(spec.name, reverse("matters:item", args=[family, code]))
    context = {
        "page": Page("申请办理", spec.summary, (CATALOGUE, back)), "version": version, "spec": spec,
        "by_counter": spec.apply.by == By.COUNTER, "trouble": trouble, "taxpayer": request.POST.get("taxpayer", ""),
        "same": [d for d in drafts_of(request.user) if d.version.matter_id == version.matter_id],
    }  # fmt: skip
    return render(request, "matters/start.html", context, status=422 if trouble else 200)


def draft_or_404(request: HttpRequest, pk: int) -> Draft:
    """One's own draft."""
    found = Draft.objects.select_related("version__matter", "owner__office").filter(pk=pk, owner=request.user).first()
    if found is None:
        raise Http404
    return found


@requires("matter.apply")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a draft."""
    return _page(request, draft_or_404(request, pk))


def _page(request: HttpRequest, found: Draft, faults: tuple[Fault, ...] = (), trouble: str = "") -> HttpResponse:
    spec = found.version.bundle.spec
    page = Page(spec.name, found.version.bundle.form.schema.get("description", ""), (CATALOGUE, MINE_CRUMB), help=HELP)
    context = {"page": page, "trouble": trouble, "faults": _listed(found.version, faults), **_shown(found, faults)}
    return render(request, "matters/draft.html", context, status=422 if faults or trouble else 200)


def _listed(version: MatterVersion, faults: tuple[Fault, ...]) -> list[dict[str, str]]:
    """Faults for the summary above the form, each with the anchor of its field."""
    materials = {m.code for m in version.bundle.spec.materials}
    return [
        {"text": str(f), "anchor": f"material_{f.field}" if f.field in materials else "f_" + f.field.replace(".", "_")}
        for f in faults
    ]  # fmt: skip


def _shown(found: Draft, faults: tuple[Fault, ...] = (), raw: Raw | None = None) -> dict[str, Any]:
    raw = raw_of_draft(found) if raw is None else raw
    bundle = found.version.bundle
    data = application_data(found, raw, now=timezone.now())
    desk = Desk(bundle.form, raw, faults=faults, data=data)
    needed = needed_materials(bundle.form, data, bundle.spec.materials)
    return {
        "draft": found, "version": found.version, "spec": bundle.spec, "groups": desk.groups(),
        "shape": desk.shape(), "needed": ",".join(sorted(needed)), "materials": materials_of(found, needed, faults),
        "fields_url": reverse("matters:save", args=[found.pk]),
    }  # fmt: skip


def materials_of(thing: Any, needed: frozenset[str], faults: tuple[Fault, ...] = ()) -> list[dict[str, Any]]:
    """The materials of a draft or case with their files."""
    files = list(list_documents(thing.about))
    wrong = {f.field: str(f) for f in faults}
    return [
        {
            "material": m, "needed": m.code in needed, "files": [f for f in files if f.part == m.code],
            "error": wrong.get(m.code, ""), "accept": ",".join(f".{t}" for t in m.types),
            "full": sum(f.part == m.code for f in files) >= m.max_count,
        }
        for m in thing.version.bundle.spec.materials
    ]  # fmt: skip


@requires("matter.apply")
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed; other fields come back only when others apply than before."""
    found = draft_or_404(request, pk)
    raw = edited(found.version, raw_of_draft(found), request)
    save_draft(draft=found, raw=raw, now=timezone.now())
    if not request.headers.get("HX-Request"):
        return redirect("matters:draft", pk)
    context = _shown(found, raw=raw)
    if context["shape"] == request.POST.get("_shape"):
        # Fields stay as they are under the reader's hands; materials come anew when others are needed.
        anew = context["needed"] != request.POST.get("_needed")
        response = render(request, "matters/saved.html", {**context, "with_materials": anew})
        response["HX-Reswap"] = "none"
        return response
    return render(request, "matters/fields.html", {**context, "again": True})


def edited(version: MatterVersion, before: Raw, request: HttpRequest) -> Raw:
    """What was kept before with what is sent now; a row more or less when a button asks for it."""
    sent = taken((name, values) for name, values in request.POST.lists() if not name.startswith("csrf"))
    raw = {**_without_asked(before, sent), **sent}
    add, remove = _pressed(request, "_add"), _pressed(request, "_remove")
    rows = {f.dotted: f for f in version.bundle.form.every_field() if f.kind == "rows"}
    if add in rows:
        raw = with_row(raw, add, int(rows[add].schema.get("maxItems", 200)))
    name, _, at = remove.rpartition(".")
    if name in rows and at.isdigit():
        raw = without_row(raw, name, int(at))
    return {key: value for key, value in raw.items() if not key.startswith("_")}


def _pressed(request: HttpRequest, button: str) -> str:
    """The value of a button that was pressed; htmx also sends one that merely has the focus."""
    if request.headers.get("HX-Request") and request.headers.get("HX-Trigger-Name") != button:
        return ""
    return request.POST.get(button, "")


def _without_asked(before: Raw, sent: Raw) -> Raw:
    """Groups and ticks that were on the page are as sent: what is not sent any more was taken away."""
    asked = [key.removesuffix("__asked") for key in sent if key.endswith("__asked")]
    return {
        key: value
        for key, value in before.items()
        if not any(key == name or key.startswith(f"{name}.") for name in asked)
    }


@requires("matter.apply")
@require_POST
def add_file(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Take a file of a material in."""
    found = draft_or_404(request, pk)
    material = next((m for m in found.version.bundle.spec.materials if m.code == code), None)
    if material is None:
        raise Http404
    trouble = store_files(request, found, material)
    return _materials(request, found, code, trouble)


def store_files(request: HttpRequest, thing: Any, material: Any) -> str:
    """Store what was sent for a material; the first refusal in words."""
    for file in request.FILES.getlist("file")[: material.max_count]:
        # Read no more than may be kept: one byte too many tells.
        body = file.read(material.max_megabytes * 1024 * 1024 + 1)
        try:
            add_material(
                about=thing.about, material=material, data=body, name=file.name or "", actor=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except UnableToStoreError as error:
            return str(error)
    return "" if request.FILES else "请先选择文件（DOC-001）"


@requires("matter.apply")
@require_POST
def remove_file(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Take a file back."""
    found = draft_or_404(request, pk)
    file = find_document(document, about=found.about)
    if file is None:
        raise Http404
    remove_document(document=file, actor=request.user, now=timezone.now())
    return _materials(request, found, "", "")


def _materials(request: HttpRequest, found: Draft, code: str, trouble: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        if trouble:
            messages.error(request, trouble)
        return redirect("matters:draft", found.pk)
    faults = (Fault("", code, trouble),) if trouble else ()
    context = _shown(found)
    for row in context["materials"]:
        if faults and row["material"].code == code:
            row["error"] = trouble
    return render(request, "matters/materials.html", context)


@requires("matter.apply")
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the application in."""
    found = draft_or_404(request, pk)
    raw = edited(found.version, raw_of_draft(found), request)
    save_draft(draft=found, raw=raw, now=timezone.now())
    try:
        case = submit_application(draft=found, actor=request.user, now=timezone.now(), request=request)
    except UnableToApplyError as error:
        return _page(request, draft_or_404(request, pk), error.faults, str(error))
    except UnableTo as error:
        return _page(request, draft_or_404(request, pk), (), str(error))
    messages.success(request, f"已提交，编号 {case.number}。办理进度在本页，也在“我的办件”里。")
    return redirect("matters:case", case.number)


@requires("matter.apply")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    found = draft_or_404(request, pk)
    name = found.version.name
    discard_draft(draft=found, actor=request.user, now=timezone.now(), request=request)
    messages.success(request, f"“{name}”的草稿已删除。")
    return redirect("matters:mine")
