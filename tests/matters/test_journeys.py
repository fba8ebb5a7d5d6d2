"""Each matter played by people in a real browser, from the application to its result."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.matters.people import NUMBER, Clock, Company, apply, perform, published

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.selectors.processes import open_nodes

# One case of each matter; between them return, countersign (all, percent, in order), or-sign, delegation, transfer,
# added signature, parallel and inclusive branches and a sub-process.
PLAYED = {
    "registration/change": "address",
    "invoice/quota": "visit",
    "collection/deferral": "granted",
    "office/leave": "long",
    "office/overseas": "official",
    "logistics/vehicle": "visit",
    "logistics/meeting-room": "guests",
    "logistics/repair": "small",
    "information/it-request": "fault",
    "service/question": "published",
    "knowledge/paper": "accepted",
    "knowledge/article": "revised",
}


def of_case(number: str) -> Case:
    with as_system("测试"):
        return Case.objects.select_related("instance", "version").get(number=number)


def opened(case: Case) -> list[str]:
    with as_system("测试"):
        return sorted(open_nodes(case.instance))


def at_the_wheel(form: dict[str, Any], today: datetime) -> dict[str, Any]:
    """A trip whose vehicle is already out and may come back now: no page can wait for that."""
    return form | {
        "start_day": (today - timedelta(days=1)).date().isoformat(),
        "end_day": (today + timedelta(days=1)).date().isoformat(),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("matter", "width"), [*((matter, 1440) for matter in PLAYED), ("office/leave", 390)])
def test_people_play_it_from_application_to_result(matter: str, width: int, company: Callable[..., Company]) -> None:
    file = f"cases/{PLAYED[matter]}.yaml"
    bundle = published(matter)
    play, cast = bundle.plays[file], company(bundle, file, width)
    clock = Clock(play, timezone.localdate())
    form = clock.moved(play.form)
    if matter == "logistics/vehicle":
        form = at_the_wheel(form, timezone.localtime())
    page, number = apply(cast, bundle, play, form, NUMBER)
    assert opened(of_case(number)) == sorted(play.open)
    for act in play.acts:
        page = perform(cast, number, act, clock.moved(act.data), bundle.outline.names[act.node])
        if act.open is not None:
            assert opened(of_case(number)) == sorted(act.open), act
    case = of_case(number)
    assert case.outcome == play.outcome
    page.goto(f"/matters/cases/{number}/")
    page.get_by_text(bundle.spec.outcomes[case.outcome].name).first.wait_for()
    with as_system("测试"):
        assert sorted(case.letters.values_list("code", flat=True)) == sorted(play.letters)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
