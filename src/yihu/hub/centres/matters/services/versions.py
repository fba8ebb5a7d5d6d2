"""From a bundle to a version in force: drafted by one person, its cases played, published by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.bundle import Bundle, bundle_of
from yihu.hub.centres.matters.catalogue.problems import Problem, UnreadableBundleError
from yihu.hub.centres.matters.choices import VersionState
from yihu.hub.centres.matters.models import Matter, MatterVersion
from yihu.hub.centres.matters.selectors.known import known
from yihu.hub.centres.matters.services.playing import play_bundle
from yihu.hub.centres.matters.services.refusals import UnableToMatterError, UnableToPublishError
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.audit.api import record


@transaction.atomic
def draft_version(
    *, files: Mapping[str, str], actor: Any, now: datetime, source: str = "", request: Any = None
) -> tuple[MatterVersion, bool]:
    """
    Keep a bundle as a draft; the same files again give the version there is, and False.

    :raises UnableToPublishError: MAT-V01 the bundle has faults; `problems` name them
    """
    bundle = examined(files)
    matter, _ = Matter.objects.get_or_create(
        key=bundle.spec.key,
        defaults={"family": bundle.spec.family, "code": bundle.spec.code, "name": bundle.spec.name},
    )
    there = matter.versions.filter(digest=bundle.digest).first()
    if there is not None:
        return there, False
    made = MatterVersion.objects.create(
        matter=matter, edition=bundle.spec.edition, name=bundle.spec.name, files=dict(files), digest=bundle.digest,
        valid_from=bundle.spec.valid_from, valid_to=bundle.spec.valid_to, drafted_by=actor, drafted_at=now,
        source=source,
    )  # fmt: skip
    _record("draft", made, actor, request)
    return made, True


def examined(files: Mapping[str, str]) -> Bundle:
    """
    Files as a sound bundle.

    :raises UnableToPublishError: MAT-V01
    """
    try:
        bundle = bundle_of(files, known())
    except UnreadableBundleError as error:
        raise _faulty(error.problems) from error
    problems = [*bundle.problems, *_of_process(bundle)]
    if any(p.blocks for p in problems):
        raise _faulty(problems)
    return bundle


def _faulty(problems: Any) -> UnableToPublishError:
    first = next(iter(problems), "")
    return UnableToPublishError("MAT-V01", f"事项包有 {len(problems)} 个问题，首先是：{first}", problems)


def _of_process(bundle: Bundle) -> list[Problem]:
    """What the workflow centre says of the process."""
    # Decision tables come with the bundle and are registered with its version.
    found = workflow.examine_process(
        bundle.files["process.bpmn"], roles=bundle.spec.roles, decisions=lambda key: f"{key}.dmn" in bundle.files
    )
    return [Problem("MTR-P01", "process.bpmn", p.element_id, f"{p.message}（{p.code}）") for p in found]


@transaction.atomic
def play_version(*, version: MatterVersion, actor: Any, now: datetime, request: Any = None) -> bool:
    """Play the cases of a draft on its files, and keep the results; whether all went as expected."""
    results = play_bundle(bundle=version.bundle)
    version.played = [r.as_row() for r in results]
    version.save(update_fields=["played"])
    passed = bool(results) and all(r.passed for r in results)
    _record("play", version, actor, request, detail={"count": len(results), "passed": passed})
    return passed


@transaction.atomic
def publish_version(
    *, version: MatterVersion, actor: Any, now: datetime, note: str = "", request: Any = None
) -> MatterVersion:
    """
    Put a draft in force; the version before it is superseded, its running cases keep it.

    :param actor: None for the machine itself, of bundles that were reviewed with the program
    :raises UnableToMatterError: MAT-V02 no draft, MAT-V03 one's own, MAT-V04 its cases were not played or failed
    :raises UnableToPublishError: MAT-V01 the program no longer has what the bundle names
    """
    locked = MatterVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise UnableToMatterError("MAT-V02", f"“{locked}”现在是“{locked.get_state_display()}”，不能发布；请刷新页面")
    if actor is not None and locked.drafted_by_id == actor.pk:
        raise UnableToMatterError("MAT-V03", f"“{locked}”由您起草，须由另一人发布")
    if actor is not None and not (locked.played and all(row["passed"] for row in locked.played)):
        raise UnableToMatterError("MAT-V04", f"“{locked}”的用例没有全部通过：请先试办用例，改正后再发布")
    bundle = examined(locked.files)
    locked.process = workflow.freeze_process(
        key=bundle.spec.key, xml=bundle.files["process.bpmn"], roles=bundle.spec.roles, actor=actor, now=now
    )
    before = locked.matter.versions.filter(state=VersionState.PUBLISHED, valid_from__gte=locked.valid_from)
    before.exclude(pk=locked.pk).update(state=VersionState.SUPERSEDED)
    _close_earlier(locked)
    locked.state, locked.published_by, locked.published_at = VersionState.PUBLISHED, actor, now
    locked.note = note.strip()[:500]
    locked.save()
    Matter.objects.filter(pk=locked.matter_id).update(name=locked.name)
    _record("publish", locked, actor, request, before={"state": VersionState.DRAFT})
    return locked


def _close_earlier(version: MatterVersion) -> None:
    """What was in force before ends the day this begins; today it is superseded at once."""
    earlier = version.matter.versions.filter(state=VersionState.PUBLISHED, valid_from__lt=version.valid_from)
    if version.valid_from <= timezone.localdate():
        earlier.update(state=VersionState.SUPERSEDED)
    else:
        for one in earlier:
            if one.valid_to is None or one.valid_to > version.valid_from:
                one.valid_to = version.valid_from
                one.save(update_fields=["valid_to"])


@transaction.atomic
def retire_version(*, version: MatterVersion, actor: Any, now: datetime, note: str, request: Any = None) -> None:
    """
    Nobody can apply for it any more; running cases go on.

    :raises UnableToMatterError: MAT-V02 it is not in force, MAT-V05 no reason
    """
    locked = MatterVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.PUBLISHED:
        raise UnableToMatterError("MAT-V02", f"“{locked}”现在是“{locked.get_state_display()}”，不能停用；请刷新页面")
    if not note.strip():
        raise UnableToMatterError("MAT-V05", "停用要写明原因，申请人会看到")
    locked.state, locked.note = VersionState.RETIRED, note.strip()[:500]
    locked.save(update_fields=["state", "note"])
    _record("retire", locked, actor, request, before={"state": VersionState.PUBLISHED})


@transaction.atomic
def discard_version(*, version: MatterVersion, actor: Any, request: Any = None) -> None:
    """
    Throw a draft away.

    :raises UnableToMatterError: MAT-V02 it is no draft
    """
    locked = MatterVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise UnableToMatterError("MAT-V02", f"“{locked}”已经发布过，不能删除")
    _record("discard", locked, actor, request)
    locked.delete()


def _record(act: str, version: MatterVersion, actor: Any, request: Any, **more: Any) -> None:
    record(
        verb=f"matter.{act}", request=request, actor=actor, username="" if actor else "程序",
        target=f"matter:{version.matter.key}", target_name=str(version),
        detail={"edition": version.edition, "digest": version.digest, **more.pop("detail", {})},
        after={"state": version.state, "note": version.note}, **more,
    )  # fmt: skip
