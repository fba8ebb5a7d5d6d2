"""Receipts: what a user can take away to show, later and to strangers, that an act was recorded as it was."""

import json
from datetime import datetime
from typing import Any

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.models.records import entry_of
from yihu.hub.foundation.audit.selectors.keys import verifier_in_force
from yihu.hub.foundation.audit.selectors.log import checkpoint_of, inclusion_proofs, newest_head
from yihu.hub.foundation.audit.selectors.records import place_of
from yihu.hub.foundation.audit.services.sequencing import integrate_all
from yihu.kit.evidence.leaves import openings
from yihu.kit.evidence.receipts import make_receipt


class UnableToGiveReceiptError(UnableTo):
    """The record has not reached the log yet."""


def receipt_for(record: AccessRecord, *, now: datetime) -> dict[str, Any]:
    """
    The receipt of a committed record, as a JSON value; the record is taken into the tree if it still waits.

    :raises UnableToGiveReceiptError: the log stands still
    """
    position = place_of(record.pk)
    if position is None:
        try:
            integrate_all(now=now)
        except UnableTo as error:
            raise UnableToGiveReceiptError(f"操作已记录，但日志暂未入链，请稍后再取回执（{error}）") from error
        position = place_of(record.pk)
    head, verifier = newest_head(), verifier_in_force()
    if position is None or head is None or verifier is None:
        raise UnableToGiveReceiptError("操作已记录，但尚未入链，请稍后再取回执")
    kept = AccessRecord.objects.get(pk=record.pk)
    size = checkpoint_of(head).size
    return make_receipt(
        leaf=json.loads(kept.leaf()),
        opened=openings(entry_of(kept.__dict__), bytes(kept.salt)),
        position=position,
        proofs=inclusion_proofs(position, size),
        checkpoint=head.note,
        verifier=verifier,
    )
