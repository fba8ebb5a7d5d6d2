"""Drafts of applications: begun, saved as one types, given up."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.fields import FormField
from yihu.hub.centres.matters.catalogue.reading import Raw, raw_of
from yihu.hub.centres.matters.catalogue.registries import prefills
from yihu.hub.centres.matters.catalogue.spec import By
from yihu.hub.centres.matters.keys import seal, unseal
from yihu.hub.centres.matters.models import Draft, MatterVersion
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.documents.api import list_documents, remove_document
from yihu.hub.registers.taxpayers.api import find_taxpayer

MOST_DRAFTS = 50


@transaction.atomic
def begin_draft(
    *, version: MatterVersion, actor: Any, now: datetime, taxpayer_number: str = "", request: Any = None
) -> Draft:
    """
    Begin an application, filled in as far as is known.

    :raises UnableToApplyError: MAT-A01 not open for application, MAT-A02 no permission, MAT-A03 no such taxpayer
        within one's scope, MAT-A04 too many drafts
    """
    check_open(version, actor=actor, now=now, taxpayer_number=taxpayer_number)
    if Draft.objects.filter(owner=actor).count() >= MOST_DRAFTS:
        raise UnableToApplyError("MAT-A04", f"您已有 {MOST_DRAFTS} 份草稿，请先提交或删除一些")
    raw = raw_of(version.bundle.form, prefilled(version, actor=actor, taxpayer_number=taxpayer_number, now=now))
    made = Draft.objects.create(
        version=version, owner=actor, taxpayer_number=taxpayer_number, sealed=sealed_raw(raw), started_at=now,
        saved_at=now,
    )  # fmt: skip
    record(
        verb="application.begin", request=request, actor=actor, target=f"application:{made.pk}",
        target_name=version.name, detail={"matter": version.matter.key},
    )  # fmt: skip
    return made


def check_open(version: MatterVersion, *, actor: Any, now: datetime, taxpayer_number: str = "") -> Any:
    """
    Refuse what cannot be applied for by this person now; the taxpayer, of a counter matter.

    :raises UnableToApplyError: MAT-A01, MAT-A02, MAT-A03
    """
    spec = version.bundle.spec
    if not version.is_published or not version.is_valid_on(timezone.localtime(now).date()):
        raise UnableToApplyError("MAT-A01", f"“{version.name}”这一版现在不能申请，请回到事项目录重新选择")
    if not actor.holds(spec.apply.permission):
        raise UnableToApplyError("MAT-A02", f"您的岗位不能申请“{version.name}”")
    if spec.apply.by == By.OFFICER:
        return None
    if not actor.holds("matter.counter"):
        raise UnableToApplyError("MAT-A02", "您的岗位不能代纳税人申请")
    taxpayer = find_taxpayer(taxpayer_number) if taxpayer_number else None
    scope = actor.scope("matter.counter")
    if (
        taxpayer is None
        or taxpayer.label > scope.clearance
        or not scope.holds(
            office_code=taxpayer.office_code, division_code=taxpayer.division_code, number=taxpayer.number
        )
    ):
        raise UnableToApplyError("MAT-A03", "没有找到这个纳税人，或不在您的管辖范围内，请重新选择")
    return taxpayer


def prefilled(version: MatterVersion, *, actor: Any, taxpayer_number: str, now: datetime) -> dict[str, Any]:
    """The values that the registered prefills and the defaults of the form give."""
    taxpayer = find_taxpayer(taxpayer_number) if taxpayer_number else None
    known = prefills()
    found = {}
    for field in version.bundle.form.fields_for({}):
        value = _prefill(field, known, actor=actor, taxpayer=taxpayer, now=now)
        if value not in (None, ""):
            found[field.name] = value
    return found


def _prefill(field: FormField, known: Any, **who: Any) -> Any:
    key = field.schema.get("x-prefill")
    return known[key](**who) if key in known else field.schema.get("default")


@transaction.atomic
def save_draft(*, draft: Draft, raw: Raw, now: datetime) -> Draft:
    """Keep what was typed, valid or not; what is not sent this time, e.g. hidden by a condition, stays."""
    draft.sealed, draft.saved_at = sealed_raw(raw), now
    draft.save(update_fields=["sealed", "saved_at"])
    return draft


@transaction.atomic
def discard_draft(*, draft: Draft, actor: Any, now: datetime, request: Any = None) -> None:
    """Give an application up; its files are taken back."""
    for document in list_documents(draft.about):
        remove_document(document=document, actor=actor, now=now)
    record(
        verb="application.discard", request=request, actor=actor, target=f"application:{draft.pk}",
        target_name=draft.version.name,
    )  # fmt: skip
    draft.delete()


def sealed_raw(raw: Raw) -> str:
    """What was typed, as it is kept."""
    return seal(json.dumps(raw, ensure_ascii=False))


def raw_of_draft(draft: Draft) -> Raw:
    """What was typed."""
    found: Raw = json.loads(unseal(draft.sealed))
    return found
