"""The second person's page: what is in force, what is proposed, and the decision."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.exchange.choices import ProposalState
from yihu.hub.centres.exchange.forms.systems import DecisionForm
from yihu.hub.centres.exchange.models import Proposal
from yihu.hub.centres.exchange.screens.systems import proposal_state
from yihu.hub.centres.exchange.selectors.traffic import list_proposals
from yihu.hub.centres.exchange.services.systems import confirm_proposal, refuse_proposal
from yihu.hub.centres.exchange.services.terms import Terms, differences
from yihu.hub.centres.exchange.views.door import may, one_of, to_system, way
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page


@requires("exchange.view")
@require_safe
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The terms beside those in force; the decision for whoever may take it."""
    found = one_of(list_proposals(request.user), pk=proposal_id)
    return render(request, "exchange/proposal.html", _shown(request, found, DecisionForm()))


@requires("exchange.confirm")
@require_POST
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Confirm, or send back with a reason."""
    found = one_of(list_proposals(request.user, "exchange.confirm"), pk=proposal_id)
    form = filled(request, DecisionForm)
    back = reverse("exchange:system", args=[found.system.code])

    def act(values: dict[str, Any]) -> Receipt:
        options = {"proposal": found, "actor": request.user, "note": values["note"], "now": timezone.now()}
        if request.POST.get("decision") == "refuse":
            refuse_proposal(**options)
            return Receipt("已退回，申请人可以修改后再提交。", back)
        confirm_proposal(**options)
        return Receipt(f"{found.system}已启用。", back)

    shown = _shown(request, found, form)
    screen = FormScreen("启用", back)
    return respond_with_form(
        request, shown.pop("page"), screen, form, act, template="exchange/proposal.html", context=shown
    )


def _shown(request: HttpRequest, found: Proposal, form: DecisionForm) -> dict[str, Any]:
    is_open = found.state == ProposalState.OPEN
    own = request.user.pk in {found.proposed_by_id, found.system.registered_by_id}
    # What an application changed is told against what was in force while it waited; later ones may stand since.
    before = Terms.of(found.system) if is_open and found.system.valid_from else None
    return {
        "page": Page("启用申请", crumbs=way(to_system(found.system))),
        "proposal": found,
        "mark": proposal_state(found),
        "rows": differences(before, Terms.read(found.terms)),
        "compares": before is not None,
        "form": form,
        "field": {"bound": form["note"], "wide": True},
        "may_decide": is_open and not own and may(request, "exchange.confirm", found.system),
        "is_own": is_open and own,
    }
