"""
An exported stretch of the log as a directory that anybody can verify offline.

`records.jsonl` has a line for each record: its place, its leaf, and (only when asked for) what opens the sealed fields.
`proof.json` ties the stretch to `checkpoint.txt`, which the key in `keys.txt` signed; `rotations.json` tells how
earlier keys named it.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.kit.evidence.alignment import Fault, Kind, align
from yihu.kit.evidence.digests import DIGESTS, SIZE
from yihu.kit.evidence.leaves import canonical, leaf_hashes, wrong_openings
from yihu.kit.evidence.merkle import ProofError, root_of_range
from yihu.kit.evidence.notes import Checkpoint, NoteError, Verifier, open_checkpoint
from yihu.kit.evidence.verification import Verdict

RECORDS, PROOF, CHECKPOINT, KEYS = "records.jsonl", "proof.json", "checkpoint.txt", "keys.txt"
ROTATIONS = "rotations.json"


class BundleError(ValueError):
    """The directory is not a bundle, or a part is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One exported record; `opened` is empty unless personal data were asked for."""

    position: int
    leaf: Mapping[str, Any]
    opened: Mapping[str, Any]


def write_bundle(
    out: Path,
    lines: Iterable[Line],
    *,
    proofs: Mapping[str, list[bytes]],
    leaf_tiles: Mapping[str, list[bytes]],
    checkpoint: str,
    verifier: Verifier,
    rotations: list[str],
) -> int:
    """
    Write the files and say how many records they hold.

    :param leaf_tiles: leaf hashes of the stretch, so that a changed record can be told from its neighbours
    """
    out.mkdir(parents=True, exist_ok=True)
    count, first = 0, None
    with (out / RECORDS).open("w", encoding="utf-8") as file:
        for line in lines:
            first = line.position if first is None else first
            value: dict[str, Any] = {"position": line.position, "leaf": line.leaf}
            if line.opened:
                value["opened"] = line.opened
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
            count += 1
    proof = {
        "first": first,
        "count": count,
        "proofs": {name: [_text(h) for h in p] for name, p in proofs.items()},
        "leaves": {name: _text(b"".join(p)) for name, p in leaf_tiles.items()},
    }
    (out / PROOF).write_text(json.dumps(proof), "utf-8")
    (out / CHECKPOINT).write_text(checkpoint, "utf-8")
    (out / KEYS).write_text(f"{verifier}\n", "utf-8")
    (out / ROTATIONS).write_text(json.dumps(rotations), "utf-8")
    return count


def verify_bundle(
    source: Path, trusted: Verifier | None = None, witnessed: Iterable[Checkpoint] = ()
) -> tuple[Verdict, bool]:
    """
    Verify an exported stretch; the second value tells whether a witness's head of the same size was compared.

    :param trusted: the log's public key; left out, the bundle's own is believed
    :raises BundleError: not a bundle
    """
    proof, note, key = _parts(source)
    try:
        head = open_checkpoint(note, trusted or key)
    except NoteError as error:
        return Verdict(0, faults=[Fault(Kind.HEAD_FORGED, 0, 0, note=str(error))]), False
    verdict = Verdict(head.size)
    lines = list(_lines(source))
    verdict.faults += _line_faults(lines, proof)
    for name in DIGESTS:
        verdict.faults += _stretch_faults(lines, proof, name, head, verdict.roots)
    same = [w for w in witnessed if w.size == head.size]
    verdict.heads, verdict.witnessed = len(same), head.size if same else 0
    if any((kept.sha256, kept.sm3) != (head.sha256, head.sm3) for kept in same):
        verdict.faults.append(Fault(Kind.HEAD_FORGED, 0, head.size - 1, note="witness"))
    verdict.faults = sorted(dict.fromkeys(verdict.faults), key=lambda f: (f.first, f.last))
    return verdict, bool(same)


def _stretch_faults(
    lines: list[Line], proof: Mapping[str, Any], name: str, head: Checkpoint, roots: dict[str, str]
) -> list[Fault]:
    """Records against their hashes, and the hashes against the signed head, by one hash function."""
    first, count = proof["first"], proof["count"]
    content = base64.b64decode(proof["leaves"][name])
    hashes = [content[i * SIZE : (i + 1) * SIZE] for i in range(count)]
    faults = _compared(lines, hashes, name, first)
    try:
        path = [base64.b64decode(h) for h in proof["proofs"][name]]
        found = root_of_range(first, hashes, head.size, path, DIGESTS[name])
    except ProofError as error:
        return [*faults, Fault(Kind.HASH_CHANGED, first, first, note=str(error))]
    roots[name] = found.hex()
    if found != getattr(head, name):
        faults.append(Fault(Kind.REWRITTEN, first, first + count - 1, note=name))
    return faults


def _line_faults(lines: list[Line], proof: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for line in lines:
        wrong = wrong_openings(line.leaf, line.opened)
        if wrong:
            faults.append(Fault(Kind.CHANGED, line.position, line.position, line.leaf.get("id"), ", ".join(wrong)))
    expected = list(range(proof["first"], proof["first"] + proof["count"]))
    if [line.position for line in lines] != expected and len(lines) == len(expected):
        at = next(e for e, line in zip(expected, lines, strict=True) if e != line.position)
        faults.append(Fault(Kind.REORDERED, at, at))
    return faults


def _compared(lines: list[Line], hashes: list[bytes], name: str, first: int) -> list[Fault]:
    found = [_hash(line, name) for line in lines]
    return [Fault(f.kind, f.first + first, f.last + first) for f in align(hashes, found)]


def _hash(line: Line, name: str) -> bytes:
    try:
        return leaf_hashes(canonical(line.leaf))[name]
    except TypeError:
        return b"no canonical form"


def _lines(source: Path) -> Iterator[Line]:
    with (source / RECORDS).open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                value = json.loads(text)
                yield Line(value["position"], value["leaf"], value.get("opened", {}))
            except (ValueError, KeyError, TypeError) as error:
                raise BundleError(f"{RECORDS} line {number} is not a record") from error


def _parts(source: Path) -> tuple[dict[str, Any], str, Verifier]:
    try:
        proof = json.loads((source / PROOF).read_text("utf-8"))
        note = (source / CHECKPOINT).read_text("utf-8")
        key = Verifier.parse((source / KEYS).read_text("utf-8").splitlines()[0])
        return {k: proof[k] for k in ("first", "count", "proofs", "leaves")}, note, key
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise BundleError(f"{source} is not an exported log: {error}") from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
