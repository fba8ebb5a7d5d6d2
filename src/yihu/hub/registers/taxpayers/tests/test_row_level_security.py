"""Whatever a view forgets, the connection of a request sees and changes only rows within its actor's scope."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse

from yihu.hub.base.access import Area, Label, Scope, public, requires
from yihu.hub.base.row_scope import RowScopeMiddleware, as_system, within
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer

pytestmark = pytest.mark.django_db
ROWS = (
    ("E1", "HE1", "1440303", "440303001", Label.INTERNAL),
    ("E2", "HE2", "1440303", "440303002", Label.SENSITIVE),
    ("W1", "HW1", "1440305", "440305001", Label.INTERNAL),
    ("X1", "HX1", "1330106", "330106001", Label.PUBLIC),
)
ALL = {row[0] for row in ROWS}


@pytest.fixture
def register(web_role: None) -> None:
    with as_system("测试准备"):
        Taxpayer.objects.bulk_create(
            [
                Taxpayer(number=n, household_id=h, name=n, office_code=o, division_code=d, label=label)
                for n, h, o, d, label in ROWS
            ]
        )


def seen() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM taxpayers_taxpayer")
        return {number for (number,) in cursor.fetchall()}


def scoped(permission: str = "household.view", **parts: object) -> object:
    return within(Scope(**{"clearance": Label.INTERNAL, **parts}), user_id=1, permission=permission)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, set()),
        ({"offices": ("1440303",)}, {"E1"}),
        ({"offices": ("1440303",), "clearance": Label.SENSITIVE}, {"E1", "E2"}),
        ({"divisions": ("4403",)}, {"E1", "W1"}),
        ({"areas": (Area("1440305", "440305"), Area("1440303", "9"))}, {"W1"}),
        ({"numbers": ("X1", "E2")}, {"X1"}),
        ({"everything": True}, {"E1", "W1", "X1"}),
        ({"everything": True, "clearance": Label.PUBLIC}, {"X1"}),
        ({"everything": True, "clearance": Label.IMPORTANT}, ALL),
    ],
)
def test_a_raw_select_sees_the_scope_and_the_clearance(register, scope, expected) -> None:
    with scoped(**scope):
        assert seen() == expected
        assert Taxpayer.objects.count() == len(expected)
    assert seen() == set()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE taxpayers_taxpayer SET label = 0",
        "UPDATE taxpayers_taxpayer SET office_code = '1440303'",
        "DELETE FROM taxpayers_taxpayer",
    ],
)
def test_an_officers_request_changes_no_row_of_the_register(register, statement) -> None:
    with scoped(offices=("1440303",)), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0
    with as_system("核对"):
        assert set(Taxpayer.objects.values_list("number", "office_code", "label")) == {
            (n, o, label) for n, _, o, _, label in ROWS
        }


def test_an_officers_request_adds_no_row_to_the_register(register) -> None:
    with scoped(everything=True), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Taxpayer.objects.create(number="N", household_id="HN", name="N")


def test_a_labelling_request_changes_labels_within_its_scope_alone(register) -> None:
    with scoped("taxpayer.label", offices=("1440303",), clearance=Label.IMPORTANT), connection.cursor() as cursor:
        cursor.execute("UPDATE taxpayers_taxpayer SET label = 3")
        assert cursor.rowcount == 2
    with as_system("核对"):
        assert set(Taxpayer.objects.filter(label=3).values_list("number", flat=True)) == {"E1", "E2"}


def test_the_role_of_the_web_can_not_turn_the_wall_off(register) -> None:
    for statement in (
        "ALTER TABLE taxpayers_taxpayer DISABLE ROW LEVEL SECURITY",
        "DROP POLICY taxpayers_read ON taxpayers_taxpayer",
        "TRUNCATE taxpayers_taxpayer",
        "UPDATE audit_accessrecord SET verb = 'x'",
        "DELETE FROM django_migrations",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with scoped(offices=("1440303",)), connection.cursor() as cursor:
        cursor.execute("SET row_security = off")
        with pytest.raises(DatabaseError), transaction.atomic():
            seen()
        cursor.execute("RESET row_security")


class Forgetful:
    """A view that asks for every row there is."""

    def __init__(self) -> None:
        self.seen: set[str] | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.seen = seen()
        return HttpResponse("ok")


def ask(view: Forgetful, user: object, permission: str | None = "household.view", *, fails: bool = False) -> None:
    declared = requires(permission)(view) if permission else public(view)
    request = HttpRequest()
    request.user = user

    def respond(request: HttpRequest) -> HttpResponse:
        middleware.process_view(request, declared, (), {})
        answer = declared(request)
        if fails:
            raise RuntimeError("the view broke")
        return answer

    middleware = RowScopeMiddleware(respond)
    middleware(request)


def test_a_view_that_forgets_to_filter_sees_the_actors_rows_only(register, cast) -> None:
    for duty, expected in (
        (StandardDuty.OFFICER, {"E1"}),
        (StandardDuty.SECTION_CHIEF, {"E1", "E2"}),
        (StandardDuty.DIRECTOR, {"E1", "E2", "W1"}),
        (StandardDuty.OPERATOR, set()),
    ):
        view = Forgetful()
        ask(view, cast[duty])
        assert view.seen == expected, duty
        assert seen() == set(), "the scope ends with the request"


def test_the_scope_ends_with_a_request_that_fails_and_public_views_have_none(register, cast) -> None:
    view = Forgetful()
    with pytest.raises(RuntimeError):
        ask(view, cast[StandardDuty.DIRECTOR], fails=True)
    assert (view.seen, seen()) == ({"E1", "E2", "W1"}, set())
    ask(view, cast[StandardDuty.DIRECTOR], None)
    assert view.seen == set()


def test_what_another_request_left_on_the_connection_is_gone_before_the_next_begins(register, cast) -> None:
    view = Forgetful()
    left = within(Scope(everything=True, clearance=Label.IMPORTANT), user_id=9, permission="household.view")
    left.__enter__()
    ask(view, cast[StandardDuty.OFFICER], None)
    assert view.seen == set()


@pytest.mark.django_db(transaction=True)
def test_a_connection_opened_in_the_middle_of_a_request_bears_its_scope(django_db_blocker) -> None:
    with within(Scope(offices=("1440303",)), user_id=7, permission="household.view"):
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT yihu_actor(), yihu_scope_list('offices')")
            assert cursor.fetchone() == (7, ["1440303"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('yihu.scope', true)")
        assert cursor.fetchone() == ("",)


def test_grid_lists_are_seen_by_their_members_and_within_the_scope(register, cast, offices) -> None:
    from datetime import date

    from yihu.hub.foundation.org.models import Grid, GridMember, GridTaxpayer

    since = {"valid_from": date(2020, 1, 1)}
    grid = Grid.objects.create(code="G1", name="网格", office=offices["east"], **since)
    with as_system("测试准备"):
        GridTaxpayer.objects.create(grid=grid, number="W1", **since)
    member, stranger = cast[StandardDuty.OFFICER], cast[StandardDuty.SECTION_CHIEF]
    GridMember.objects.create(grid=grid, user=member, **since)
    with within(Scope(), user_id=member.pk, permission="household.view"):
        assert GridTaxpayer.objects.count() == 1
    with within(Scope(offices=("1440303",)), user_id=stranger.pk, permission="grid.keep"):
        assert GridTaxpayer.objects.count() == 0
    with within(Scope(offices=("1440305",), clearance=Label.INTERNAL), user_id=stranger.pk, permission="grid.keep"):
        assert GridTaxpayer.objects.count() == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            GridTaxpayer.objects.create(grid=grid, number="E1", **since)
