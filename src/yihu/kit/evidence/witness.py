"""
A witness: remembers the heads of a log it has seen, and cosigns a new one only if it continues the last.

Its store is a directory of its own: `witness.key` (its private key, 0600), `heads.jsonl` (every head it accepted, one
a line, never rewritten), `latest` (the last head, cosigned) and `alarms.jsonl` (what it refused, with the note).
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.merkle import ProofError, check_consistency
from yihu.kit.evidence.notes import (
    COSIGNATURE,
    Checkpoint,
    Note,
    NoteError,
    Signer,
    Verifier,
    follow_rotations,
    open_checkpoint,
)


class Publisher(Protocol):
    """Where a witness sees the log."""

    def checkpoint(self) -> str:
        """The newest signed head."""

    def consistency(self, old: int, new: int) -> dict[str, list[str]]:
        """Consistency proofs by hash function, hashes in base64."""

    def rotations(self) -> list[str]:
        """Key rotation notes, oldest first."""


class RefusedError(Exception):
    """The log does not continue what the witness has seen: rolled back, forked, or signed by another."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One accepted head: the note as it was signed, and the key in force."""

    note: str
    verifier: str
    accepted_at: int


class Witness:
    """One witness with its store."""

    def __init__(self, store: Path, name: str = "") -> None:
        self.store = store
        store.mkdir(parents=True, exist_ok=True)
        self.signer = _own_key(store / "witness.key", name)

    @property
    def verifier(self) -> Verifier:
        return self.signer.verifier

    def seen(self) -> list[Seen]:
        """Every head accepted so far, oldest first."""
        return read_heads(self.store)

    def observe(self, log: Publisher, now: int, trusted: Verifier | None = None) -> str:
        """
        Take the log's newest head, or refuse it.

        :param trusted: the log's key on the first look; later the store's own memory counts
        :return: the note with the witness's cosignature
        :raises RefusedError: it is not a continuation; an alarm is kept
        """
        content = log.checkpoint()
        try:
            head, key = self._check(content, log, trusted)
        except (NoteError, ProofError, ValueError) as error:
            self._append("alarms.jsonl", {"at": now, "reason": str(error), "note": content})
            raise RefusedError(str(error)) from error
        cosigned = content + self.signer.cosign(head.text, now)
        last = self.seen()[-1:]
        if not last or Checkpoint.parse(Note.parse(last[0].note).text) != head:
            self._append("heads.jsonl", {"note": content, "verifier": str(key), "accepted_at": now})
        _replace(self.store / "latest", cosigned)
        return cosigned

    def _check(self, content: str, log: Publisher, trusted: Verifier | None) -> tuple[Checkpoint, Verifier]:
        before = self.seen()[-1:]
        if not before:
            if trusted is None:
                raise NoteError("the log's public key is not known yet; name it on the first look")
            return open_checkpoint(content, trusted), trusted
        old = Checkpoint.parse(Note.parse(before[0].note).text)
        key = follow_rotations(Verifier.parse(before[0].verifier), old.origin, log.rotations())
        new = open_checkpoint(content, key)
        if new.origin != old.origin:
            raise NoteError(f"another log: {new.origin}")
        if new.size < old.size:
            raise ProofError(f"rolled back from {old.size} to {new.size} records")
        proofs = log.consistency(old.size, new.size) if old.size < new.size else {n: [] for n in DIGESTS}
        for name, digest in DIGESTS.items():
            proof = [base64.b64decode(h) for h in proofs[name]]
            check_consistency(old.size, getattr(old, name), new.size, getattr(new, name), proof, digest)
        return new, key

    def _append(self, name: str, value: dict[str, Any]) -> None:
        with (self.store / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def read_heads(store: Path) -> list[Seen]:
    """The heads in a witness's store, oldest first; a line cut short by a power failure is passed over."""
    path = store / "heads.jsonl"
    heads = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            heads.append(Seen(**json.loads(line)))
        except (json.JSONDecodeError, TypeError):
            continue
    return heads


def trusted_heads(store: Path) -> tuple[list[Checkpoint], Verifier | None]:
    """The heads a witness vouches for, each opened by the key in force, and the newest such key."""
    seen = read_heads(store)
    heads = [open_checkpoint(s.note, Verifier.parse(s.verifier)) for s in seen]
    return heads, Verifier.parse(seen[-1].verifier) if seen else None


def _own_key(path: Path, name: str) -> Signer:
    if not path.exists():
        made = {"name": name or f"witness-{secrets.token_hex(4)}", "seed": secrets.token_hex(32)}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(made, file)
    kept = json.loads(path.read_text("utf-8"))
    return Signer(kept["name"], COSIGNATURE, bytes.fromhex(kept["seed"]))


def _replace(path: Path, content: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(content, "utf-8")
    aside.replace(path)
