"""
Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

A note is text that ends in a newline, an empty line, and signature lines `— name base64(key id || signature)`.
A checkpoint is a note whose text is the origin, the size, the base64 SHA-256 root, and extension lines; ours add
`sm3 <root>` and `time <seconds>`. A key id is the first four bytes of SHA-256(name || 0x0A || kind || public key).
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 1
COSIGNATURE: Final = 4
DASH = "— "


class NoteError(ValueError):
    """A note is malformed, or no trusted key signed it."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: `<name>+<key id in hex>+<base64(kind || key)>`."""

    name: str
    kind: int
    key: bytes

    @property
    def id(self) -> bytes:
        material = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return hashlib.sha256(material).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.key).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """
        Read the text form.

        :raises NoteError: it is not one
        """
        try:
            name, identity, encoded = text.strip().split("+", 2)
            blob = base64.b64decode(encoded, validate=True)
            found = cls(name, blob[0], blob[1:])
            Ed25519PublicKey.from_public_bytes(found.key)
        except (ValueError, IndexError) as error:
            raise NoteError("not a verifier key") from error
        if found.id.hex() != identity or found.kind not in {ED25519, COSIGNATURE}:
            raise NoteError("the verifier key contradicts its own id")
        return found

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature over the message is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; `seed` is 32 bytes."""

    name: str
    kind: int
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, self.kind, public.public_bytes_raw())

    def line(self, text: str) -> str:
        """The signature line over a note's text."""
        return _line(self.verifier, Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode()))

    def cosign(self, text: str, at: int) -> str:
        """The cosignature/v1 line over a checkpoint's text, at seconds since 1970."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(_cosigned(text, at))
        return _line(self.verifier, struct.pack(">Q", at) + signature)


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"{DASH}{verifier.name} {base64.b64encode(verifier.id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note's text (with its final newline) and its signature lines as (name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, content: str) -> "Note":
        """
        Take a note apart.

        :raises NoteError: malformed
        """
        text, gap, block = content.rpartition("\n\n")
        if not gap or not block.endswith("\n"):
            raise NoteError("a note ends in an empty line and signatures")
        return cls(text + "\n", tuple(_signature(line) for line in block.splitlines()))

    def is_signed_by(self, verifier: Verifier) -> bool:
        """Whether a valid signature of the key stands on the note."""
        if verifier.kind == COSIGNATURE:
            return self.cosigned_at(verifier) is not None
        return any(verifier.accepts(self.text.encode(), s) for s in self._of(verifier))

    def cosigned_at(self, verifier: Verifier) -> int | None:
        """When the witness cosigned, in seconds since 1970; None when it did not."""
        for signature in self._of(verifier):
            at = struct.unpack(">Q", signature[:8])[0] if len(signature) == 72 else -1
            if at >= 0 and verifier.accepts(_cosigned(self.text, at), signature[8:]):
                return int(at)
        return None

    def _of(self, verifier: Verifier) -> list[bytes]:
        return [s for name, identity, s in self.signatures if (name, identity) == (verifier.name, verifier.id)]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, gap, encoded = line.removeprefix(DASH).partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise NoteError("a signature is not base64") from error
    if not line.startswith(DASH) or not gap or len(blob) < 5:
        raise NoteError("a signature line is malformed")
    return name, blob[:4], blob[4:]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, number of leaves, both roots, and when it was signed (seconds since 1970)."""

    origin: str
    size: int
    sha256: bytes
    sm3: bytes
    time: int

    @property
    def text(self) -> str:
        roots = (base64.b64encode(h).decode() for h in (self.sha256, self.sm3))
        return "{}\n{}\n{}\nsm3 {}\ntime {}\n".format(self.origin, self.size, *roots, self.time)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """
        Read a note's text.

        :raises NoteError: not a checkpoint of ours
        """
        try:
            origin, size, first, second, time, rest = text.split("\n")
            made = cls(
                origin,
                int(size),
                base64.b64decode(first, validate=True),
                base64.b64decode(second.removeprefix("sm3 "), validate=True),
                int(time.removeprefix("time ")),
            )
        except ValueError as error:
            raise NoteError("not a checkpoint") from error
        if rest or made.text != text or len(made.sha256) != 32 or len(made.sm3) != 32:
            raise NoteError("not a checkpoint in its one form")
        return made

    def signed(self, *signers: Signer) -> str:
        """The note."""
        return self.text + "\n" + "".join(s.line(self.text) for s in signers)


def open_checkpoint(content: str, trusted: Verifier) -> Checkpoint:
    """
    The checkpoint of a note that the trusted key signed.

    :raises NoteError: malformed, or not signed by it
    """
    note = Note.parse(content)
    if not note.is_signed_by(trusted):
        raise NoteError(f"not signed by {trusted.name}+{trusted.id.hex()}")
    return Checkpoint.parse(note.text)


def rotation_text(origin: str, successor: Verifier) -> str:
    """What a log's key signs to name the key that follows it."""
    return f"yihu/key-rotation/v1\n{origin}\n{successor}\n"


def follow_rotations(trusted: Verifier, origin: str, rotations: list[str]) -> Verifier:
    """
    The newest key that a chain of rotation notes leads to from a trusted one; notes of other keys are passed over.

    :raises NoteError: a note of the trusted key names no proper successor
    """
    for content in rotations:
        note = Note.parse(content)
        if note.is_signed_by(trusted):
            head, named, successor = note.text.rstrip("\n").split("\n")[:3]
            found = Verifier.parse(successor)
            if note.text != rotation_text(origin, found):
                raise NoteError(f"not a rotation of this log: {head} {named}")
            trusted = found
    return trusted
