"""Offices and people for a rehearsal: made inside a transaction that its caller always takes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yihu.hub.foundation.org.choices import OfficeLevel, StandardDuty
from yihu.hub.foundation.org.models import Appointment, Duty, DutyPermission, Office, User
from yihu.hub.foundation.org.services.accounts import post_of_duty

LONG_AGO = date(1994, 8, 1)
# No code or account begins with it, and it sorts before "~", which bounds subtrees and "everything" in PostgreSQL.
PREFIX = "@"


@dataclass(frozen=True, slots=True)
class OfficeOnStage:
    """One office; without a superior it is a city's bureau, below one it is a branch."""

    code: str
    name: str
    division_code: str
    superior: str


@dataclass(frozen=True, slots=True)
class Troupe:
    """Who and what was put there, by the names given."""

    offices: Mapping[str, Office]
    people: Mapping[str, User]


def put_on_stage(
    *, offices: Iterable[OfficeOnStage], cast: Mapping[str, tuple[str, str, str]], now: datetime
) -> Troupe:
    """
    Offices, and people with one standard duty each (`cast`: name → duty, office, display name).

    Codes and accounts begin with ``@``, so that they meet nobody's. Nobody can sign in with them.

    :raises RuntimeError: outside a transaction, where they would stay
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a stage is set inside a transaction that is taken back")
    # A rehearsal may play before the day on which the duties were brought in.
    duties = {duty for duty, _, _ in cast.values()}
    DutyPermission.objects.filter(duty__code__in=duties, valid_to=None).update(valid_from=LONG_AGO)
    Duty.objects.filter(code__in=duties).update(valid_from=LONG_AGO)
    made: dict[str, Office] = {}
    for one in offices:
        made[one.code] = _office(one, made.get(one.superior))
    people = {
        name: _person(f"{PREFIX}{at}", title, StandardDuty(duty), made[office], now)
        for at, (name, (duty, office, title)) in enumerate(cast.items())
    }
    return Troupe(made, people)


def _office(one: OfficeOnStage, superior: Office | None) -> Office:
    code = f"{PREFIX}{one.code}"
    return Office.objects.create(
        code=code, name=one.name, division_code=one.division_code, parent=superior, valid_from=LONG_AGO,
        level=OfficeLevel.BRANCH if superior else OfficeLevel.CITY,
        path=f"{superior.path if superior else ''}{code}/",
    )  # fmt: skip


def _person(username: str, name: str, duty: StandardDuty, office: Office, now: datetime) -> User:
    user = User.objects.create_user(username, None, display_name=name, office=office)
    post = post_of_duty(office=office, duty=duty, now=now)
    Appointment.objects.create(
        user=user, post=post, valid_from=LONG_AGO, is_primary=True, appointed_at=now, confirmed_at=now
    )
    return User.objects.get(pk=user.pk)
