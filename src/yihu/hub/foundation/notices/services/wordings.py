"""Changing the words of a template. Every version stays in the row's history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.catalogue import Template, faults_of
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.notices.models import Wording
from yihu.hub.foundation.notices.services.permits import permit_anywhere
from yihu.hub.foundation.org.api import User


class UnableToChangeWordsError(UnableTo):
    """The words could not be sent."""


@transaction.atomic
def change_words(
    *,
    actor: User | None,
    shipped: Template,
    title: str,
    body: str,
    sms: str,
    channels: Sequence[Channel],
    reason: str,
    now: datetime,
) -> Wording:
    """
    Put other words in the place of the shipped ones; they hold for what is written from now on.

    :raises UnableToChangeWordsError: NOT-060, with every fault
    """
    permit_anywhere(actor, "notices.keep")
    faults = faults_of(replace(shipped, title=title, body=body, sms=sms, channels=tuple(channels)))
    if faults:
        raise UnableToChangeWordsError(f"不能保存（NOT-060）：{'；'.join(faults)}")
    before = Wording.objects.select_for_update().filter(pk=shipped.code).first()
    made, _ = Wording.objects.update_or_create(
        code=shipped.code,
        defaults={
            "title": title, "body": body, "sms": sms, "channels": list(channels), "changed_by": actor,
            "changed_at": now, "reason": reason, "is_restored": False,
            "version": before.version + 1 if before else 1,
        },
    )  # fmt: skip
    old = {"title": before.title if before else shipped.title, "text": before.body if before else shipped.body}
    record(
        verb="notice-template.change", request=current_request(), actor=actor, target=f"notice-template:{made.code}",
        target_name=shipped.name, purpose=reason, before=old, after={"title": title, "text": body},
    )  # fmt: skip
    return made


@transaction.atomic
def restore_shipped(*, actor: User | None, shipped: Template, reason: str, now: datetime) -> None:
    """Back to the words that come with the program, as a version of its own."""
    permit_anywhere(actor, "notices.keep")
    found = Wording.objects.select_for_update().filter(pk=shipped.code, is_restored=False).first()
    if found is None:
        return
    found.is_restored, found.version, found.reason = True, found.version + 1, reason
    found.changed_by, found.changed_at = actor, now
    found.save()
    record(
        verb="notice-template.restore", request=current_request(), actor=actor,
        target=f"notice-template:{shipped.code}", target_name=shipped.name, purpose=reason,
    )  # fmt: skip
