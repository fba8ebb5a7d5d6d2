"""The cases of a draft, run in a transaction that is taken back; many of them by the worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from yihu.hub.base.queue import worker_state
from yihu.hub.centres.matters.catalogue.bundle import bundle_of
from yihu.hub.centres.matters.catalogue.files import digest_of
from yihu.hub.centres.matters.choices import BundleState, PlayState
from yihu.hub.centres.matters.models import BundleDraft
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of
from yihu.hub.centres.matters.services.designing.drafting import expect, locked_draft
from yihu.hub.centres.matters.services.designing.recording import record_design
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.centres.matters.services.playing import play_bundle

TASK = "matters-play-draft"
BROKEN = {
    "file": "", "name": "运行中断", "passed": False, "steps": [],
    "trouble": "程序出错（{}），已记入日志：请把运行的时间告诉运维人员",
}  # fmt: skip
# So many cases are run while the page waits; more go to the worker.
AT_ONCE = 8
GIVEN_UP = timedelta(minutes=10)


log = structlog.get_logger("yihu.matters")


@dataclass(frozen=True, slots=True)
class Said:
    """What came of it, in a sentence."""

    text: str
    went_well: bool


def run_cases(*, draft: BundleDraft, actor: Any, now: datetime, request: Any = None) -> Said:
    """
    Run the cases on the files as they are, and say what came of it.

    :raises UnableToDesignError: MTR-W01 not being drafted, W07 the files have faults, W14 they are running
    """
    files = _asked(draft, actor, now, request)
    cases = sum(1 for name in files if name.startswith("cases/"))
    if cases > AT_ONCE and worker_state().is_alive:
        _defer(draft, digest_of(files))
        return Said(f"{cases} 个用例正在后台运行，完成后刷新本页看结果。", went_well=True)
    passed, count = play_files(draft_id=draft.pk, files=files)
    if passed == count:
        return Said(f"{count} 个用例全部通过。", went_well=True)
    return Said(f"{count} 个用例中 {count - passed} 个没有通过，见下。", went_well=False)


@transaction.atomic
def _asked(draft: BundleDraft, actor: Any, now: datetime, request: Any) -> Mapping[str, str]:
    locked = locked_draft(draft)
    expect(locked, BundleState.DRAFT, "运行用例")
    busy = locked.play_state == PlayState.RUNNING and locked.play_asked_at and now - locked.play_asked_at < GIVEN_UP
    if busy:
        raise UnableToDesignError("MTR-W14", "用例正在运行，请稍后刷新")
    files = files_of(locked)
    problems = [one for one in examine_files(files) if one.blocks]
    if problems:
        raise UnableToDesignError(
            "MTR-W07", f"先改正 {len(problems)} 处问题再运行用例，首先是：{problems[0]}", problems
        )
    locked.play_state, locked.play_asked_at = PlayState.RUNNING, now
    locked.save()
    record_design("play", locked, actor, request)
    return files


def _defer(draft: BundleDraft, digest: str) -> None:
    from procrastinate.contrib.django import app

    app.configure_task(TASK, queue="data").defer(draft_id=draft.pk, digest=digest)


def play_draft(*, draft_id: int, digest: str) -> None:
    """For the worker: run the cases if the files are still those; run again after a kill it does the same."""
    draft = BundleDraft.objects.get(pk=draft_id)
    files = files_of(draft)
    if digest_of(files) == digest and draft.play_state == PlayState.RUNNING:
        play_files(draft_id=draft_id, files=files)


def play_files(*, draft_id: int, files: Mapping[str, str]) -> tuple[int, int]:
    """Run them and keep the results for these files; how many passed, and how many there are."""
    started = timezone.now()
    try:
        results = [one.as_row() for one in play_bundle(bundle=bundle_of(files))]
    except Exception as error:
        # A fault of the program, not of the case: the draft must not stay "running" for it.
        log.exception("cases_broke_off", draft=draft_id)
        results = [{**BROKEN, "trouble": BROKEN["trouble"].format(type(error).__name__)}]
    passed = sum(row["passed"] for row in results)
    state = PlayState.PASSED if results and passed == len(results) else PlayState.FAILED
    seconds = round((timezone.now() - started).total_seconds(), 1)
    with transaction.atomic():
        locked = BundleDraft.objects.select_for_update().get(pk=draft_id)
        # Whatever was written meanwhile was not what ran.
        if digest_of(files_of(locked)) == digest_of(files):
            locked.play_state, locked.played, locked.played_digest = state, results, digest_of(files)
            locked.play_seconds = seconds
        else:
            locked.play_state = PlayState.NEVER
        locked.save()
    return passed, len(results)
