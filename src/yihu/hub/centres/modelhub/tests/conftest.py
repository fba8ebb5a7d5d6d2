"""Models on a shelf of their own: two, truly trained on a made-up district."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.services.registering import take_in
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.lens.home import Home
from yihu.lens.learning.tests import world

NOW = timezone.now()


@pytest.fixture(scope="session")
def shelf_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(tmp_path_factory.mktemp("shelf"))
    world.publish(home, 1)
    world.publish(home, 2)
    return home.root


@pytest.fixture
def home(shelf_of_two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The shelf, its own for each test."""
    shutil.copytree(shelf_of_two, tmp_path / "home")
    monkeypatch.setenv("YIHU_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture
def steward(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.SECTION_CHIEF]


@pytest.fixture
def approver(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.DIRECTOR]


@pytest.fixture
def drafts(home: Home, steward: Any) -> list[ModelVersion]:
    """Both models, registered as drafts of the steward."""
    names = sorted(path.name for path in home.models.glob("M*"))
    return [
        take_in(model_id=name, trained_by=steward.pk, trained_name=steward.display_name, why="首次训练", now=NOW)
        for name in names
    ]
