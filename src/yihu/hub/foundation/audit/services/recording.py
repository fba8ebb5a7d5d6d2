"""Writing a record: one insert, in the transaction of the act."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest

from yihu.hub.base.requests import client_address
from yihu.hub.foundation.audit.choices import Channel
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.models.records import new_salt
from yihu.hub.foundation.audit.services.redaction import PERSONAL, changed_fields, redact, redact_text


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
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    personal: Iterable[str] = (),
    post: str = "",
    channel: str = "",
) -> AccessRecord:
    """
    Record one act. One insert.

    :param verb: thing.act, e.g. ``worklist.export``
    :param request: where it came by; without one the act counts as a background job's unless `channel` says else
    :param actor: who acted; taken from the request when left out
    :param username: who tried, when nobody is signed in
    :param target: thing:id, e.g. ``household:H0123456789ab``
    :param before: fields before the change; only those that differ are kept, personal ones as commitments
    :param after: fields after the change
    :param personal: names of personal fields beside the usual ones (see `redaction.PERSONAL`)
    :param post: in which post, when it is not the actor's first one
    """
    person = actor if actor is not None else getattr(request, "user", None)
    salt = new_salt()
    sides = changed_fields(_plain(before), _plain(after), PERSONAL | set(personal), salt)
    made = AccessRecord.objects.create(
        **_person(person, username, post),
        verb=verb,
        target=redact_text(target)[:300],
        target_name=redact(target_name)[:300],
        purpose=redact(purpose or getattr(request, "purpose", ""))[:300],
        detail=redact(_plain(detail)),
        before=sides[0],
        after=sides[1],
        channel=channel or (Channel.WEB if request else Channel.JOB),
        address=client_address(request) if request else "",
        request_number=getattr(request, "number", ""),
        salt=salt,
    )
    if request is not None:
        request.recorded = made
    return made


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


def _plain(value: Mapping[str, Any] | None) -> dict[str, Any]:
    """As JSON will give it back; PostgreSQL's JSON holds no NUL."""
    return json.loads(json.dumps(value or {}, cls=DjangoJSONEncoder).replace("\\u0000", ""))


def _person(person: Any, username: str, post: str) -> dict[str, Any]:
    if person is None or not person.is_authenticated:
        return {"actor_id": None, "actor_username": username[:150], "post": post[:100]}
    office = getattr(person, "office", None)
    return {
        "actor_id": person.pk,
        "actor_username": person.get_username(),
        "actor_name": person.display_name[:60],
        "post": (post or person.post_title)[:100],
        "office_code": getattr(office, "code", "") or "",
        "office_name": (getattr(person, "office_title", "") or "")[:100],
    }
