"""Scopes, and refusal of what names no permission."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.views import View

from yihu.hub.base.access import AccessMiddleware, Scope, UndeclaredViewError, declared, public, requires

EAST = {"office_code": "E", "division_code": "440303"}
WEST = {"office_code": "W", "division_code": "440305"}
NOWHERE = {"office_code": None, "division_code": None}


@pytest.mark.parametrize(
    ("scope", "east", "west", "nowhere"),
    [
        (Scope(everything=True), True, True, True),
        (Scope(), False, False, False),
        (Scope(offices=("E",)), True, False, False),
        (Scope(divisions=("4403",)), True, True, False),
        (Scope(divisions=("440305",)), False, True, False),
        (Scope(offices=("E",), divisions=("440305",)), True, True, False),
    ],
)
def test_a_scope_holds_its_offices_and_divisions(scope: Scope, east: bool, west: bool, nowhere: bool) -> None:
    assert (scope.holds(**EAST), scope.holds(**WEST), scope.holds(**NOWHERE)) == (east, west, nowhere)


def test_only_a_scope_without_bounds_or_members_is_empty() -> None:
    assert Scope().is_empty
    assert not Scope(everything=True).is_empty
    assert not Scope(divisions=("4403",)).is_empty


class _User:
    is_authenticated = True

    def __init__(self, *held: str) -> None:
        self.held = held

    def holds(self, permission: str) -> bool:
        return permission in self.held


class _Nobody:
    is_authenticated = False


def _ask(view: object, user: object, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get("/worklist/?level=HIGH", headers=headers)
    request.user = user
    return AccessMiddleware(lambda r: HttpResponse()).process_view(request, view, (), {})


def test_a_view_without_declaration_is_refused_to_everybody() -> None:
    with pytest.raises(UndeclaredViewError):
        _ask(lambda request: HttpResponse(), _User("household.view"))


def test_a_view_is_open_to_holders_only() -> None:
    view = requires("household.view")(lambda request: HttpResponse())
    assert _ask(view, _User("household.view")) is None
    with pytest.raises(PermissionDenied):
        _ask(view, _User("home.view"))


def test_strangers_are_sent_to_sign_in_and_back() -> None:
    view = requires("household.view")(lambda request: HttpResponse())
    answer = _ask(view, _Nobody())
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/account/sign-in/?next=%2Fworklist%2F%3Flevel%3DHIGH",
    )


def test_a_fragment_after_the_session_ended_moves_the_whole_page() -> None:
    view = requires("household.view")(lambda request: HttpResponse())
    headers = {"HX-Request": "true", "HX-Current-URL": "https://tax.example/household/H1/?tab=time"}
    answer = _ask(view, _Nobody(), **headers)
    assert answer["HX-Redirect"] == "/account/sign-in/?next=%2Fhousehold%2FH1%2F%3Ftab%3Dtime"


def test_public_views_need_no_user() -> None:
    assert _ask(public(lambda request: HttpResponse()), _Nobody()) is None


def test_a_declaration_on_a_class_reaches_its_view() -> None:
    @requires("home.view")
    class Page(View):
        pass

    assert declared(Page.as_view()) == "home.view"
