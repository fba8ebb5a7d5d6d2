"""An outside system with a key, its keys in a directory of their own, and a client that sends signed requests."""

from typing import Any

import pytest
from django.test import Client

from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.tests.rows import Caller, caller_of, system_of
from yihu.hub.foundation.org.choices import StandardDuty


@pytest.fixture(autouse=True)
def _own_state(settings: Any, tmp_path: Any) -> None:
    settings.STATE = tmp_path


@pytest.fixture
def people(cast: dict[StandardDuty, Any]) -> dict[str, Any]:
    """Who registers, who confirms and operates."""
    return {"registrar": cast[StandardDuty.SECURITY_ADMIN], "second": cast[StandardDuty.SYSTEM_ADMIN]}


@pytest.fixture
def system(offices: dict[str, Any], people: dict[str, Any]) -> OutsideSystem:
    return system_of(offices["bureau"], people["registrar"])


@pytest.fixture
def caller(system: OutsideSystem) -> Caller:
    return caller_of(system)


@pytest.fixture(params=[KeyKind.ED25519, KeyKind.HMAC_SM3])
def any_caller(request: pytest.FixtureRequest, system: OutsideSystem) -> Caller:
    return caller_of(system, request.param)


@pytest.fixture
def outside() -> Client:
    """A client without a session."""
    return Client(raise_request_exception=False)
