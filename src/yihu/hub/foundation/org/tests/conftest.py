"""A small organisation in which anything can be tried: the cast of the house, a second bureau, a plain officer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.conftest import LONG_AGO, appointed
from yihu.hub.foundation.org.choices import OfficeLevel, StandardDuty
from yihu.hub.foundation.org.models import Appointment, Duty, Office, Post, PostDuty, User
from yihu.hub.foundation.org.services import appointments


@dataclass
class Town:
    """The people by their duty, the offices by name, and the shortest way to more of each."""

    offices: dict[str, Office]
    people: dict[StandardDuty, User]
    now: datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    @property
    def system(self) -> User:
        return self.fresh(self.people[StandardDuty.SYSTEM_ADMIN])

    @property
    def security(self) -> User:
        return self.fresh(self.people[StandardDuty.SECURITY_ADMIN])

    def fresh(self, user: User) -> User:
        """The same person as the next request sees them."""
        return User.objects.get(pk=user.pk)

    def person(self, username: str, office: str = "east") -> User:
        """Somebody without a post."""
        return User.objects.create_user(username, None, display_name=username, office=self.offices[office])

    def officer(self, username: str, office: str = "east", duty: StandardDuty = StandardDuty.OFFICER) -> User:
        """Somebody with a confirmed post."""
        return appointed(duty, self.offices[office], username)

    def post(self, code: str, office: str = "east", *duties: StandardDuty) -> Post:
        made = Post.objects.create(code=code, name=code, office=self.offices[office], valid_from=LONG_AGO)
        for duty in duties:
            PostDuty.objects.create(post=made, duty=Duty.objects.get(code=duty), valid_from=LONG_AGO)
        return made

    def appoint(self, user: User, post: Post, confirm: bool = True, **days: Any) -> Appointment:
        days.setdefault("valid_from", self.today)
        made = appointments.appoint(actor=self.system, now=self.now, user=user, post=post, **days)
        if confirm:
            appointments.confirm_appointment(actor=self.security, now=self.now, appointment=made)
        return Appointment.objects.get(pk=made.pk)

    def do(self, verb: Callable[..., Any], actor: User | None = None, **values: Any) -> Any:
        """One verb by the system administrator unless another acts."""
        return verb(actor=actor or self.system, now=self.now, **values)


@pytest.fixture
def town(offices: dict[str, Office], cast: dict[StandardDuty, User]) -> Town:
    bureau = offices["bureau"]
    county = Office.objects.create(
        code="1440306", name="宝安区税务局", level=OfficeLevel.COUNTY, parent=bureau, path=f"{bureau.path}1440306/",
        division_code="440306", valid_from=LONG_AGO,
    )  # fmt: skip
    branch = Office.objects.create(
        code="1440306A", name="西乡税务所", level=OfficeLevel.BRANCH, parent=county, path=f"{county.path}1440306A/",
        division_code="440306", valid_from=LONG_AGO,
    )  # fmt: skip
    return Town({**offices, "county": county, "branch": branch}, cast)
