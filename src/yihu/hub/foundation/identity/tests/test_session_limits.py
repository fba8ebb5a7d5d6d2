"""Sessions end by themselves."""

import pytest

from yihu.hub.foundation.identity.gate import BEGAN, SEEN
from yihu.hub.foundation.org.choices import StandardDuty


def _age(client, **seconds: int) -> None:
    client.get("/")
    session = client.session
    for key, by in seconds.items():
        session[key] -= by
    session.save()


@pytest.mark.django_db
def test_an_idle_session_ends(client_of, settings) -> None:
    client = client_of[StandardDuty.OFFICER]
    _age(client, **{SEEN: settings.SESSION_IDLE_SECONDS + 1})
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_a_long_session_ends_even_when_busy(client_of, settings) -> None:
    client = client_of[StandardDuty.OFFICER]
    _age(client, **{BEGAN: settings.SESSION_LONGEST_SECONDS + 1})
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_a_session_in_use_goes_on(client_of, settings) -> None:
    client = client_of[StandardDuty.OFFICER]
    _age(client, **{SEEN: settings.SESSION_IDLE_SECONDS - 60, BEGAN: 3600})
    assert client.get("/").status_code == 200
    assert client.session[SEEN] - client.session[BEGAN] >= 3600
