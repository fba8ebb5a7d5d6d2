"""A reviewed draft becomes a version in force, frozen with its hash."""

from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.centres.matters.catalogue.files import digest_of
from yihu.hub.centres.matters.choices import BundleState
from yihu.hub.centres.matters.models import BundleDraft, MatterVersion
from yihu.hub.centres.matters.selectors.designing.drafts import files_of
from yihu.hub.centres.matters.services.designing.drafting import check_ready, expect, locked_draft, refuse_participant
from yihu.hub.centres.matters.services.designing.recording import record_design
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.centres.matters.services.versions import draft_version, publish_version

SOURCE = "设计器"


@transaction.atomic
def publish(*, draft: BundleDraft, actor: Any, now: datetime, note: str = "", request: Any = None) -> MatterVersion:
    """
    Publish what others drafted. Only new cases use it; what is under way keeps its own version.

    :raises UnableToDesignError: MTR-W01 not in review, W07 problems, W08 cases not passed, W09 took part,
        W12 the version it began with is no longer the latest, or these very files were published before
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.IN_REVIEW, "发布")
    refuse_participant(locked, actor)
    files = files_of(locked)
    check_ready(locked, files)
    _refuse_overtaken(locked)
    version, is_new = draft_version(files=files, actor=locked.submitted_by, now=now, source=SOURCE, request=request)
    if not is_new:
        raise UnableToDesignError("MTR-W12", f"同样内容的版本 {version.edition} 已经有过，请提高版次或改动内容")
    # What ran on these very files (their digest was compared) need not run again.
    version.played = locked.played
    version.save(update_fields=["played"])
    version = publish_version(version=version, actor=actor, now=now, note=note, request=request)
    locked.state, locked.reviewed_by, locked.reviewed_at = BundleState.PUBLISHED, actor, now
    locked.review_note, locked.published_digest = note.strip()[:500], digest_of(files)
    locked.save()
    record_design(
        "publish", locked, actor, request, before={"state": BundleState.IN_REVIEW.value},
        detail={"edition": version.edition, "digest": version.digest},
    )  # fmt: skip
    return version


def _refuse_overtaken(draft: BundleDraft) -> None:
    """Somebody may have published another version since; it must not be undone unseen."""
    versions = MatterVersion.objects.filter(matter__family=draft.family, matter__code=draft.code)
    latest = versions.exclude(state="DRAFT").order_by("-published_at", "-pk").values_list("digest", "edition").first()
    if latest is not None and latest[0] != draft.base_digest:
        raise UnableToDesignError("MTR-W12", f"起草之后又发布了版本 {latest[1]}：请退回，由起草人从新版本重新起草")
