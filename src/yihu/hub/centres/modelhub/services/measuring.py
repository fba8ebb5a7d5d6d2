"""Models held against each published snapshot; beyond the bounds somebody is told."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import (
    FEWEST_OUTCOMES,
    MOST_CALIBRATION_ERROR,
    MOST_CHANGED_FEATURES,
    MOST_SCORE_PSI,
    ModelState,
    Verdict,
)
from yihu.hub.centres.modelhub.models import ModelVersion, Reading
from yihu.hub.centres.modelhub.services.telling import tell_alarms
from yihu.hub.foundation.audit.api import record


def measure_all(*, now: datetime) -> list[Reading]:
    """Measure the model in force and the one in the shadow on the published snapshot, each once a snapshot."""
    kept = compute.find_current()
    if kept is None:
        return []
    with as_system("模型监测"):
        waiting = ModelVersion.objects.filter(state__in=[ModelState.IN_FORCE, ModelState.SHADOW]).exclude(
            readings__snapshot_id=kept.id
        )
        return [_measure(version, kept, now) for version in waiting]


def _measure(version: ModelVersion, kept: Any, now: datetime) -> Reading:
    try:
        features, since = compute.measure(version.model_id, kept.path)
    except (compute.ModelError, compute.NoModelError) as error:
        return _keep(version, kept, now, [], None, [f"{error}"])
    return _keep(version, kept, now, features, since, alarms_of(features, since))


@transaction.atomic
def _keep(
    version: ModelVersion, kept: Any, now: datetime, features: list[dict[str, Any]], since: dict[str, Any] | None,
    alarms: list[str],
) -> Reading:  # fmt: skip
    made = Reading.objects.create(
        version=version, snapshot_id=kept.id, as_of=date.fromisoformat(kept.manifest["as_of"]), taken_at=now,
        score_psi=features[0]["psi"] if features else 0.0, features=features, since=since, alarms=alarms,
        moved=sum(one["verdict"] == Verdict.MOVED for one in features[1:]),
        changed=sum(one["verdict"] == Verdict.CHANGED for one in features[1:]),
    )  # fmt: skip
    record(
        verb="model.measure", username="模型监测", target=f"model:{version.model_id}", target_name=str(version),
        detail={"snapshot": kept.id, "message": "；".join(alarms) or "没有越限"},
    )  # fmt: skip
    if alarms:
        tell_alarms(made, now=now)
    return made


def alarms_of(features: list[dict[str, Any]], since: dict[str, Any] | None) -> list[str]:
    """What lies beyond its bound, in words; the probability is the first row of `features`."""
    found = []
    if features and features[0]["psi"] >= MOST_SCORE_PSI:
        found.append(f"评分分布的 PSI 为 {features[0]['psi']:.2f}，达到 {MOST_SCORE_PSI}")
    changed = [one for one in features[1:] if one["verdict"] == Verdict.CHANGED]
    if len(changed) >= MOST_CHANGED_FEATURES:
        names = "、".join(one["zh"] for one in changed[:3])
        found.append(f"{len(changed)} 项指标显著变化（{names}等）")
    error = since and since.get("calibration_error")
    if since and error is not None and since["n"] >= FEWEST_OUTCOMES and error > MOST_CALIBRATION_ERROR:
        found.append(f"训练以后 {since['n']} 件检查上的校准误差为 {error:.2f}，超过 {MOST_CALIBRATION_ERROR}")
    return found
