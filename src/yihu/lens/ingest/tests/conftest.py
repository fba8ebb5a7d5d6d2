"""A state directory and short ways to gather into it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.run import gather

NOW = datetime(2025, 6, 1, 12, 0)
Gather = Callable[..., dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def gathered(home: Home) -> Gather:
    def run(source: Path, mapping: Path | None = None) -> dict[str, Any]:
        return gather(home, source, mapping, by="tester", now=NOW, progress=lambda stage, share: None)

    return run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    """The outside data beside the checkout."""
    path = next((p / "shared" / "data" for p in Path(__file__).parents if (p / "shared" / "data").is_dir()), None)
    if path is None:
        pytest.skip("no shared/data beside the checkout")
    return path


@pytest.fixture(scope="session")
def mappings() -> Path:
    return next(p / "mappings" for p in Path(__file__).parents if (p / "mappings").is_dir())
