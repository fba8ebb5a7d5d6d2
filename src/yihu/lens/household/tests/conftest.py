"""A fresh district for every test."""

from pathlib import Path

import pytest

from yihu.lens.household.tests.district import District


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)
