"""A registered outside system, a room of this program that can be decided, and to-dos for the cast."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.models import Source, Todo
from yihu.hub.centres.tasks.services import deciding, sources
from yihu.hub.conftest import appointed
from yihu.hub.foundation.org.choices import StandardDuty

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ROOM = "desk-room"
KIND = "发票额度审批"


class UnableToRoomError(UnableTo):
    """The room of the tests refuses."""


class Room:
    """A source that settles what it is told to decide, and hands over by putting the to-do on the new list."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.refuses: dict[str, str] = {}

    def decide(self, *, key: str, actor: Any, verdict: str, opinion: str, channel: str, now: datetime) -> None:
        if key in self.refuses:
            raise UnableToRoomError(self.refuses[key])
        self.heard.append(
            {"key": key, "actor": actor.username, "verdict": verdict, "opinion": opinion, "channel": channel}
        )
        api.settle_todo(source=ROOM, key=key, stamp=10**6, verdict=verdict.label, now=now)

    def transfer(self, *, key: str, actor: Any, giver: Any, receiver: Any, reason: str, now: datetime) -> None:
        if key in self.refuses:
            raise UnableToRoomError(self.refuses[key])
        old = Todo.objects.get(key=key, receiver=giver)
        api.settle_todo(source=ROOM, key=key, receiver=giver, state=api.WITHDRAWN, verdict="已转办", stamp=20, now=now)
        put(receiver, key, title=old.title, stamp=20, now=now)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    api.register_decider(ROOM, made.decide, transfer=made.transfer, name="测试事项")
    yield made
    deciding._handlers.pop(ROOM, None)
    sources._rooms.pop(ROOM, None)


@pytest.fixture
def outside(db: None) -> Source:
    return Source.objects.create(
        code="oa", name="公文系统", kind="OUTSIDE", hosts=["oa.example.gov.cn"], low_risk_kinds=["用印"]
    )


def put(receiver: Any, key: str = "k1", **values: Any) -> Todo:
    """A to-do of the room, of a firm in the east office unless told otherwise."""
    return api.put_todo(
        **{
            "source": ROOM,
            "key": key,
            "receiver": receiver,
            "title": f"深圳甲公司发票额度审批 {key}",
            "kind": KIND,
            "node": "科长审批",
            "url": f"/cases/{key}/",
            "case_number": f"C-{key}",
            "office_code": "1440303",
            "label": 1,
            "taxpayer_number": None,
            "stamp": 1,
            "now": NOW,
            "low_risk": True,
            **values,
        }
    )


def stored(**lookup: Any) -> Todo:
    with as_system("核对"):
        return Todo.objects.select_related("source").get(**lookup)


@pytest.fixture
def officer(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.OFFICER]


@pytest.fixture
def chief(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.SECTION_CHIEF]


@pytest.fixture
def colleague(offices: dict[str, Any], cast: dict[StandardDuty, Any]) -> Any:
    return appointed(StandardDuty.OFFICER, offices["east"], "colleague")


@pytest.fixture
def client_for() -> Callable[[Any], Any]:
    from django.test import Client

    def make(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
