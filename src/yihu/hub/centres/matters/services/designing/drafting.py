"""A draft from its beginning to its review."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yihu.hub.base.history import kept_models
from yihu.hub.centres.matters.catalogue.designing.beginnings import begin_bundle
from yihu.hub.centres.matters.catalogue.designing.sections import put_section
from yihu.hub.centres.matters.catalogue.files import Files, digest_of
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.hub.centres.matters.choices import BundleState, PlayState
from yihu.hub.centres.matters.models import BundleDraft, BundleFile, Matter, MatterVersion
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of
from yihu.hub.centres.matters.services.designing.recording import record_design
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError


@transaction.atomic
def start_from(*, version: MatterVersion, reason: str, actor: Any, now: datetime, request: Any = None) -> BundleDraft:
    """
    A draft with the files of a version and the next edition.

    :raises UnableToDesignError: MTR-W06 somebody drafts this matter already
    """
    files = dict(version.files)
    files["matter.yaml"] = put_section(files["matter.yaml"], "edition", next_edition(version.edition))
    matter = version.matter
    draft = BundleDraft(
        family=matter.family, code=matter.code, name=version.name, base_digest=version.digest,
        base_edition=version.edition, reason=reason.strip()[:300],
    )  # fmt: skip
    return _make(draft, files, actor, now, request)


@transaction.atomic
def start_new(
    *, family: str, code: str, name: str, prefix: str, reason: str, actor: Any, now: datetime, request: Any = None
) -> BundleDraft:
    """
    A draft of a matter that is not there yet.

    :raises UnableToDesignError: MTR-W06 or W13 the matter is there already
    """
    if Matter.objects.filter(family=family, code=code).exists():
        raise UnableToDesignError("MTR-W13", f"事项 {family}/{code} 已有，请从它的版本起草")
    files = begin_bundle(family=family, code=code, name=name, prefix=prefix, day=timezone.localdate(now).isoformat())
    draft = BundleDraft(family=family, code=code, name=name, reason=reason.strip()[:300])
    return _make(draft, files, actor, now, request)


def _make(draft: BundleDraft, files: Files, actor: Any, now: datetime, request: Any) -> BundleDraft:
    draft.created_by, draft.created_at = actor, now
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise UnableToDesignError("MTR-W06", f"事项 {draft.key} 已有一份没有发布的草稿，请在那份草稿上修改") from error
    BundleFile.objects.bulk_create(
        BundleFile(draft=draft, name=name, text=text, changed_at=now) for name, text in sorted(files.items())
    )
    record_design("draft", draft, actor, request, detail={"edition": draft.base_edition})
    return draft


def next_edition(edition: str) -> str:
    """1.0 becomes 1.1; 1.9 becomes 1.10."""
    head, _, last = edition.rpartition(".")
    raised = str(int(last) + 1) if last.isdigit() else f"{last}1"
    return f"{head}.{raised}" if head else f"{raised}.0"


@transaction.atomic
def submit(*, draft: BundleDraft, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Send a draft for review.

    :raises UnableToDesignError: MTR-W01 no draft, W07 problems, W08 cases, W11 nothing changed, W12 the edition
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.DRAFT, "送审")
    files = files_of(locked)
    if digest_of(files) == locked.base_digest:
        raise UnableToDesignError("MTR-W11", "与已发布的版本没有不同，不用送审")
    if read_yaml("matter.yaml", files["matter.yaml"])[0].get("edition") == locked.base_edition:
        raise UnableToDesignError("MTR-W12", f"版次仍是 {locked.base_edition}，请在“基本情况”里提高，两个版本才分得清")
    check_ready(locked, files)
    locked.state, locked.submitted_by, locked.submitted_at, locked.review_note = BundleState.IN_REVIEW, actor, now, ""
    locked.save()
    record_design("submit", locked, actor, request, before={"state": BundleState.DRAFT.value})


def check_ready(draft: BundleDraft, files: Files) -> None:
    """:raises UnableToDesignError: MTR-W07 the files have faults, W08 their cases did not pass"""
    problems = [one for one in examine_files(files) if one.blocks]
    if problems:
        raise UnableToDesignError("MTR-W07", f"还有 {len(problems)} 处问题，首先是：{problems[0]}", problems)
    if draft.play_state != PlayState.PASSED or draft.played_digest != digest_of(files):
        raise UnableToDesignError("MTR-W08", "用例没有在现在的内容上全部通过，请先运行用例")


@transaction.atomic
def send_back(*, draft: BundleDraft, note: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Return what is in review to its author.

    :raises UnableToDesignError: MTR-W01 not in review, W09 took part, W10 no reason
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.IN_REVIEW, "退回")
    refuse_participant(locked, actor)
    if not note.strip():
        raise UnableToDesignError("MTR-W10", "退回要写明原因，起草人才知道改什么")
    locked.state, locked.reviewed_by, locked.reviewed_at = BundleState.DRAFT, actor, now
    locked.review_note = note.strip()[:500]
    locked.save()
    record_design("send-back", locked, actor, request, before={"state": BundleState.IN_REVIEW.value})


@transaction.atomic
def take_back(*, draft: BundleDraft, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Take one's own draft back from review, to change it further.

    :raises UnableToDesignError: MTR-W01 not in review
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.IN_REVIEW, "撤回")
    locked.state = BundleState.DRAFT
    locked.save()
    record_design("revoke", locked, actor, request, before={"state": BundleState.IN_REVIEW.value})


@transaction.atomic
def discard(*, draft: BundleDraft, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Give a draft up; its files stay in the history.

    :raises UnableToDesignError: MTR-W01 it is no draft
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.DRAFT, "废弃")
    locked.state = BundleState.DISCARDED
    locked.save()
    record_design("cancel", locked, actor, request, before={"state": BundleState.DRAFT.value})


def locked_draft(draft: BundleDraft) -> BundleDraft:
    return BundleDraft.objects.select_for_update().get(pk=draft.pk)


def expect(draft: BundleDraft, state: BundleState, act: str) -> None:
    if draft.state != state:
        raise UnableToDesignError(
            "MTR-W01", f"“{draft}”的草稿现在是“{draft.get_state_display()}”，不能{act}；请刷新页面看最新状态"
        )


def refuse_participant(draft: BundleDraft, actor: Any) -> None:
    if took_part(draft, actor):
        raise UnableToDesignError("MTR-W09", f"“{draft}”的草稿由您起草、修改或送审，审核须由另一人进行")


def took_part(draft: BundleDraft, actor: Any) -> bool:
    """Whether somebody began, wrote or sent a draft and so may not review it."""
    if actor.pk in {draft.created_by_id, draft.submitted_by_id}:
        return True
    # A file taken out, or overwritten by another since, still counts: the history knows who wrote.
    return BundleFile.objects.filter(draft=draft, changed_by=actor).exists() or wrote_before(draft, actor)


def wrote_before(draft: BundleDraft, actor: Any) -> bool:
    event = kept_models()[BundleFile].event
    return event._default_manager.filter(draft_id=draft.pk, changed_by_id=actor.pk).exists()
