"""Who handles a step: strategies, the policies for nobody and for the applicant, stand-ins."""

from datetime import date
from typing import Any

import pytest

from yihu.hub.base.access import Label
from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.models import Incident
from yihu.hub.centres.workflow.tests.bpmn import line, user
from yihu.hub.centres.workflow.tests.conftest import MONDAY, Play
from yihu.hub.foundation.org.services.delegations import delegate
from yihu.hub.foundation.org.services.leave import take_leave

pytestmark = pytest.mark.django_db


def by(play: Play, strategy: Any, *, starter: str = "sun", data: dict[str, Any] | None = None, **more: str) -> Any:
    """Who has the step of a role."""
    play.start(line(user("a", candidates="经办", **more)), by=starter, roles={"经办": strategy}, **(data or {}))
    return play.waiting().get("a", [])


def test_by_duty_and_office(play: Play) -> None:
    assert by(play, {"duty": "SECTION_CHIEF", "office": "subject"}) == ["chief"]
    assert by(play, {"duty": "SECTION_CHIEF", "office": "applicant"}) == ["chief"]
    assert by(play, {"duty": "DIRECTOR", "office": "superior"}) == ["director"]
    assert by(play, {"duty": "DIRECTOR", "office": "1440300"}) == ["director"]


def test_by_relation_to_the_applicant(play: Play) -> None:
    assert by(play, {"initiator": True}) == ["sun"]
    assert by(play, {"head_of": 1}) == ["chief"]
    assert by(play, {"head_of": 2}, mode="sequence") == ["chief"]
    play.act("chief", "agree")
    assert play.waiting() == {"a": ["director"]}
    assert by(play, {"head_at": 2}) == ["director"]
    assert by(play, {"head_of": 1}, starter="chief") == ["director"]


def test_by_field_list_and_function(play: Play, services: Any) -> None:
    assert by(play, {"field": "form.who"}, data={"who": ["li", "nobody"]}) == ["li"]
    assert by(play, [{"people": ["wang"]}, {"people": ["li", "wang"]}]) == ["wang", "li"]
    api.register_candidates("test.one", lambda **_: [play.people.zhao])
    assert by(play, {"function": "test.one"}) == ["zhao"]


def test_by_who_had_another_step(play: Play) -> None:
    tasks = user("a", "zhang li"), user("b", candidates='{"assignee_of": "a"}')
    play.start(line(*tasks))
    play.act("li", "agree")
    assert play.waiting() == {"b": ["li"]}


class TestNobody:
    def test_goes_to_the_manager(self, play: Play) -> None:
        assert by(play, {"field": "form.who"}) == ["director"]

    def test_is_passed_over(self, play: Play) -> None:
        assert by(play, {"field": "form.who"}, empty="skip") == []
        assert play.state == "COMPLETED"
        assert play.instance.steps.get().state == "SKIPPED"

    def test_cannot_be_handed_in(self, play: Play) -> None:
        with pytest.raises(api.UnableToActError) as caught:
            by(play, {"field": "form.who"}, empty="refuse")
        assert caught.value.code == "BPM-505"

    def test_stands_still_when_there_is_no_manager_either(self, play: Play) -> None:
        play.people.director.is_active = False
        play.people.director.save()
        assert by(play, {"field": "form.who"}) == []
        assert (play.state, Incident.objects.get().code) == ("RUNNING", "BPM-410")


class TestApplicant:
    def test_the_superior_instead(self, play: Play) -> None:
        assert by(play, {"duty": "SECTION_CHIEF"}, starter="chief") == ["director"]
        assert by(play, {"people": ["sun", "li"]}) == ["li"]

    def test_passed_over_or_allowed(self, play: Play) -> None:
        assert by(play, {"people": ["sun"]}, sameperson="skip") == []
        assert play.state == "COMPLETED"
        assert by(play, {"people": ["sun"]}, sameperson="allow") == ["sun"]

    def test_is_not_given_the_step_by_others(self, play: Play) -> None:
        assert by(play, {"duty": "SECTION_CHIEF"}) == ["chief"]
        play.refused("BPM-525", "chief", "transfer", to=("sun",))
        play.refused("BPM-525", "chief", "add_sign", to=("sun",))
        play.act("chief", "delegate", to=("sun",))
        play.act("sun", "agree", opinion="情况属实")
        assert play.waiting() == {"a": ["chief"]}

    def test_may_not_decide_as_a_stand_in(self, play: Play) -> None:
        _lend(play, "chief", "sun", present=True)
        assert by(play, {"duty": "SECTION_CHIEF"}) == ["chief"]
        with pytest.raises(api.UnableToActError) as caught:
            api.act(assignment=play.place("chief"), verb=api.Verb.AGREE, actor=play.people.sun, now=play.now)
        assert caught.value.code == "BPM-517"


class TestStandIns:
    def test_act_for_the_assignee_and_both_are_named(self, play: Play) -> None:
        _lend(play, "zhang", "li", present=True)
        play.start(line(user("a", "zhang")))
        assert api.may_read(play.people.li, play.instance)
        api.act(assignment=play.place("zhang"), verb=api.Verb.AGREE, actor=play.people.li, now=play.now)
        done = api.trail(play.instance)[1]
        assert (done.actor, done.on_behalf_of) == (play.people.li, play.people.zhang)
        assert play.place("zhang").acted_by == play.people.li

    def test_take_what_was_there_before_only_when_the_giver_said_so(self, play: Play) -> None:
        play.now = MONDAY.replace(month=11, day=2)
        play.start(line(user("a", "zhang")))
        place = play.place("zhang")
        _lend(play, "zhang", "li", present=False)
        assert api.verbs_of(place, play.people.li) == ()
        _lend(play, "zhang", "wang", present=True)
        assert api.Verb.AGREE in api.verbs_of(place, play.people.wang)

    def test_who_is_away_without_one_is_passed_over_in_a_pool(self, play: Play) -> None:
        take_leave(actor=None, now=MONDAY, user=play.people.zhang, valid_from=date(2026, 11, 20),
                   valid_to=date(2030, 1, 1), reason="病假")  # fmt: skip
        assert by(play, {"people": ["zhang", "li"]}) == ["li"]
        assert by(play, {"people": ["zhang"]}) == ["zhang"]


def _lend(play: Play, giver: str, receiver: str, *, present: bool) -> None:
    from django.utils import timezone

    now = timezone.now()
    delegate(
        actor=None, now=now, giver=play.person(giver), receiver=play.person(receiver),
        valid_from=timezone.localdate(now), valid_to=date(timezone.localdate(now).year + 1, 1, 1), reason="出差",
        takes_present_tasks=present,
    )  # fmt: skip


def test_a_label_beyond_ones_clearance_bars_from_the_step(play: Play) -> None:
    version = api.freeze_process(key="secret", xml=line(user("a", "zhang chief")), roles={}, actor=None, now=play.now)
    subject = api.Subject("test", "S-1", "敏感的一件", "", "1440303", Label.SENSITIVE)
    play.instance = api.start(process=version, subject=subject, data={}, initiator=play.people.sun, now=play.now)
    assert play.waiting() == {"a": ["chief"]}
    play.refused("BPM-518", "chief", "transfer", to=("zhang",))
