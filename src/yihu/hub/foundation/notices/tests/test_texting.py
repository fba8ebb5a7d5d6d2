"""SMS that come in: whose they are, who handles them, what is answered."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from yihu.hub.foundation.notices.api import Incoming, on_sms_received
from yihu.hub.foundation.notices.models import Delivery, IncomingSms
from yihu.hub.foundation.notices.services import texting
from yihu.hub.foundation.notices.services.texting import receive_sms
from yihu.hub.foundation.notices.tests.conftest import NOON, PHONE, give_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("channels")]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Incoming]]:
    """A handler that takes what begins with Y, keeps silent on S, and leaves the rest."""
    monkeypatch.setattr(texting, "_handlers", {})
    heard: list[Incoming] = []

    @on_sms_received
    def decide(incoming: Incoming) -> str | None:
        heard.append(incoming)
        if incoming.text.startswith("S"):
            return ""
        return "已同意" if incoming.text.startswith("Y") else None

    return heard


def receive(text: str, number: str = PHONE, message_id: str = "m-1") -> IncomingSms | None:
    return receive_sms(gateway="http", message_id=message_id, number=number, text=text, now=NOON)


def test_a_handler_hears_whose_it_is_and_its_answer_goes_back(officer, heard) -> None:
    give_address(officer)
    row = receive("Y 7K3Q9A")
    [incoming] = heard
    assert (incoming.user, incoming.text, incoming.message_id) == (officer, "Y 7K3Q9A", "m-1")
    assert row.answer == "已同意"
    assert (Delivery.objects.get().receiver, Delivery.objects.get().text) == (officer, "已同意")


def test_a_repetition_is_heard_by_nobody(officer, heard) -> None:
    give_address(officer)
    receive("Y 7K3Q9A")
    assert receive("Y 7K3Q9A") is None
    assert receive("N 7K3Q9A") is None
    assert (len(heard), Delivery.objects.count()) == (1, 1)
    assert receive("Y 7K3Q9A", message_id="m-2") is not None
    assert len(heard) == 2


def test_a_strange_number_gets_no_answer(officer, heard) -> None:
    give_address(officer)
    row = receive("Y 7K3Q9A", number="13700000000")
    assert (heard[0].user, row.user, Delivery.objects.count()) == (None, None, 0)


def test_silence_is_kept_and_what_nobody_takes_is_kept_too(officer, heard) -> None:
    give_address(officer)
    assert (receive("S", message_id="1").handler != "", receive("？", message_id="2").handler) == (True, "")
    assert not Delivery.objects.exists()


def test_a_handler_that_fails_leaves_the_sms_to_be_handed_in_again(officer, monkeypatch) -> None:
    def fails(_: Incoming) -> str | None:
        raise RuntimeError

    monkeypatch.setattr(texting, "_handlers", {"fails": fails})
    with pytest.raises(RuntimeError):
        receive("Y 7K3Q9A")
    assert not IncomingSms.objects.exists()


def test_the_number_of_somebody_who_left_or_has_not_begun_is_nobodys(officer, heard) -> None:
    address = give_address(officer)
    address.effective_at = NOON + timedelta(seconds=1)
    address.save()
    receive("Y", message_id="1")
    address.effective_at = NOON
    address.save()
    officer.is_active = False
    officer.save()
    receive("Y", message_id="2")
    assert [one.user for one in heard] == [None, None]
