"""Where a witness sees a log: its public addresses, or files that somebody brings."""

import base64
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from yihu.kit.evidence.bundles import CHECKPOINT, PROOF, ROTATIONS
from yihu.kit.evidence.digests import DIGESTS, SIZE
from yihu.kit.evidence.merkle import consistency_proof
from yihu.kit.evidence.notes import Checkpoint, Note
from yihu.kit.evidence.tiles import Place, append_leaves, node_reader

SECONDS = 20


class UnreachableError(RuntimeError):
    """The log does not answer."""


class HttpLog:
    """A log at `<address>/audit/…`."""

    def __init__(self, address: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise ValueError(f"not a web address: {address}")
        self.address = address.rstrip("/")

    def checkpoint(self) -> str:
        return self._get("checkpoint").decode("utf-8")

    def consistency(self, old: int, new: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = json.loads(self._get(f"consistency?old={old}&new={new}"))
        return found

    def rotations(self) -> list[str]:
        return list(self._keys()["rotations"])

    def verifier(self) -> str | None:
        """The key the log says it signs with; to be compared by other means before it is trusted."""
        named = self._keys()["verifier"]
        return str(named) if named else None

    def hand_in(self, cosigned: str) -> bool:
        """Offer a cosigned head; False when the log does not take it (the witness is not registered)."""
        try:
            self._ask("cosignature", cosigned.encode())
        except UnreachableError:
            return False
        return True

    def _keys(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._get("keys"))
        return found

    def _get(self, what: str) -> bytes:
        return self._ask(what, None)

    def _ask(self, what: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(f"{self.address}/audit/{what}", data=body)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                content: bytes = answer.read()
                return content
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise UnreachableError(f"{self.address}: {error}") from error


class FileLog:
    """A whole log exported to a directory (from the first record on): its leaf hashes give every proof."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def checkpoint(self) -> str:
        return (self.source / CHECKPOINT).read_text("utf-8")

    def consistency(self, old: int, new: int) -> dict[str, list[str]]:
        proof = json.loads((self.source / PROOF).read_text("utf-8"))
        size = Checkpoint.parse(Note.parse(self.checkpoint()).text).size
        if proof["first"] != 0 or proof["count"] != size:
            raise ValueError("only an export of the whole log can be witnessed")
        answer = {}
        for name, digest in DIGESTS.items():
            content = base64.b64decode(proof["leaves"][name])
            leaves = [content[i : i + SIZE] for i in range(0, len(content), SIZE)]
            node = node_reader(_Tiles(append_leaves(0, leaves, lambda row, number: b"", digest)), digest)
            answer[name] = [base64.b64encode(h).decode() for h in consistency_proof(old, new, node, digest)]
        return answer

    def rotations(self) -> list[str]:
        path = self.source / ROTATIONS
        return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


class _Tiles:
    """Tiles in memory, read like stored ones."""

    def __init__(self, kept: dict[Place, bytes]) -> None:
        self.kept = kept

    def __call__(self, row: int, number: int) -> bytes:
        return self.kept.get((row, number), b"")
