"""Dead letters: kept with their reason, taken again, or given up."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.catalogue import find_redo, operation_title
from yihu.hub.centres.exchange.choices import LetterState
from yihu.hub.centres.exchange.models import DeadLetter, OutsideSystem
from yihu.hub.centres.exchange.services.permits import permit, write
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.foundation.org.api import User
from yihu.kit.masks import veil

OPERATE = "exchange.operate"
# A sender that fails at everything must not fill the table; beyond this the answer to the sender is all there is.
MOST_OPEN = 5_000


@transaction.atomic
def keep_letter(
    *, system: OutsideSystem, operation: str, reference: str, item: Mapping[str, Any], code: str, reason: str,
    now: datetime,
) -> DeadLetter | None:  # fmt: skip
    """
    Keep an item that could not be taken; the same item again is one more try of the same letter.

    :returns: None when the system has too many open ones
    """
    reason, reference = (veil(reason) or "")[:300], reference[:200]
    sealed = keys.seal(json.dumps(item, ensure_ascii=False))
    OutsideSystem.objects.select_for_update(no_key=True).get(pk=system.pk)
    found = system.letters.filter(operation=operation, reference=reference, state=LetterState.OPEN).first()
    if found is not None:
        found.sealed, found.code, found.reason = sealed, code, reason
        found.tries, found.last_at = found.tries + 1, now
        found.save()
        return found
    if system.letters.filter(state=LetterState.OPEN).count() >= MOST_OPEN:
        return None
    return DeadLetter.objects.create(
        system=system, operation=operation, reference=reference, code=code, reason=reason, sealed=sealed,
        first_at=now, last_at=now,
    )  # fmt: skip


def contents_of(letter: DeadLetter) -> dict[str, Any]:
    """The item itself."""
    return json.loads(keys.unseal(letter.sealed))


def settle_letters(*, system: OutsideSystem, operation: str, references: Iterable[str], now: datetime) -> None:
    """The sender itself sent these items again and they were taken: what lay here of them is done with."""
    wanted = [reference[:200] for reference in references]
    system.letters.filter(operation=operation, reference__in=wanted, state=LetterState.OPEN).update(
        state=LetterState.RESOLVED, closed_at=now, note="对方重新推送，已收"
    )


def resubmit_letter(*, letter: DeadLetter, actor: User, now: datetime) -> None:
    """
    Take an item again, as if it came now.

    :raises UnableToExchangeError: out of reach, done already, or it is refused again; then with the new reason
    """
    try:
        _take(letter, actor, now)
    except UnableToExchangeError:
        raise
    except UnableTo as error:
        _note_failure(letter, str(error), actor, now)
        raise UnableToExchangeError(f"仍不能收：{error}") from error


@transaction.atomic
def _take(letter: DeadLetter, actor: User, now: datetime) -> None:
    locked = _locked(letter, actor)
    redo = find_redo(locked.operation)
    if redo is None:
        raise UnableToExchangeError(f"“{operation_title(locked.operation)}”不支持补收，请让对方重新推送。")
    redo(locked.system.code, contents_of(locked), now)
    _close(locked, LetterState.RESOLVED, actor, "人工补收", now)
    write(verb="dead-letter.retake", actor=actor, system=locked.system, detail={"reference": locked.reference})


@transaction.atomic
def _note_failure(letter: DeadLetter, reason: str, actor: User, now: datetime) -> None:
    locked = _locked(letter, actor)
    locked.reason, locked.tries, locked.last_at = (veil(reason) or "")[:300], locked.tries + 1, now
    locked.save(update_fields=["reason", "tries", "last_at"])


@transaction.atomic
def discard_letter(*, letter: DeadLetter, reason: str, actor: User, now: datetime) -> None:
    """
    Give an item up.

    :raises UnableToExchangeError: out of reach, done already, or without a reason
    """
    if not reason.strip():
        raise UnableToExchangeError("请写明作废的理由。")
    locked = _locked(letter, actor)
    _close(locked, LetterState.DISCARDED, actor, reason, now)
    detail = {"reference": locked.reference}
    write(verb="dead-letter.give-up", actor=actor, system=locked.system, reason=reason, detail=detail)


def _locked(letter: DeadLetter, actor: User) -> DeadLetter:
    rows = DeadLetter.objects.select_for_update(of=("self",), no_key=True).select_related("system__office")
    found = rows.get(pk=letter.pk)
    permit(actor, OPERATE, found.system.office)
    if found.state != LetterState.OPEN:
        raise UnableToExchangeError("这件退件已经处理过，请刷新后再看。")
    return found


def _close(letter: DeadLetter, state: LetterState, actor: User, note: str, now: datetime) -> None:
    letter.state, letter.closed_at, letter.closed_by, letter.note = state, now, actor, note
    letter.save(update_fields=["state", "closed_at", "closed_by", "note"])
