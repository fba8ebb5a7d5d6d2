"""Acts on a case from its own page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.matters.catalogue.personal import unsealed
from yihu.hub.centres.matters.forms.acts import act_panel, desk_of
from yihu.hub.centres.matters.keys import unseal
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.selectors.cases import in_case_scope
from yihu.hub.centres.matters.services.acting import act_on_case, may_add_material, withdraw_case
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.matters.services.wording import outcome_name
from yihu.hub.centres.matters.views.applying import edited, store_files
from yihu.hub.centres.matters.views.cases import case_or_404, show_case, typed_fields
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.documents.api import find_document, remove_document
from yihu.hub.foundation.org.api import User

MOST_PEOPLE = 20


def _own(request: HttpRequest, found: Case, pk: int) -> Any:
    """One's own open place, or one's giver's."""
    mine = workflow.assignments_for(found.instance, request.user) if found.instance else []
    own = next((a for a in mine if a.pk == pk), None)
    if own is None:
        raise Http404
    return own


@requires("matter.apply")
@require_POST
@in_case_scope
def act(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Carry out the verb of the button that was pressed."""
    found, sight = case_or_404(request, number)
    own = _own(request, found, pk)
    raw = edited(found.version, typed_fields(found), request)
    verb = request.POST.get("verb", "")
    try:
        done = act_on_case(
            case=found, assignment=own, verb=verb, actor=request.user, now=timezone.now(),
            opinion=request.POST.get("opinion", "")[:2000], people=_people(request), raw=raw,
            node_id=request.POST.get("target", "")[:80], channel="WEB", request=request,
            revision=_revision(request),
        )  # fmt: skip
    except UnableTo as error:
        faults = error.faults if isinstance(error, UnableToApplyError) else ()
        data = unsealed(found.version.bundle.form, found.form, unseal)
        panel = act_panel(request.user, found, data, raw=raw, faults=faults, place=str(pk))
        opinion = request.POST.get("opinion", "")[:2000]
        return show_case(request, found, sight, trouble=str(error), panel=panel, opinion=opinion)
    label = workflow.Verb(verb).label if verb in workflow.Verb.values else "办理"
    over = f"本件已办结：{outcome_name(done)}。" if done.is_done else ""
    messages.success(request, f"已{label}。{over}")
    return redirect("matters:case", number)


def _revision(request: HttpRequest) -> int | None:
    """Of the data that stood on the page."""
    text = request.POST.get("_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _people(request: HttpRequest) -> list[User]:
    """Who was named, by account; what is no account is left for the verb to miss."""
    words = request.POST.get("people", "").replace("、", " ").replace(",", " ").replace("，", " ").split()
    return list(User.objects.filter(username__in=words[:MOST_PEOPLE], is_active=True))


@requires("matter.apply")
@require_POST
@in_case_scope
def fields(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The fields of a node as they apply to what is typed now; nothing is kept."""
    found, _ = case_or_404(request, number)
    own = _own(request, found, pk)
    raw = edited(found.version, typed_fields(found), request)
    data = unsealed(found.version.bundle.form, found.form, unseal)
    desk = desk_of(found, own.step.node_id, data, raw=raw)
    if desk.shape() == request.POST.get("_shape"):
        return HttpResponse(status=204)
    panel = act_panel(request.user, found, data, raw=raw, place=str(pk))
    context = {"groups": desk.groups(), "shape": desk.shape(), "fields_url": panel.fields_url if panel else ""}
    return render(request, "matters/fields.html", context)


@requires("matter.apply")
@require_POST
@in_case_scope
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant takes the whole application back."""
    found, _ = case_or_404(request, number)
    try:
        withdraw_case(case=found, actor=request.user, now=timezone.now(), opinion=request.POST.get("opinion", "")[:500])
    except UnableTo as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "申请已撤回，不再办理。")
    return redirect("matters:case", number)


@requires("matter.apply")
@require_POST
@in_case_scope
def add_file(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """A file added by the applicant while the case is with them again."""
    found, _ = case_or_404(request, number)
    material = next((m for m in found.version.bundle.spec.materials if m.code == code), None)
    if material is None or not may_add_material(found, request.user):
        raise Http404
    trouble = store_files(request, found, material)
    messages.error(request, trouble) if trouble else messages.success(request, "文件已收下。")
    return redirect(f"/matters/cases/{number}/?tab=materials")


@requires("matter.apply")
@require_POST
@in_case_scope
def remove_file(request: HttpRequest, number: str, document: int) -> HttpResponse:
    """A file taken back by the applicant while the case is with them again."""
    found, _ = case_or_404(request, number)
    file = find_document(document, about=found.about)
    if file is None or not may_add_material(found, request.user):
        raise Http404
    remove_document(document=file, actor=request.user, now=timezone.now())
    return redirect(f"/matters/cases/{number}/?tab=materials")
