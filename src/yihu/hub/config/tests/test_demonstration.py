"""A new demonstration has work for everybody in it, all of it accepted by the real services."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from yihu.hub.centres.matters.api import Case, load_bundles
from yihu.hub.centres.tasks.api import counts_for
from yihu.hub.config import accounts, demonstration
from yihu.hub.config.demonstration import PLAN, begin_work, dated, working_day
from yihu.hub.config.tests.test_accounts import _publish
from yihu.hub.foundation.codes.api import load_shipped_tables
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.bookings.models import Resource


@pytest.mark.django_db
def test_nothing_of_the_plan_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    _publish(tmp_path)
    now = timezone.now()
    load_shipped_tables(now=now)
    load_bundles(now=now)
    accounts.make_first_accounts()
    plan = yaml.safe_load(PLAN.read_text("utf-8"))
    assert begin_work(now=now) == len(plan["cases"]) == Case.objects.count()
    assert Resource.objects.count() == len(plan["resources"])
    waiting = {name: counts_for(User.objects.get(username=name)).pending for name in ("chief", "colleague", "director")}
    assert all(waiting.values()), waiting


def test_days_of_the_plan_are_working_days() -> None:
    assert working_day(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert dated({"a": ["+2d", "x"], "b": 3}, date(2026, 11, 27)) == {"a": ["2026-12-01", "x"], "b": 3}


@pytest.mark.django_db
@pytest.mark.parametrize("taught", [True, False])
def test_the_snapshot_is_scored_anew_only_where_models_were_taught(
    taught: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    done: list[str] = []

    def teach(*, steward: User, approver: User, say: object) -> bool:
        done.append(f"{steward.username} asks, {approver.username} decides")
        return taught

    monkeypatch.setattr(demonstration, "teach_demonstration", teach)
    monkeypatch.setattr(demonstration, "build_again", lambda now: done.append("built"))
    demonstration.begin_models(say=lambda text: None)
    assert done == []
    accounts.make_first_accounts()
    demonstration.begin_models(say=lambda text: None)
    assert done == ["chief asks, director decides", *(["built"] if taught else [])]
