"""
A receipt: one record, its place in the log, and the proof that the signed head covers it.

It is a JSON file that a stranger checks with nothing but the log's public key.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import canonical, leaf_hashes, wrong_openings
from yihu.kit.evidence.merkle import ProofError, root_of_inclusion
from yihu.kit.evidence.notes import Checkpoint, NoteError, Verifier, open_checkpoint

FORMAT: Final = "yihu/receipt/v1"


class ReceiptError(ValueError):
    """A receipt does not prove what it says."""


def make_receipt(
    *,
    leaf: Mapping[str, Any],
    opened: Mapping[str, Any],
    position: int,
    proofs: Mapping[str, list[bytes]],
    checkpoint: str,
    verifier: Verifier,
) -> dict[str, Any]:
    """The receipt as a JSON value."""
    return {
        "format": FORMAT,
        "short_code": short_code(canonical(leaf)),
        "position": position,
        "leaf": dict(leaf),
        "opened": dict(opened),
        "proofs": {n: [base64.b64encode(h).decode() for h in p] for n, p in proofs.items()},
        "checkpoint": checkpoint,
        "verifier": str(verifier),
    }


def short_code(leaf: bytes) -> str:
    """Sixteen signs of the leaf's SM3 hash, to compare by eye or telephone."""
    text = leaf_hashes(leaf)["sm3"].hex().upper()[:16]
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def check_receipt(receipt: Mapping[str, Any], trusted: Verifier | None = None) -> Checkpoint:
    """
    The signed head that covers the receipt's record.

    :param trusted: the log's public key; left out, the one named in the receipt is believed
    :raises ReceiptError: anything does not fit, with what
    """
    try:
        if receipt["format"] != FORMAT:
            raise ReceiptError("not a receipt of this format")
        leaf = canonical(receipt["leaf"])
        head = open_checkpoint(receipt["checkpoint"], trusted or Verifier.parse(receipt["verifier"]))
        wrong = wrong_openings(receipt["leaf"], receipt["opened"])
        proofs = {n: [base64.b64decode(h, validate=True) for h in receipt["proofs"][n]] for n in DIGESTS}
        for name, digest in DIGESTS.items():
            found = root_of_inclusion(leaf_hashes(leaf)[name], receipt["position"], head.size, proofs[name], digest)
            if found != getattr(head, name):
                raise ReceiptError(f"the {name} proof does not lead to the signed head")
    except (KeyError, TypeError, AttributeError) as error:
        raise ReceiptError(f"a part is missing or malformed: {error}") from error
    except (NoteError, ProofError, ValueError) as error:
        raise ReceiptError(str(error)) from error
    if wrong:
        raise ReceiptError(f"not what was recorded: {', '.join(wrong)}")
    if receipt.get("short_code") != short_code(leaf):
        raise ReceiptError("the short code is not of this record")
    return head
