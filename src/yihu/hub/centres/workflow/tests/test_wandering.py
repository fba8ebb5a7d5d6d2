"""Random sequences of all verbs lose no task and leave no orphan."""

from types import SimpleNamespace

import pytest

from yihu.hub.centres.workflow.tests.conftest import MONDAY
from yihu.hub.centres.workflow.tests.wandering import Wanderer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_people_do_every_process_stays_sound(people: SimpleNamespace, services: object, seed: int) -> None:
    everyone = [p for name, p in vars(people).items() if name != "director"]
    more = [people.director]
    walk = Wanderer([*everyone, *more], people.director, "1440303", MONDAY, seed)
    walk.wander(250, at_once=8)
    # The walk did something: most kinds of verbs were tried and a good part was allowed.
    assert len(walk.tried) > 12
    assert sum(walk.refused.values()) < sum(walk.tried.values()) * 0.6
    assert walk.started > 8
