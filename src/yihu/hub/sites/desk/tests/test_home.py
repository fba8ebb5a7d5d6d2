"""The home page shows each reader their own doors only."""

import pytest

from yihu.hub.base.navigation import places_for
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(StandardDuty))
def test_everybody_has_a_home(client_of, kind: StandardDuty, django_assert_max_num_queries) -> None:
    client_of[kind].get("/")
    # Session, person, what the posts carry, the scope of the rows set and reset, and the counts of the panels.
    with django_assert_max_num_queries(7):
        answer = client_of[kind].get("/")
    assert answer.status_code == 200
    assert kind.label in answer.content.decode()


def test_doors_are_those_one_may_open(client_of, cast) -> None:
    assert 'href="/audit/"' in client_of[StandardDuty.AUDITOR].get("/").content.decode()
    assert 'href="/audit/"' not in client_of[StandardDuty.OFFICER].get("/").content.decode()
    for kind, user in cast.items():
        assert all(user.holds(place.permission) for place in places_for(user)), kind


def test_the_place_shown_is_marked(client_of) -> None:
    page = client_of[StandardDuty.AUDITOR].get("/audit/").content.decode()
    assert page.count('aria-current="page"') == 1
    assert '<a href="/audit/" aria-current="page"' in page
