"""Outside systems: registered, changed, enabled by somebody else, disabled."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yihu.hub.centres.exchange.choices import ProposalState, SystemState
from yihu.hub.centres.exchange.models import OutsideSystem, Proposal
from yihu.hub.centres.exchange.services.permits import permit, write
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.centres.exchange.services.terms import Terms, check_terms
from yihu.hub.foundation.org.api import Office, User

REGISTER, CONFIRM = "exchange.register", "exchange.confirm"


@transaction.atomic
def register_system(
    *, code: str, office: Office, terms: Terms, reason: str, actor: User, now: datetime
) -> OutsideSystem:
    """
    Register a system; it is answered once somebody else has confirmed its terms.

    :raises UnableToExchangeError: out of reach, code taken, or terms that cannot be allowed
    """
    permit(actor, REGISTER, office)
    check_terms(terms)
    try:
        with transaction.atomic():
            system = OutsideSystem.objects.create(
                code=code, name=terms.name, office=office, registered_by=actor, registered_at=now
            )
    except IntegrityError as error:
        raise UnableToExchangeError(f"系统代码 {code} 已经登记过，请换一个，或到该系统的页面变更。") from error
    _propose(system, terms, reason, actor, now)
    write(verb="outside-system.register", actor=actor, system=system, reason=reason, after=terms.kept())
    return system


@transaction.atomic
def propose_terms(*, system: OutsideSystem, terms: Terms, reason: str, actor: User, now: datetime) -> Proposal:
    """
    Propose other terms; those in force stay until somebody else has confirmed. An open proposal is replaced.

    :raises UnableToExchangeError: out of reach, or terms that cannot be allowed
    """
    system = _locked(system)
    permit(actor, REGISTER, system.office)
    check_terms(terms)
    before = Terms.of(system).kept() if system.valid_from else {}
    system.proposals.filter(state=ProposalState.OPEN).update(state=ProposalState.REPLACED, decided_at=now)
    made = _propose(system, terms, reason, actor, now)
    write(verb="outside-system.change", actor=actor, system=system, reason=reason, before=before, after=terms.kept())
    return made


def _propose(system: OutsideSystem, terms: Terms, reason: str, actor: User, now: datetime) -> Proposal:
    return Proposal.objects.create(system=system, terms=terms.kept(), reason=reason, proposed_by=actor, proposed_at=now)


@transaction.atomic
def confirm_proposal(*, proposal: Proposal, actor: User, note: str, now: datetime) -> OutsideSystem:
    """
    Put proposed terms in force and enable the system.

    :raises UnableToExchangeError: out of reach, one's own proposal, decided already, or no longer allowed
    """
    system = _locked(proposal.system)
    found = _open(system, proposal, actor)
    terms = Terms.read(found.terms)
    check_terms(terms)
    before = Terms.of(system).kept() if system.valid_from else {}
    terms.put_on(system)
    system.state = SystemState.ENABLED
    system.save()
    _decide(found, ProposalState.CONFIRMED, actor, note, now)
    write(verb="outside-system.enable", actor=actor, system=system, reason=note, before=before, after=terms.kept())
    return system


@transaction.atomic
def refuse_proposal(*, proposal: Proposal, actor: User, note: str, now: datetime) -> None:
    """
    Send proposed terms back; those in force stay.

    :raises UnableToExchangeError: out of reach, one's own proposal, decided already, or without a reason
    """
    if not note.strip():
        raise UnableToExchangeError("请写明退回的理由，申请人据此修改。")
    system = _locked(proposal.system)
    found = _open(system, proposal, actor)
    _decide(found, ProposalState.REFUSED, actor, note, now)
    write(verb="outside-system.send-back", actor=actor, system=system, reason=note)


@transaction.atomic
def disable_system(*, system: OutsideSystem, reason: str, actor: User, now: datetime) -> None:
    """
    Answer a system no more, at once; enabling it again takes a proposal and a second person.

    :raises UnableToExchangeError: out of reach, or not enabled
    """
    system = _locked(system)
    permit(actor, REGISTER, system.office)
    if system.state != SystemState.ENABLED:
        raise UnableToExchangeError(f"{system}目前没有启用，无须停用。")
    system.state = SystemState.DISABLED
    system.save(update_fields=["state"])
    write(verb="outside-system.disable", actor=actor, system=system, reason=reason)


def _locked(system: OutsideSystem) -> OutsideSystem:
    return OutsideSystem.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=system.pk)


def _open(system: OutsideSystem, proposal: Proposal, actor: User) -> Proposal:
    permit(actor, CONFIRM, system.office)
    found = system.proposals.filter(pk=proposal.pk, state=ProposalState.OPEN).first()
    if found is None:
        raise UnableToExchangeError("这份申请已经处理过，或已被新的申请代替，请刷新后再看。")
    if actor.pk in {found.proposed_by_id, system.registered_by_id}:
        raise UnableToExchangeError("登记人和申请人不能自己启用，须由另一人复核。")
    return found


def _decide(proposal: Proposal, state: ProposalState, actor: User, note: str, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.note = state, actor, now, note
    proposal.save(update_fields=["state", "decided_by", "decided_at", "note"])
