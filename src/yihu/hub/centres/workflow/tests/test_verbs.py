"""Each verb in the states it is for, and its refusals."""

import pytest

from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.choices import AssignmentState
from yihu.hub.centres.workflow.models import Act, Assignment
from yihu.hub.centres.workflow.tests.bpmn import END, START, flow, line, node, process, user
from yihu.hub.centres.workflow.tests.conftest import Play

pytestmark = pytest.mark.django_db
TWO = line(user("a", "zhang"), user("b", "li"))


def test_agreeing_leads_to_the_end(play: Play) -> None:
    play.start(TWO)
    assert play.waiting() == {"a": ["zhang"]}
    play.act("zhang", "agree", opinion="同意")
    assert play.waiting() == {"b": ["li"]}
    play.act("li", "agree")
    assert play.state == "COMPLETED"
    assert play.instance.outcome == "e"
    assert [a.verb for a in api.trail(play.instance)] == ["start", "agree", "agree", "end"]


def test_a_refusal_ends_the_whole(play: Play) -> None:
    play.start(TWO)
    play.refused("BPM-511", "zhang", "refuse", opinion=" ")
    play.act("zhang", "refuse", opinion="材料不全")
    assert (play.state, play.instance.outcome) == ("REFUSED", "REFUSED")
    assert play.waiting() == {}


def test_a_gateway_that_asks_for_the_outcome_takes_a_refusal(play: Play) -> None:
    xml = process(
        START, END, user("a", "zhang"), user("b", "li"), node("exclusiveGateway", "g", default="f_g_e"),
        flow("s", "a", "g", "e"), flow("g", "b", when='outcome = "refuse"'), flow("b", "e"),
    )  # fmt: skip
    play.start(xml)
    play.act("zhang", "refuse")
    assert play.waiting() == {"b": ["li"]}


def test_somebody_elses_place_is_refused(play: Play) -> None:
    play.start(TWO)
    place = play.place("zhang")
    with pytest.raises(api.UnableToActError) as caught:
        api.act(assignment=place, verb=api.Verb.AGREE, actor=play.people.li, now=play.now)
    assert caught.value.code == "BPM-501"


def test_what_is_done_is_not_done_again(play: Play) -> None:
    play.start(TWO)
    play.act("zhang", "agree")
    assert "zhang 已同意" in play.refused("BPM-502", "zhang", "agree")


def test_transfer(play: Play) -> None:
    play.start(TWO)
    play.refused("BPM-512", "zhang", "transfer")
    play.refused("BPM-513", "zhang", "transfer", to=("zhang",))
    play.act("zhang", "transfer", to=("wang",))
    assert play.waiting() == {"a": ["wang"]}
    play.act("wang", "transfer", to=("zhang",))
    play.act("zhang", "agree")
    assert play.waiting() == {"b": ["li"]}


def test_a_delegate_gives_advice_and_the_delegator_decides(play: Play) -> None:
    play.start(TWO)
    play.act("zhang", "delegate", to=("wang",))
    assert play.waiting() == {"a": ["wang"]}
    play.refused("BPM-504", "zhang", "agree")
    play.refused("BPM-521", "wang", "transfer", to=("zhao",))
    play.act("wang", "refuse", opinion="不妥")
    assert play.waiting() == {"a": ["zhang"]}
    play.act("zhang", "agree")
    assert play.waiting() == {"b": ["li"]}


def test_a_delegation_can_be_called_back(play: Play) -> None:
    play.start(TWO)
    play.act("zhang", "delegate", to=("wang",))
    play.act("zhang", "remove_sign", to=("wang",), state="WAITING")
    assert play.waiting() == {"a": ["zhang"]}


class TestReturning:
    def test_to_a_step_and_through_again(self, play: Play) -> None:
        play.start(line(user("a", "zhang"), user("b", "li"), user("c", "wang")))
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.act("wang", "return_to", node_id="a")
        assert play.waiting() == {"a": ["zhang"]}
        play.act("zhang", "agree")
        assert play.waiting() == {"b": ["li"]}

    def test_straight_back(self, play: Play) -> None:
        play.start(line(user("a", "zhang"), user("b", "li"), user("c", "wang")))
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.act("wang", "return_to", node_id="a", straight=True)
        play.act("zhang", "agree")
        assert play.waiting() == {"c": ["wang"]}
        play.act("wang", "agree")
        assert play.state == "COMPLETED"

    def test_to_the_initiator_and_again(self, play: Play) -> None:
        play.start(TWO, by="sun", amount=1)
        play.act("zhang", "return_to", node_id="s")
        assert play.waiting() == {"s": ["sun"]}
        play.refused("BPM-510", "sun", "refuse")
        play.act("sun", "agree", data={"amount": 2})
        assert play.waiting() == {"a": ["zhang"]}
        assert play.instance.data["amount"] == 2

    def test_not_to_what_was_not_passed(self, play: Play) -> None:
        play.start(TWO)
        play.refused("BPM-509", "zhang", "return_to", node_id="b")
        play.refused("BPM-512", "zhang", "return_to", node_id="e")

    def test_of_a_countersign_keeps_nobody_open(self, play: Play) -> None:
        play.start(line(user("a", "zhang"), user("b", "li wang zhao", mode="all")))
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.act("wang", "return_to", node_id="a")
        assert play.waiting() == {"a": ["zhang"]}
        play.act("zhang", "agree")
        assert play.waiting() == {"b": ["li", "wang", "zhao"]}

    def test_out_of_a_branch_takes_the_others_back(self, play: Play) -> None:
        play.start(FORK)
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.refused("BPM-507", "wang", "return_to", node_id="a", straight=True)
        play.act("wang", "return_to", node_id="a")
        assert play.waiting() == {"a": ["zhang"]}
        assert play.instance.tokens.exclude(state="GONE").count() == 1
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.act("wang", "agree")
        assert play.waiting() == {"d": ["zhao"]}

    def test_not_into_another_branch(self, play: Play) -> None:
        play.start(FORK)
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.act("wang", "agree")
        play.refused("BPM-506", "zhao", "return_to", node_id="b")
        play.act("zhao", "return_to", node_id="a")
        assert play.waiting() == {"a": ["zhang"]}


FORK = process(
    START, END, user("a", "zhang"), node("parallelGateway", "g"), user("b", "li"), user("c", "wang"),
    node("parallelGateway", "j"), user("d", "zhao"), flow("s", "a", "g", "b", "j", "d", "e"), flow("g", "c", "j"),
)  # fmt: skip


class TestSigning:
    def test_before(self, play: Play) -> None:
        play.start(TWO)
        play.act("zhang", "add_sign", to=("wang", "zhao"), place="BEFORE")
        assert play.waiting() == {"a": ["wang", "zhao"]}
        play.act("wang", "agree")
        play.act("zhao", "agree")
        assert play.waiting() == {"a": ["zhang"]}
        play.act("zhang", "agree")
        assert play.waiting() == {"b": ["li"]}

    def test_a_refusal_before_refuses_the_seat(self, play: Play) -> None:
        play.start(TWO)
        play.act("zhang", "add_sign", to=("wang",), place="BEFORE")
        play.act("wang", "refuse")
        assert play.state == "REFUSED"

    def test_after(self, play: Play) -> None:
        play.start(TWO)
        play.act("zhang", "add_sign", to=("wang",), place="AFTER")
        assert play.waiting() == {"a": ["zhang"]}
        play.act("zhang", "agree")
        assert play.waiting() == {"a": ["wang"]}
        play.act("wang", "agree")
        assert play.waiting() == {"b": ["li"]}

    def test_parallel_in_a_countersign(self, play: Play) -> None:
        play.start(line(user("a", "zhang li", mode="all")))
        play.act("zhang", "add_sign", to=("wang",), place="PARALLEL")
        play.refused("BPM-514", "li", "add_sign", to=("wang",), place="PARALLEL")
        for name in ("zhang", "li", "wang"):
            assert play.state == "RUNNING"
            play.act(name, "agree")
        assert play.state == "COMPLETED"

    def test_removing(self, play: Play) -> None:
        play.start(line(user("a", "zhang li", mode="all")))
        play.act("zhang", "add_sign", to=("wang",), place="PARALLEL")
        play.refused("BPM-515", "li", "remove_sign", to=("wang",))
        play.refused("BPM-515", "zhang", "remove_sign", to=("li",))
        play.act("zhang", "agree")
        play.act("li", "agree")
        assert play.waiting() == {"a": ["wang"]}

    def test_removing_the_last_one_waited_for_decides(self, play: Play) -> None:
        play.start(line(user("a", "zhang", mode="all")))
        play.act("zhang", "add_sign", to=("wang",), place="BEFORE")
        play.act("zhang", "remove_sign", to=("wang",), state="WAITING")
        assert play.waiting() == {"a": ["zhang"]}

    def test_advice_to_a_place_that_is_taken_away_decides_nothing_and_holds_nothing_up(self, play: Play) -> None:
        play.start(line(user("a", "zhang li", mode="all"), user("b", "qian")))
        play.act("zhang", "add_sign", to=("wang",), place="PARALLEL")
        play.act("zhang", "agree")
        play.act("li", "agree")
        play.act("wang", "add_sign", to=("zhang",), place="BEFORE")
        play.act("zhang", "delegate", to=("zhao",))
        play.act("zhao", "agree")
        play.act("zhang", "remove_sign", to=("wang",))
        assert play.waiting() == {"b": ["qian"]}


class TestTakingBack:
    def test_from_the_next_step_untouched(self, play: Play) -> None:
        play.start(TWO)
        play.act("zhang", "agree")
        play.act("zhang", "withdraw", state="DONE")
        assert play.waiting() == {"a": ["zhang"]}
        assert not Assignment.objects.filter(step__node_id="b", state=AssignmentState.OPEN).exists()
        play.act("zhang", "agree")
        play.act("li", "agree")
        assert play.state == "COMPLETED"

    def test_not_once_somebody_built_on_it(self, play: Play) -> None:
        play.start(TWO)
        play.act("zhang", "agree")
        play.act("li", "delegate", to=("wang",))
        play.refused("BPM-522", "zhang", "withdraw", state="DONE")

    def test_others_have_their_turn_again(self, play: Play) -> None:
        play.start(line(user("a", "zhang li", mode="any"), user("b", "wang")))
        play.act("zhang", "agree")
        play.act("zhang", "withdraw", state="DONE")
        assert play.waiting() == {"a": ["zhang", "li"]}

    def test_not_beside_another_place_of_ones_own(self, play: Play) -> None:
        play.start(line(user("a", "zhang li wang", mode="all"), user("b", "zhao")))
        play.act("zhang", "agree")
        play.act("li", "transfer", to=("zhang",))
        said = play.refused("BPM-522", "zhang", "withdraw", state="DONE")
        assert "另一处" in said

    def test_not_over_a_split(self, play: Play) -> None:
        play.start(FORK)
        play.act("zhang", "agree")
        play.refused("BPM-522", "zhang", "withdraw", state="DONE")


def test_copies_are_sent_once(play: Play) -> None:
    play.start(TWO)
    play.act("zhang", "carbon_copy", to=("wang",))
    play.act("zhang", "carbon_copy", to=("wang", "zhao"))
    assert play.instance.copies.count() == 2
    assert api.may_read(play.people.wang, play.instance)
    assert not api.may_read(play.people.qian, play.instance)


def test_only_granted_verbs(play: Play) -> None:
    play.start(line(user("a", "zhang", verbs="agree")))
    play.refused("BPM-510", "zhang", "transfer", to=("li",))
    assert api.verbs_of(play.place("zhang"), play.people.zhang) == (api.Verb.AGREE,)


def test_data_is_bounded_by_the_step_and_by_what_was_seen(play: Play) -> None:
    play.start(line(user("a", "zhang", fields="days"), user("b", "li")), days=1, secret=1)
    play.refused("BPM-519", "zhang", "agree", data={"secret": 2})
    play.refused("TASK-012", "zhang", "agree", revision=7)
    play.act("zhang", "agree", data={"days": 3}, revision=1)
    assert (play.instance.data, play.instance.revision) == ({"days": 3, "secret": 1}, 2)
    assert Act.objects.get(verb="agree").changes == {"before": {"days": 1}, "after": {"days": 3}}
