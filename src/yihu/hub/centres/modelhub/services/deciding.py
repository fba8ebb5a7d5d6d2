"""In force and out of it: promoted from the shadow, taken out of it, rolled back to the one before."""

from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ModelState
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.services.refusals import UnableToDecideError
from yihu.hub.centres.modelhub.services.registering import record_step, refuse_changed
from yihu.hub.centres.modelhub.services.reviewing import expected, needed_reason, refuse_participant, shadow


@transaction.atomic
def promote(*, version: ModelVersion, reason: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Let the shadow model rank from the next build on; the one in force retires.

    :raises UnableToDecideError: MODEL-C04 not in the shadow, C05 the actor took part, C07 no reason, C08 files changed
    """
    locked = expected(version, ModelState.SHADOW, "启用")
    refuse_participant(locked, actor)
    said = needed_reason(reason, "启用的理由")
    refuse_changed(locked)
    champion = _champion()
    if champion is not None:
        _retire(champion, said, now)
        record_step("retire", champion, actor, request, ModelState.IN_FORCE, reason=said)
    _begin(locked, said, actor, now)
    record_step("promote", locked, actor, request, ModelState.SHADOW, reason=said)
    # Last: the file follows what is written down, and a refusal takes it all back.
    try:
        compute.put_in_force(locked.model_id, by=actor.get_username(), at=now, reason=said)
    except (compute.ModelError, compute.NoModelError) as error:
        raise UnableToDecideError(f"{error}（MODEL-C08）") from error


@transaction.atomic
def withdraw(*, version: ModelVersion, reason: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Take a model out of the shadow for good.

    :raises UnableToDecideError: MODEL-C04 not in the shadow, C07 no reason
    """
    locked = expected(version, ModelState.SHADOW, "撤下")
    said = needed_reason(reason, "撤下的原因")
    _retire(locked, said, now)
    record_step("end-shadow", locked, actor, request, ModelState.SHADOW, reason=said)
    shadow(None, actor=actor, now=now, reason=said)


@transaction.atomic
def roll_back(*, reason: str, actor: Any, now: datetime, request: Any = None) -> ModelVersion | None:
    """
    Put the model in force again that was before this one; None where rules rank alone again.

    :raises UnableToDecideError: MODEL-C09 nothing is in force, C05 the actor took part in the earlier one,
        C07 no reason, C08 its files were changed
    """
    champion = _champion()
    if champion is None:
        raise UnableToDecideError("没有在用的模型，无从回退（MODEL-C09）")
    said = needed_reason(reason, "回退的原因")
    earlier = find_earlier()
    if earlier is not None:
        refuse_participant(earlier, actor)
        refuse_changed(earlier)
    _retire(champion, said, now)
    record_step("roll-back", champion, actor, request, ModelState.IN_FORCE, reason=said)
    if earlier is not None:
        _begin(earlier, said, actor, now)
        record_step("put-back", earlier, actor, request, ModelState.RETIRED, reason=said)
    try:
        restored = compute.roll_back(by=actor.get_username(), at=now, reason=said)
    except (compute.ModelError, compute.NoModelError) as error:
        raise UnableToDecideError(f"{error}（MODEL-C08）") from error
    if restored != (earlier.model_id if earlier else None):
        raise UnableToDecideError(f"程序要回退到 {restored}，与登记的不符；请联系运维人员核对（MODEL-C10）")
    return earlier


def find_earlier() -> ModelVersion | None:
    """The model that a rollback would put in force again; None where rules would rank alone."""
    name = compute.earlier_champion()
    return None if name is None else ModelVersion.objects.filter(model_id=name).first()


def _champion() -> ModelVersion | None:
    return ModelVersion.objects.select_for_update().filter(state=ModelState.IN_FORCE).first()


def _retire(version: ModelVersion, reason: str, now: datetime) -> None:
    version.state, version.left_at, version.last_reason = ModelState.RETIRED, now, reason
    version.save()


def _begin(version: ModelVersion, reason: str, actor: Any, now: datetime) -> None:
    version.state, version.in_force_at, version.left_at = ModelState.IN_FORCE, now, None
    version.decided_by, version.decided_name, version.last_reason = actor.pk, actor.display_name, reason
    version.save()
