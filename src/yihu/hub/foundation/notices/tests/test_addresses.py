"""Numbers: proved by a code, replaced after a day, sealed, and never in the clear in tables, records or logs."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from yihu.hub.config.tests.canaries import leaks_in_database
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.notices.adapters.sms import LoopbackGateway
from yihu.hub.foundation.notices.api import Channel, has_number
from yihu.hub.foundation.notices.choices import State
from yihu.hub.foundation.notices.models import Address, Challenge, Delivery
from yihu.hub.foundation.notices.services.addresses import UnableToBindError, ask_code, end_address, prove
from yihu.hub.foundation.notices.services.delivering import deliver_due
from yihu.hub.foundation.notices.services.texting import find_address, owner_of, receive_sms, send_sms
from yihu.hub.foundation.notices.tests.conftest import NOON, PHONE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("channels")]
OTHER = "13987654321"


def code_in(delivery: Delivery) -> str:
    return re.search(r"\d{6}", delivery.text)[0]


def bind(user: Any, number: str = PHONE, now: Any = NOON) -> Address:
    challenge = ask_code(actor=user, channel=Channel.SMS, text=number, now=now)
    code = code_in(Delivery.objects.filter(is_secret=True).latest("pk"))
    return prove(actor=user, challenge=challenge, code=code, now=now)


def test_the_first_number_holds_at_once_and_is_sealed(officer) -> None:
    made = bind(officer, " +86 138-1234-5678 ")
    assert made.effective_at == NOON
    assert made.mask == "138****5678"
    assert has_number(officer, now=NOON)
    assert owner_of(PHONE, now=NOON) == officer
    assert PHONE not in made.sealed


def test_a_new_number_holds_after_a_day_and_until_then_the_old_one_does(officer) -> None:
    first = bind(officer)
    second = bind(officer, OTHER)
    day = timedelta(hours=24)
    assert second.effective_at == NOON + day
    before, after = NOON + day - timedelta(seconds=1), NOON + day
    assert find_address(officer, Channel.SMS, now=before) == first
    assert (owner_of(PHONE, now=before), owner_of(OTHER, now=before)) == (officer, None)
    assert find_address(officer, Channel.SMS, now=after) == second
    assert (owner_of(PHONE, now=after), owner_of(OTHER, now=after)) == (None, officer)


def test_taking_the_old_number_away_does_not_hasten_the_new_one(officer) -> None:
    first = bind(officer)
    bind(officer, OTHER)
    end_address(actor=officer, address=first, now=NOON)
    assert not has_number(officer, now=NOON + timedelta(hours=23))
    assert owner_of(OTHER, now=NOON + timedelta(hours=23)) is None


def test_removing_and_binding_anew_does_not_get_round_the_day(officer) -> None:
    end_address(actor=officer, address=bind(officer), now=NOON)
    assert bind(officer, OTHER, now=NOON + timedelta(minutes=1)).effective_at >= NOON + timedelta(hours=24)


def test_a_wrong_code_is_counted_and_the_right_one_dies_after_five(officer) -> None:
    challenge = ask_code(actor=officer, channel=Channel.SMS, text=PHONE, now=NOON)
    code = code_in(Delivery.objects.get())
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(UnableToBindError, match=f"NOT-044.*{left} 次"):
            prove(actor=officer, challenge=challenge, code=wrong, now=NOON)
    with pytest.raises(UnableToBindError, match="NOT-043"):
        prove(actor=officer, challenge=challenge, code=code, now=NOON)
    assert not Address.objects.exists()


def test_a_code_is_used_once_by_its_owner_in_its_time(officer, chief) -> None:
    challenge = ask_code(actor=officer, channel=Channel.SMS, text=PHONE, now=NOON)
    code = code_in(Delivery.objects.get())
    with pytest.raises(Challenge.DoesNotExist):
        prove(actor=chief, challenge=challenge, code=code, now=NOON)
    with pytest.raises(UnableToBindError, match="NOT-043"):
        prove(actor=officer, challenge=challenge, code=code, now=NOON + timedelta(minutes=10))
    prove(actor=officer, challenge=challenge, code=code, now=NOON)
    with pytest.raises(UnableToBindError, match="NOT-043"):
        prove(actor=officer, challenge=challenge, code=code, now=NOON)


def test_codes_are_few_within_an_hour_and_a_new_one_ends_the_old(officer) -> None:
    first = ask_code(actor=officer, channel=Channel.SMS, text=PHONE, now=NOON)
    old = code_in(Delivery.objects.get())
    for n in range(4):
        ask_code(actor=officer, channel=Channel.SMS, text=PHONE, now=NOON + timedelta(minutes=n))
    with pytest.raises(UnableToBindError, match="NOT-042"):
        ask_code(actor=officer, channel=Channel.SMS, text=OTHER, now=NOON + timedelta(minutes=5))
    with pytest.raises(UnableToBindError, match="NOT-043"):
        prove(actor=officer, challenge=first, code=old, now=NOON + timedelta(minutes=1))


@pytest.mark.parametrize("text", ["", "12812345678", "1381234567", "138123456789", "+1 138 1234 5678", "一三八"])
def test_what_is_no_number_is_refused(officer, text: str) -> None:
    with pytest.raises(UnableToBindError, match="NOT-040"):
        ask_code(actor=officer, channel=Channel.SMS, text=text, now=NOON)


def test_a_number_of_two_people_decides_for_neither(officer, chief) -> None:
    bind(officer)
    bind(chief)
    assert owner_of(PHONE, now=NOON) is None


def test_a_real_gateway_leaves_no_code_behind(officer, settings) -> None:
    challenge = ask_code(actor=officer, channel=Channel.SMS, text=PHONE, now=NOON)
    settings.SMS_GATEWAY = "http"
    deliver_due(senders={Channel.SMS: LoopbackGateway()}, clock=lambda: NOON)
    one = Delivery.objects.get()
    assert (one.state, one.text, one.sealed) == (State.SENT, "", "")
    assert len(challenge.code_digest) == 64


def test_no_number_stands_in_the_clear_anywhere(officer, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    bind(officer)
    bind(officer, OTHER)
    send_sms(number_of=officer, text=f"请致电{OTHER}", kind="TASK", now=NOON)
    deliver_due(senders={Channel.SMS: LoopbackGateway()}, clock=lambda: NOON)
    receive_sms(gateway="loopback", message_id="m", number=PHONE, text=f"我的号码{OTHER}", now=NOON)
    receive_sms(gateway="loopback", message_id="n", number=OTHER, text="好", now=NOON)
    canaries = frozenset({PHONE, OTHER})
    with connection.cursor() as cursor:
        assert leaks_in_database(cursor, canaries) == {}
        cursor.execute("CREATE TABLE probe AS SELECT %s::text AS found", [PHONE])
        assert leaks_in_database(cursor, canaries) == {"probe.found": {PHONE}}, "the search finds what is there"
    assert not [r for r in caplog.records if PHONE in r.getMessage() or OTHER in r.getMessage()]
    verbs = set(AccessRecord.objects.values_list("verb", flat=True))
    assert "address.bind" in verbs
