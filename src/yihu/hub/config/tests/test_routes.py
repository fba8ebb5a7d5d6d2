"""Every address names its permission, and each kind of user gets exactly what the table says."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from yihu.hub.base.access import PUBLIC, SIGNED, declared
from yihu.hub.base.navigation import all_permissions
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.catalogue import permissions, shipped_holders
from yihu.hub.foundation.org.choices import StandardDuty

OPEN_TO_ALL = {
    "health",
    "audit/checkpoint",
    "audit/consistency",
    "audit/keys",
    "audit/cosignature",
    "account/sign-in/",
    "account/sign-in/passkey/",
    "account/sign-in/second-factor/",
    "account/sign-in/start-over/",
    "account/activate/",
    "notices/gateway/incoming/",
    "notices/gateway/report/",
    ".well-known/openid-configuration",
    ".well-known/jwks.json",
    "identity/o/authorize",
    "identity/o/logout",
    "identity/o/api/token",
    "identity/o/api/userinfo",
    "identity/o/api/revoke",
    "api/exchange/v1/document",
    "api/exchange/v1/openapi.json",
    "api/exchange/v1/keys",
    "api/exchange/v1/<path:rest>",
}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every (address pattern, view) of the application."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry.callback
        else:
            yield from routes(entry, address)


ROUTES = dict(routes())
PLAIN = sorted(a for a, view in ROUTES.items() if "<" not in a and declared(view) not in {PUBLIC, SIGNED, None})


@pytest.mark.parametrize("address", sorted(ROUTES))
def test_every_route_names_a_permission_of_the_table(address: str) -> None:
    permission = declared(ROUTES[address])
    assert permission is not None, f"{address}: the view needs @requires(...) or @public"
    assert permission in permissions() or permission == SIGNED or (permission == PUBLIC and address in OPEN_TO_ALL)


def test_navigation_asks_for_permissions_of_the_table() -> None:
    assert all_permissions() <= set(permissions())


@pytest.mark.parametrize("address", PLAIN)
@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in(client, address: str) -> None:
    answer = client.get(f"/{address}")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/sign-in/")


@pytest.mark.parametrize("address", PLAIN)
@pytest.mark.django_db
def test_each_kind_gets_what_the_table_grants(client_of, address: str) -> None:
    holders = shipped_holders(declared(ROUTES[address]))
    refused = {duty for duty in StandardDuty if client_of[duty].get(f"/{address}").status_code == 403}
    assert refused == set(StandardDuty) - holders


def test_faults_are_pages_with_a_number(client, db) -> None:
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "没有找到此页" in answer.content.decode()


@pytest.mark.django_db
def test_refusals_are_pages_with_a_number(client_of) -> None:
    answer = client_of[StandardDuty.OFFICER].get("/audit/")
    assert answer.status_code == 403
    assert answer["X-Request-ID"] in answer.content.decode()
    record = AccessRecord.objects.get(verb="page.refuse")
    assert (record.actor_username, record.target) == ("officer", "page:/audit/")


@pytest.mark.django_db
def test_pages_forbid_foreign_script_framing_and_caching(client_of) -> None:
    answer = client_of[StandardDuty.OFFICER].get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src-attr")[0]
    assert answer["Cache-Control"] == "private, no-store"
    assert "<script>" not in answer.content.decode()
