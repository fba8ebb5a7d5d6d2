"""Signed messages: one form on both sides, any change is seen, anything beside the profile is refused."""

import base64
import string

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import example, given
from hypothesis import strategies as st

from yihu.kit.signatures import (
    Message,
    SignatureError,
    base_of,
    canonical_path,
    check_digest,
    check_signature,
    content_digest,
    parameters_of,
    read_signed,
    sign,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRET = bytes(range(32, 64))
NONCE = "abcdefghijklmnop"
PATHS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(lambda text: f"/{text}")
QUERIES = st.text(alphabet=string.ascii_letters + string.digits + "=&%+-_.", max_size=40)
# The test key of RFC 9421, B.1.4.
RFC_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""


def signed(
    key: Ed25519PrivateKey | bytes, body: bytes = b"{}", path: str = "/a", query: str = ""
) -> tuple[Message, dict]:
    message = Message("POST", path, query, content_digest(body))
    return message, sign(message, key=key, key_id="k", created=1, nonce=NONCE)


def public(key: Ed25519PrivateKey | bytes) -> object:
    return key if isinstance(key, bytes) else key.public_key()


@pytest.mark.parametrize("key", [KEY, SECRET], ids=["ed25519", "hmac-sm3"])
@given(body=st.binary(max_size=200), path=PATHS, query=QUERIES)
def test_what_one_side_signs_the_other_accepts(key: object, body: bytes, path: str, query: str) -> None:
    message, headers = signed(key, body, path, query)
    check_digest(headers["Content-Digest"], body)
    check_signature(message, read_signed(headers), public(key))


@pytest.mark.parametrize("key", [KEY, SECRET], ids=["ed25519", "hmac-sm3"])
@given(
    first=st.tuples(st.sampled_from(["GET", "POST", "PUT"]), PATHS, QUERIES, st.binary(max_size=20)),
    other=st.tuples(st.sampled_from(["GET", "POST", "PUT"]), PATHS, QUERIES, st.binary(max_size=20)),
)
@example(first=("POST", "/a", "b", b""), other=("POST", "/a?b", "", b""))
@example(first=("POST", "/a b", "", b""), other=("POST", "/a%20b", "", b""))
@example(first=("POST", "/a\u0085b", "", b""), other=("POST", "/ab", "", b""))
def test_no_two_messages_share_a_signature(key: object, first: tuple, other: tuple) -> None:
    made, asked = (Message(m, p, q, content_digest(b)) for m, p, q, b in (first, other))
    headers = sign(made, key=key, key_id="k", created=1, nonce=NONCE)
    same = first[:3] == other[:3] and first[3] == other[3]
    try:
        check_signature(asked, read_signed(headers), public(key))
        accepted = True
    except SignatureError:
        accepted = False
    assert accepted == same


@given(at=st.integers(0, 255), bit=st.integers(0, 7))
def test_a_changed_bit_of_the_signature_is_seen(at: int, bit: int) -> None:
    message, headers = signed(KEY)
    raw = bytearray(base64.b64decode(headers["Signature"][6:-1]))
    raw[at % len(raw)] ^= 1 << bit
    headers["Signature"] = f"yihu=:{base64.b64encode(bytes(raw)).decode()}:"
    with pytest.raises(SignatureError):
        check_signature(message, read_signed(headers), KEY.public_key())


def test_a_key_signs_only_by_its_own_algorithm() -> None:
    message, headers = signed(SECRET)
    with pytest.raises(SignatureError):
        check_signature(message, read_signed(headers), KEY.public_key())
    # A public key is known to everybody: it must not serve as the secret of a MAC.
    forged = sign(message, key=KEY.public_key().public_bytes_raw(), key_id="k", created=1, nonce=NONCE)
    with pytest.raises(SignatureError):
        check_signature(message, read_signed(forged), KEY.public_key())


def test_the_base_is_the_one_of_the_standard() -> None:
    """The shape of RFC 9421, 2.5, and its own test key with a signature made by hand."""
    message = Message("post", "/foo", "param=Value&Pet=dog", "sha-256=:x:")
    params = parameters_of(key_id="k", algorithm="ed25519", created=1618884473, nonce=NONCE)
    expected = (
        '"@method": POST\n"@path": /foo\n"@query": ?param=Value&Pet=dog\n"content-digest": sha-256=:x:\n'
        f'"@signature-params": ("@method" "@path" "@query" "content-digest");created=1618884473;keyid="k";'
        f'alg="ed25519";nonce="{NONCE}"'
    )
    assert base_of(message, params).decode() == expected
    key = load_pem_private_key(RFC_KEY, None)
    headers = sign(message, key=key, key_id="k", created=1618884473, nonce=NONCE)
    key.public_key().verify(base64.b64decode(headers["Signature"][6:-1]), expected.encode())


def test_hmac_is_over_sm3() -> None:
    message, headers = signed(SECRET)
    mac = hmac.HMAC(SECRET, hashes.SM3())
    mac.update(base_of(message, read_signed(headers).text))
    assert base64.b64decode(headers["Signature"][6:-1]) == mac.finalize()


def test_sm3_of_the_standard() -> None:
    """GB/T 32905-2016, A.1: the digest of `abc`."""
    known = bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    assert content_digest(b"abc", "sm3") == f"sm3=:{base64.b64encode(known).decode()}:"
    check_digest(content_digest(b"abc", "sm3"), b"abc")


@pytest.mark.parametrize("value", ["", "sha-256=abc", "md5=:aaaa:", "sha-256=:!!:", f"{content_digest(b'x')}, sm3=:a:"])
def test_other_digests_are_refused(value: str) -> None:
    with pytest.raises(SignatureError):
        check_digest(value, b"x")


GOOD = 'yihu=("@method" "@path" "@query" "content-digest");created=1;keyid="k";alg="ed25519";nonce="abcdefghijklmnop"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.replace(' "content-digest"', ""),
        GOOD.replace('"@method" "@path"', '"@path" "@method"'),
        GOOD.replace("created=1", 'created="1x"'),
        GOOD.replace(";created=1", ""),
        GOOD + ";created=2",
        GOOD + ";expires=2",
        GOOD.replace("abcdefghijklmnop", "short"),
        GOOD.replace("abcdefghijklmnop", "abcdefghijk lmnop"),
        GOOD.replace('keyid="k"', 'keyid="k\n"'),
        GOOD + ", two=()",
        GOOD + "\n",
    ],
)
def test_anything_beside_the_profile_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        read_signed({"Signature-Input": text, "Signature": "yihu=:AAAA:"})
    read_signed({"Signature-Input": GOOD, "Signature": "yihu=:AAAA:"})


@pytest.mark.parametrize("text", ["", "yihu=:AAAA", "other=:AAAA:", "yihu=:A?:", "yihu=:AAAA:, yihu=:AAAA:"])
def test_a_malformed_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        read_signed({"Signature-Input": GOOD, "Signature": text})


def test_a_path_has_one_form() -> None:
    assert canonical_path("/待办/a b:c@d") == "/%E5%BE%85%E5%8A%9E/a%20b:c@d"
