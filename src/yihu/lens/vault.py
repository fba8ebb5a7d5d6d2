"""
The vault: gathered batches hold personal numbers in the clear, everything derived from them holds masks and tokens.

A token is HMAC-SM3 of a kind and a normal form under a key that stands beside the data (mode 0600), cut to 128 bits:
equal numbers have equal tokens, so that an exact search and a tie between households work without the number.
"""

import hmac
import os
import secrets
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from yihu.kit.masks import mask_address, mask_id, mask_phone, veil
from yihu.lens.home import Home
from yihu.lens.resolve.contacts import normal_identity, normal_phone

KEY_FILE = "vault-key"
KEY_BYTES = 32
TOKEN_BYTES = 16
PHONE, IDENTITY, ACCOUNT = "phone", "identity", "account"
# Ten or more digits, blanks and hyphens: only such text is worth the walk into Python.
SUSPECT = "[0-9０-９][0-9０-９ \\-]{9,}"


def vault_key(home: Home) -> bytes:
    """The key of a home, made on first use; safe when two processes start at once."""
    path = home.root / KEY_FILE
    if not path.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
        try:
            # A link fails when the name exists, so the first writer wins and nobody reads half a key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return bytes.fromhex(path.read_text("ascii").strip())


def key_name(key: bytes) -> str:
    """What a manifest may say of the key its tokens were made with."""
    return hmac.digest(key, b"name", "sm3")[:4].hex()


def blind(key: bytes, kind: str, normal: str | None) -> str | None:
    """The token of a number in its normal form; None for None."""
    if not normal:
        return None
    return hmac.digest(key, f"{kind}:{normal}".encode(), "sm3")[:TOKEN_BYTES].hex()


def tokens_of(key: bytes, text: str) -> dict[str, str]:
    """The tokens by which a number somebody typed may be stored, by kind; empty when it is none."""
    found = {PHONE: blind(key, PHONE, normal_phone(text)), IDENTITY: blind(key, IDENTITY, normal_identity(text))}
    return {kind: token for kind, token in found.items() if token}


def teach(con: Any, key: bytes) -> None:
    """
    Give a DuckDB connection the functions that writers of derived tables use, text to text, null to null.

    `masked_id`, `masked_phone`, `masked_address`, `veiled` (free text), and, from any spelling, `identity_token` and
    `phone_token`.
    """
    one_by_one: dict[str, Callable[[str], str | None]] = {
        "masked_id": mask_id,
        "masked_phone": mask_phone,
        "masked_address": mask_address,
        "veil_text": veil,
        "identity_token": lambda text: blind(key, IDENTITY, normal_identity(text)),
        "phone_token": lambda text: blind(key, PHONE, normal_phone(text)),
    }
    for name, function in one_by_one.items():
        con.create_function(name, _over_unique(function), ["VARCHAR"], "VARCHAR", type="arrow", null_handling="special")
    con.execute(
        "CREATE OR REPLACE TEMP MACRO veiled(x) AS "
        f"CASE WHEN regexp_matches(x, '{SUSPECT}') THEN veil_text(x) ELSE x END"
    )


def _over_unique(function: Callable[[str], str | None]) -> Callable[[Any], pa.Array]:
    """The function over an arrow column, once for each distinct value."""

    def apply(column: Any) -> pa.Array:
        plain = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = plain.dictionary_encode()
        results = pa.array([function(value) for value in encoded.dictionary.to_pylist()], pa.string())
        return results.take(encoded.indices)

    return apply
