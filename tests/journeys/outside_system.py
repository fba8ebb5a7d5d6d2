"""
A small system of somebody else's, for the journey of signing on: a WSGI program that knows Yihu only by its issuer.

    python outside_system.py ISSUER CLIENT_ID CLIENT_SECRET PORT

It follows OpenID Connect by authlib (code flow, PKCE) and joserfc (the signature, issuer, audience and nonce of the
identity token), and shows what it was told.
"""

import html
import secrets
import sys
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import make_server

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

Answer = tuple[str, str, list[tuple[str, str]]]


class OutsideSystem:
    """Keeps its visitors' sessions in memory."""

    def __init__(self, issuer: str, client_id: str, secret: str, port: int) -> None:
        self.own = f"http://localhost:{port}"
        self.client_id, self.secret = client_id, secret
        self.issuer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        self.visits: dict[str, dict[str, str]] = {}

    def __call__(self, environ: dict[str, str], start: Callable[..., object]) -> Iterable[bytes]:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("visit")
        key = cookie.value if cookie and cookie.value in self.visits else secrets.token_urlsafe(16)
        visit = self.visits.setdefault(key, {})
        acts = {"/start": self._start, "/callback": self._callback, "/out": self._out}
        act = acts.get(environ["PATH_INFO"], self._show)
        query = {k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", "")).items()}
        try:
            status, body, headers = act(visit, query)
        except Exception as error:  # the page shows what went wrong, the test reads it
            status, body, headers = "500 Error", f"<h1>failed</h1><pre>{html.escape(repr(error))}</pre>", []
        start(status, [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", f"visit={key}; Path=/"), *headers])
        return [body.encode()]

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.client_id, self.secret, scope="openid profile org duties", redirect_uri=f"{self.own}/callback",
            code_challenge_method="S256", token_endpoint_auth_method="client_secret_basic",
        )  # fmt: skip

    def _start(self, visit: dict[str, str], query: dict[str, str]) -> Answer:
        visit["verifier"], visit["nonce"] = generate_token(48), generate_token(16)
        address, visit["state"] = self._session().create_authorization_url(
            self.issuer["authorization_endpoint"], code_verifier=visit["verifier"], nonce=visit["nonce"]
        )
        return "302 Found", "", [("Location", address)]

    def _callback(self, visit: dict[str, str], query: dict[str, str]) -> Answer:
        if query.get("state") != visit.get("state"):
            raise ValueError("a state that was not ours")
        if "error" in query:
            return "200 OK", f"<h1>refused: {html.escape(query['error'])}</h1>", []
        session = self._session()
        token = session.fetch_token(self.issuer["token_endpoint"], code=query["code"], code_verifier=visit["verifier"])
        visit["id_token"] = token["id_token"]
        told = self._checked(token["id_token"], visit["nonce"])
        seen = session.get(self.issuer["userinfo_endpoint"]).json()
        if seen["sub"] != told["sub"]:
            raise ValueError("the two tell of different people")
        visit["told"] = " | ".join(f"{key}={value}" for key, value in sorted(seen.items()))
        visit["access"] = token["access_token"]
        return "302 Found", "", [("Location", "/")]

    def _checked(self, id_token: str, nonce: str) -> dict[str, str]:
        keys = KeySet.import_key_set(requests.get(self.issuer["jwks_uri"], timeout=10).json())
        claims = jwt.decode(id_token, keys, algorithms=["RS256"]).claims
        must = {"iss": self.issuer["issuer"], "aud": self.client_id, "nonce": nonce}
        jwt.JWTClaimsRegistry(**{k: {"essential": True, "value": v} for k, v in must.items()}).validate(claims)
        return claims

    def _out(self, visit: dict[str, str], query: dict[str, str]) -> Answer:
        asked = {"id_token_hint": visit.pop("id_token", ""), "post_logout_redirect_uri": f"{self.own}/"}
        visit.pop("told", None)
        return "302 Found", "", [("Location", f"{self.issuer['end_session_endpoint']}?{urlencode(asked)}")]

    def _show(self, visit: dict[str, str], query: dict[str, str]) -> Answer:
        if "told" not in visit:
            return "200 OK", '<h1>outside</h1><a href="/start">sign on</a>', []
        seen = requests.get(
            self.issuer["userinfo_endpoint"], headers={"Authorization": f"Bearer {visit['access']}"}, timeout=10
        )
        told = html.escape(visit["told"])
        return (
            "200 OK",
            f'<h1>welcome</h1><p id="told">{told}</p><p id="now">{seen.status_code}</p><a href="/out">out</a>',
            [],
        )


if __name__ == "__main__":
    issuer, client_id, secret, port = sys.argv[1:]
    with make_server("localhost", int(port), OutsideSystem(issuer, client_id, secret, int(port))) as server:
        server.serve_forever()
