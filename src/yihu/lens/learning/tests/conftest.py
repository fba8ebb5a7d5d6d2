"""A shelf with one model, anew for each file of tests: some of them damage it."""

import pytest

from yihu.lens.home import Home
from yihu.lens.learning.cards import ModelCard
from yihu.lens.learning.tests import world


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def card(home: Home) -> ModelCard:
    return world.publish(home)
