"""
A small client of Yihu's exchange, to be copied: the standard library and `cryptography` alone.

    python exchange_client.py keygen client.pem                    # prints the public key to be registered
    export YIHU_URL=https://yihu.example.gov.cn YIHU_KEYID=oa-city-1a2b3c4d YIHU_KEY=client.pem
    python exchange_client.py self                                 # who am I there, what may I, what is left
    python exchange_client.py push F-2026-001 zhangsan "请审批用车申请" https://oa.example.gov.cn/todo/1
    python exchange_client.py open                                 # what of ours is open there
    python exchange_client.py withdraw F-2026-001

`YIHU_KEY` is a PEM file with an Ed25519 private key, or a file with the shared secret in base64 (HMAC-SM3). The answer
is printed as JSON; the exit status is 1 when the request was refused. `verify` below tells whether a message that came
to one's own webhook is Yihu's.
"""

import base64
import hashlib
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

COVERED = '("@method" "@path" "@query" "content-digest")'


def digest_of(body: bytes) -> str:
    """The value of `Content-Digest` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def base_of(method: str, url: str, digest: str, parameters: str) -> bytes:
    """The text that is signed (RFC 9421, 2.5)."""
    parts = urlsplit(url)
    path = quote(unquote(parts.path) or "/", safe="/~!$&'()*+,;=:@-._")
    lines = [("@method", method), ("@path", path), ("@query", f"?{parts.query}"), ("content-digest", digest)]
    return "\n".join(f'"{n}": {v}' for n, v in [*lines, ("@signature-params", parameters)]).encode()


def read_key(path: str) -> "Ed25519PrivateKey | bytes":
    """A private key from PEM, or a shared secret from base64."""
    raw = Path(path).read_bytes()
    if raw.startswith(b"-----BEGIN"):
        return serialization.load_pem_private_key(raw, password=None)
    return base64.b64decode(raw)


def mac_of(secret: bytes, base: bytes) -> bytes:
    """HMAC over SM3."""
    made = hmac.HMAC(secret, hashes.SM3())
    made.update(base)
    return made.finalize()


def signed(method: str, url: str, body: bytes, key_id: str, key: "Ed25519PrivateKey | bytes") -> dict:
    """The three headers of a request; a retry needs new ones."""
    algorithm = "hmac-sm3" if isinstance(key, bytes) else "ed25519"
    nonce, digest = secrets.token_urlsafe(18), digest_of(body)
    parameters = f'{COVERED};created={int(time.time())};keyid="{key_id}";alg="{algorithm}";nonce="{nonce}"'
    base = base_of(method, url, digest, parameters)
    raw = mac_of(key, base) if isinstance(key, bytes) else key.sign(base)
    return {
        "Content-Digest": digest,
        "Signature-Input": f"yihu={parameters}",
        "Signature": f"yihu=:{base64.b64encode(raw).decode()}:",
    }


def call(method: str, path: str, content: "dict | None" = None) -> "tuple[int, dict]":
    """One signed request; waits once when the quota asks for it."""
    url = os.environ["YIHU_URL"].rstrip("/") + "/api/exchange/v1" + path
    body = b"" if content is None else json.dumps(content).encode()
    key_id, key = os.environ["YIHU_KEYID"], read_key(os.environ["YIHU_KEY"])
    for attempt in (1, 2):
        headers = {"Content-Type": "application/json", **signed(method, url, body, key_id, key)}
        request = urllib.request.Request(url, data=body or None, method=method, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 429 or attempt == 2:
                return error.code, json.load(error)
            time.sleep(int(error.headers["Retry-After"]))
    raise AssertionError("unreachable")


def milliseconds() -> int:
    return int(time.time() * 1000)


def verify(headers: dict, body: bytes, path: str, public_key: str) -> bool:
    """Whether a message to our webhook is Yihu's: `public_key` as `/api/exchange/v1/keys` gives it."""
    if headers["Content-Digest"] != digest_of(body):
        return False
    parameters = headers["Signature-Input"].split("=", 1)[1]
    base = base_of("POST", path, headers["Content-Digest"], parameters)
    raw = base64.b64decode(headers["Signature"].split("=:", 1)[1].removesuffix(":"))
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(raw, base)
    except Exception:  # noqa: BLE001 (any failure is a refusal)
        return False
    return True


def keygen(path: str) -> str:
    """A new key pair: the private key in a file of its own, the public key as PEM."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def main(arguments: list) -> int:
    """Carry out one command."""
    command, *rest = arguments or ["help"]
    if command == "keygen":
        print(keygen(rest[0]))
        return 0
    if command == "self":
        status, answer = call("GET", "/self")
    elif command == "push":
        key, receiver, title, *url = rest
        content = {"receivers": [receiver], "title": title, "stamp": milliseconds(), "url": url[0] if url else ""}
        status, answer = call("PUT", f"/todos/{key}", content)
    elif command == "open":
        status, answer = call("GET", "/todos?limit=500")
    elif command == "withdraw":
        status, answer = call("DELETE", f"/todos/{rest[0]}?stamp={milliseconds()}")
    else:
        print(__doc__)
        return 2
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
