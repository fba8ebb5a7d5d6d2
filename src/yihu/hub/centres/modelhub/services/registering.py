"""A trained model comes in as a draft, however it was trained; the hash of its contents is kept."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.dateparse import parse_datetime

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.services.refusals import UnableToDecideError
from yihu.hub.foundation.audit.api import record

COMMAND = "命令行"


@transaction.atomic
def take_in(*, model_id: str, trained_by: int | None, trained_name: str, why: str, now: datetime) -> ModelVersion:
    """
    Register a model of the shelf as a draft; one that is there already is given back.

    :raises ModelError: a file was changed, is missing or cannot be read
    :raises NoModelError: it is not on the shelf
    """
    found = ModelVersion.objects.filter(model_id=model_id).first()
    if found is not None:
        return found
    card = compute.read_card(model_id)
    last = ModelVersion.objects.aggregate(last=Max("edition"))["last"] or 0
    version = ModelVersion.objects.create(
        edition=last + 1, model_id=model_id, card=card, card_digest=compute.digest_of(model_id),
        made_at=parse_datetime(card["made_at"]) or now, trained_by=trained_by, trained_name=trained_name,
        why=why[:500],
    )  # fmt: skip
    record(
        verb="model.register", username=trained_name, target=f"model:{model_id}", target_name=str(version),
        purpose=why, detail={"content_hash": version.card_digest, "as_of": card["as_of"], "reason": why},
    )  # fmt: skip
    return version


def take_in_found(*, now: datetime) -> list[ModelVersion]:
    """Register what commands put on the shelf; a damaged model stays out."""
    known = set(ModelVersion.objects.values_list("model_id", flat=True))
    made = []
    for name in compute.names_on_shelf():
        if name in known:
            continue
        try:
            made.append(take_in(model_id=name, trained_by=None, trained_name=COMMAND, why="由命令训练", now=now))
        except (compute.ModelError, compute.NoModelError):
            continue
    return made


def refuse_changed(version: ModelVersion) -> None:
    """
    Compare every file of a model with what came in.

    :raises UnableToDecideError: MODEL-C08, something was changed or is missing
    """
    try:
        compute.read_card(version.model_id)
        same = compute.digest_of(version.model_id) == version.card_digest
    except (compute.ModelError, compute.NoModelError) as error:
        raise UnableToDecideError(f"{version}的文件不能用：{error}（MODEL-C08）") from error
    if not same:
        raise UnableToDecideError(f"{version}的说明卡与登记时的哈希不符，拒绝使用；请恢复备份或重新训练（MODEL-C08）")


def is_whole(version: ModelVersion) -> bool:
    """Whether every file is as it came in."""
    try:
        refuse_changed(version)
    except UnableToDecideError:
        return False
    return True


def record_step(act: str, version: Any, actor: Any, request: Any, before: str, **detail: Any) -> None:
    """One line in the log about a version."""
    record(
        verb=f"model.{act}", request=request, actor=actor, target=f"model:{version.model_id}",
        target_name=str(version), purpose=str(detail.get("reason", "")), before={"state": before},
        after={"state": version.state}, detail={"content_hash": version.card_digest, **detail},
    )  # fmt: skip
