"""Models measured on later snapshots: once each, told when beyond the bounds."""

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.models import ModelVersion, Reading
from yihu.hub.centres.modelhub.services import measuring
from yihu.hub.centres.modelhub.strips import HEIGHT, WIDTH, build_curve, wilson
from yihu.hub.centres.modelhub.tests.test_lives import promoted
from yihu.hub.foundation.notices.models import Notice
from yihu.lens.learning.kept import ModelError


def row(feature: str, psi: float) -> dict[str, Any]:
    verdict = "CHANGED" if psi >= 0.25 else "MOVED" if psi >= 0.1 else "CALM"
    return {
        "feature": feature, "zh": feature, "psi": psi, "missing_before": 0.0, "missing_now": 0.0,
        "median_before": 1.0, "median_now": 2.0, "verdict": verdict,
    }  # fmt: skip


SINCE = {"n": 80, "positives": 20, "base_rate": 0.25, "calibration_error": 0.2, "bins": []}


class Kept:
    """The published snapshot, as far as measuring looks at it."""

    id = "S000002-bbbbbbbb"
    path = None
    manifest = {"as_of": "2026-03-31"}  # noqa: RUF012


def test_bounds_say_what_is_beyond_them() -> None:
    calm = [row("probability", 0.1), *(row(f"f{k}", 0.3) for k in range(4))]
    assert measuring.alarms_of(calm, {**SINCE, "n": 49}) == []
    wild = [row("probability", 0.25), *(row(f"f{k}", 0.3) for k in range(5))]
    assert len(measuring.alarms_of(wild, SINCE)) == 3
    assert measuring.alarms_of([], None) == []


@pytest.mark.django_db
def test_each_snapshot_is_measured_once_and_drift_is_told_to_who_keeps_the_models(
    drafts: list[ModelVersion], steward: Any, approver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    promoted(drafts[0], steward, approver)
    Notice.objects.all().delete()
    monkeypatch.setattr(compute, "find_current", Kept)
    monkeypatch.setattr(compute, "measure", lambda *_: ([row("probability", 0.4), row("void_rate", 0.12)], SINCE))
    (made,) = measuring.measure_all(now=timezone.now())
    assert (made.score_psi, made.moved, made.changed) == (0.4, 1, 0)
    assert measuring.measure_all(now=timezone.now()) == []
    told = Notice.objects.get()
    assert (told.receiver, told.kind) == (steward, "ALERT")
    assert "PSI" in told.body


@pytest.mark.django_db
def test_a_refusal_to_score_other_features_is_an_alarm_in_words(
    drafts: list[ModelVersion], steward: Any, approver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise ModelError("MODEL-001", "快照的指标与模型训练时不一致：缺少 1 项（作废率）")

    promoted(drafts[0], steward, approver)
    monkeypatch.setattr(compute, "find_current", Kept)
    monkeypatch.setattr(compute, "measure", refuse)
    measuring.measure_all(now=timezone.now())
    assert "缺少 1 项（作废率）" in Reading.objects.get().alarms[0]


BINS = st.lists(
    st.fixed_dictionaries({"n": st.integers(0, 500), "predicted": st.floats(0, 1), "observed": st.floats(0, 1)}),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BINS)
def test_every_point_stands_inside_the_picture(bins: list[dict[str, Any]]) -> None:
    curve = build_curve(bins)
    if curve is None:
        assert not any(one["n"] for one in bins)
        return
    for point in curve.points:
        assert curve.left <= point.x <= WIDTH
        assert 0 <= point.high <= point.y <= point.low <= HEIGHT


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_an_interval_holds_its_share(n: int, k: int) -> None:
    share = min(k, n) / n
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
