"""When several people in one step have decided."""

import pytest

from yihu.hub.centres.workflow.tests.bpmn import line, user
from yihu.hub.centres.workflow.tests.conftest import Play

pytestmark = pytest.mark.django_db


def _signed(play: Play, mode: str, **more: object) -> None:
    play.start(line(user("a", "zhang li wang zhao", mode=mode, **more), user("b", "qian")))


def test_all_must_agree(play: Play) -> None:
    _signed(play, "all")
    for name in ("zhang", "li", "wang"):
        play.act(name, "agree")
        assert "a" in play.waiting()
    play.act("zhao", "agree")
    assert play.waiting() == {"b": ["qian"]}


def test_one_refusal_of_all_is_enough(play: Play) -> None:
    _signed(play, "all")
    play.act("zhang", "agree")
    play.act("li", "refuse")
    assert play.state == "REFUSED"


@pytest.mark.parametrize(("verb", "state"), [("agree", "RUNNING"), ("refuse", "REFUSED")])
def test_of_any_the_first_decides(play: Play, verb: str, state: str) -> None:
    _signed(play, "any")
    play.act("wang", verb)
    assert play.state == state
    assert play.place("zhang").state == "VOID"


def test_percent_counts_what_can_still_be_reached(play: Play) -> None:
    _signed(play, "percent", percent=50)
    play.act("zhang", "refuse")
    play.act("li", "refuse")
    assert play.state == "RUNNING"
    play.act("wang", "agree")
    play.act("zhao", "agree")
    assert play.waiting() == {"b": ["qian"]}
    _signed(play, "percent", percent=75)
    play.act("zhang", "refuse")
    assert play.state == "RUNNING"
    play.act("li", "refuse")
    assert play.state == "REFUSED"


def test_in_sequence_each_waits_for_the_one_before(play: Play) -> None:
    _signed(play, "sequence")
    for name in ("zhang", "li", "wang", "zhao"):
        assert play.waiting() == {"a": [name]}
        play.act(name, "agree")
    assert play.waiting() == {"b": ["qian"]}


def test_transfer_keeps_the_turn(play: Play) -> None:
    _signed(play, "sequence")
    play.act("zhang", "transfer", to=("qian",))
    assert play.waiting() == {"a": ["qian"]}
    play.act("qian", "agree")
    assert play.waiting() == {"a": ["li"]}


def test_who_was_added_before_the_first_of_any_does_not_decide_for_them(play: Play) -> None:
    _signed(play, "any")
    play.act("zhang", "add_sign", to=("qian",), place="BEFORE")
    play.act("qian", "agree")
    assert play.state == "RUNNING"
    assert play.waiting() == {"a": ["zhang", "li", "wang", "zhao"]}
    play.act("zhang", "agree")
    assert play.waiting() == {"b": ["qian"]}


def test_added_before_and_after_and_asked_all_at_once(play: Play) -> None:
    play.start(line(user("a", "zhang", mode="all")))
    play.act("zhang", "add_sign", to=("li",), place="AFTER")
    play.act("zhang", "add_sign", to=("wang",), place="BEFORE")
    play.act("wang", "delegate", to=("zhao",))
    assert play.waiting() == {"a": ["zhao"]}
    play.act("zhao", "agree")
    play.act("wang", "transfer", to=("qian",))
    play.act("qian", "agree")
    assert play.waiting() == {"a": ["zhang"]}
    play.act("zhang", "transfer", to=("wang",))
    play.act("wang", "agree")
    assert play.waiting() == {"a": ["li"]}
    play.act("li", "agree")
    assert play.state == "COMPLETED"
