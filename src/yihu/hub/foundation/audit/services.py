"""Writing the access record."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest

from yihu.hub.base.requests import client_address
from yihu.hub.foundation.audit.choices import Channel
from yihu.hub.foundation.audit.models import AccessRecord


def record(
    *,
    verb: str,
    request: HttpRequest | None = None,
    actor: Any = None,
    username: str = "",
    target: str = "",
    target_name: str = "",
    purpose: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AccessRecord:
    """
    Record one act. One insert.

    :param verb: thing.act, e.g. ``worklist.export``
    :param request: where it came by; without one the act counts as a background job's
    :param actor: who acted; taken from the request when left out
    :param username: who tried, when nobody is signed in
    :param target: thing:id, e.g. ``household:H0123456789ab``
    """
    person = actor if actor is not None else getattr(request, "user", None)
    return AccessRecord.objects.create(
        **_person(person, username),
        verb=verb,
        target=target[:300],
        target_name=target_name[:300],
        purpose=purpose[:300],
        detail=json.loads(json.dumps(detail or {}, cls=DjangoJSONEncoder)),
        channel=Channel.WEB if request else Channel.JOB,
        address=client_address(request) if request else "",
        request_number=getattr(request, "number", ""),
    )


def record_access(
    *,
    request: HttpRequest,
    target: str,
    target_name: str = "",
    purpose: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AccessRecord:
    """Record that the requesting person opened `target` (thing:id). One insert."""
    thing = target.partition(":")[0]
    return record(
        verb=f"{thing}.view",
        request=request,
        target=target,
        target_name=target_name,
        purpose=purpose,
        detail=detail,
    )


def _person(person: Any, username: str) -> dict[str, Any]:
    if person is None or not person.is_authenticated:
        return {"actor_id": None, "actor_username": username[:150]}
    return {
        "actor_id": person.pk,
        "actor_username": person.get_username(),
        "actor_name": person.display_name,
        "actor_kind": person.post_title[:20],
        "office_name": person.office_title,
    }
