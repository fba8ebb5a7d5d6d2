"""Over the network: the client of docs/examples, and every operation of the OpenAPI document fuzzed with signatures."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
import schemathesis
from cryptography.hazmat.primitives import serialization
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi_checks

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.centres.exchange.tests.rows import Caller, caller_of, system_of
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.kit.signatures import Message, content_digest, sign

CLIENT = Path(__file__).parents[6] / "docs/examples/exchange_client.py"
CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]


@pytest.fixture(autouse=True)
def _own_state(settings: Any, tmp_path: Path) -> None:
    settings.STATE = tmp_path


@pytest.fixture
def caller(transactional_db: None, offices: dict[str, Any], cast: dict[Any, Any]) -> Caller:
    system = system_of(offices["bureau"], cast[StandardDuty.SECURITY_ADMIN], code="oa", per_minute=60_000)
    return caller_of(system)


@pytest.mark.parametrize("kind", list(KeyKind))
def test_the_example_client_pushes_and_withdraws(
    caller: Caller, live_server: Any, tmp_path: Path, kind: KeyKind
) -> None:
    one = caller_of(caller.key.system, kind)
    path = tmp_path / "client.key"
    path.write_bytes(_written(one.secret))
    env = {**os.environ, "YIHU_URL": live_server.url, "YIHU_KEYID": one.key.key_id, "YIHU_KEY": str(path)}

    def run(*arguments: str) -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, str(CLIENT), *arguments], env=env, capture_output=True, text=True, timeout=60
        )
        assert not done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout)

    assert run("self")[1]["system"] == "oa"
    status, told = run("push", "F-1", "officer", "请审批用车申请", "https://oa.example.gov.cn/a?b=1")
    assert (status, told["items"][0]["outcome"]) == (0, "created")
    assert [o["key"] for o in run("open")[1]["items"]] == ["F-1"]
    status, told = run("push", "F-2", "zs", "没有此人")
    assert (status, told["errors"][0]["code"]) == (1, "TODO-004")
    assert run("withdraw", "F-1")[1]["items"][0]["changed"] == 1
    with as_system("核对"):
        assert Todo.objects.get().state == "WITHDRAWN"


def _written(secret: Any) -> bytes:
    if isinstance(secret, bytes):
        return base64.b64encode(secret)
    return secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class SignedAuth(requests.auth.AuthBase):
    """Signs whatever is about to be sent."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        parts = urlsplit(request.path_url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        message = Message(request.method or "", unquote(parts.path), parts.query, content_digest(body))
        request.headers.update(sign(
            message, key=self.caller.secret, key_id=self.caller.key.key_id,
            created=int(timezone.now().timestamp()), nonce=secrets.token_urlsafe(18),
        ))  # fmt: skip
        return request


MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.mark.slow
def test_every_operation_keeps_to_its_document(caller: Caller, live_server: Any) -> None:
    """
    Each operation with what fits its schema and what does not: no 5xx, no accepted nonsense, answers as documented; and
    each was really done at least once, for a fuzz that only sees refusals tests nothing.
    """
    document = schemathesis.openapi.from_dict(_without_security(live_server.url))
    answered: dict[str, set[int]] = defaultdict(set)
    for operation in (found.ok() for found in document.get_all_operations()):
        if "x-operation" in operation.definition.raw:
            for mode in MODES:
                _fuzz(operation, mode, caller, live_server.url, answered)
    assert len(answered) >= 10
    without = {label for label, statuses in answered.items() if 200 not in statuses}
    # A report's number cannot be guessed; its own test reads one.
    assert without <= {"GET /api/exchange/v1/todos/reconciliations/{number}"}


def _without_security(url: str) -> dict[str, Any]:
    """The hook signs, so the generator must not take the signature for a header to play with."""
    found = requests.get(f"{url}/api/exchange/v1/openapi.json", timeout=30).json()
    del found["components"]["securitySchemes"]
    for methods in found["paths"].values():
        for entry in methods.values():
            entry.pop("security", None)
    return found


def _fuzz(operation: Any, mode: GenerationMode, caller: Caller, url: str, answered: dict[str, set[int]]) -> None:
    # Weaver's senders write numbers with and without quotation marks, and are answered 200 whatever became of it.
    is_weaver = "泛微兼容" in operation.definition.raw.get("tags", ())
    checks = [c for c in CHECKS if not (is_weaver and c is openapi_checks.negative_data_rejection)]

    @settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        if mode == GenerationMode.POSITIVE:
            _name_somebody(case.body)
        response = case.call(base_url=url, auth=SignedAuth(caller), timeout=30)
        answered[operation.label].add(response.status_code)
        case.validate_response(response, checks=checks)

    try:
        ask()
    except Unsatisfiable:
        # An operation without parameters has nothing that does not fit.
        assert mode == GenerationMode.NEGATIVE


def _name_somebody(body: Any) -> None:
    """Words that fit the schema go to people who exist, so that more than refusals is tested."""
    if isinstance(body, list):
        for one in body:
            _name_somebody(one)
    elif isinstance(body, dict):
        for name, value in body.items():
            if name == "receivers":
                body[name] = ["officer"]
            elif name in {"receiver", "userid"} and value is not None:
                body[name] = "officer"
            elif name in {"url", "app_url", "pcurl", "appurl"}:
                body[name] = "https://oa.example.gov.cn/"
            elif name == "syscode":
                body[name] = "oa"
            elif name in {"stamp", "as_of"}:
                body[name] = value % 10**12
            else:
                _name_somebody(value)
