"""The register follows the published snapshot: whole, once, and keeping the labels people gave."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from yihu.hub.base.access import Label
from yihu.hub.registers.taxpayers import api, compute
from yihu.hub.registers.taxpayers.models import Refresh, Taxpayer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
A, B = ("A1", "H1", "甲公司", "1440303", "440303", "NORMAL"), ("B1", "H2", "乙公司", "1440305", "440305", "NORMAL")
Publish = Callable[..., None]


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Publish:
    def put(snapshot_id: str, *rows: tuple[str, ...]) -> None:
        monkeypatch.setattr(compute, "find_current", lambda: SimpleNamespace(id=snapshot_id))
        monkeypatch.setattr(compute, "read_registrations", lambda kept: iter(rows))

    return put


def test_the_first_refresh_fills_and_the_second_does_nothing(publish: Publish) -> None:
    publish("S1", A, B)
    assert api.refresh_register(now=NOW) == 2
    assert api.refresh_register(now=NOW) is None
    assert Taxpayer.objects.values_list("number", "household_id", "label").order_by("number").first() == ("A1", "H1", 1)
    assert (Refresh.objects.get().snapshot_id, Refresh.objects.get().rows) == ("S1", 2)


def test_a_later_snapshot_changes_what_changed_and_keeps_labels_and_those_who_left(publish: Publish) -> None:
    publish("S1", A, B)
    api.refresh_register(now=NOW)
    Taxpayer.objects.update(label=Label.SENSITIVE)
    publish("S2", ("A1", "H9", "甲集团", "1440305", "440305", "CLOSED"))
    api.refresh_register(now=NOW)
    moved, left = Taxpayer.objects.get(pk="A1"), Taxpayer.objects.get(pk="B1")
    assert (moved.household_id, moved.name, moved.office_code, moved.label) == ("H9", "甲集团", "1440305", 2)
    assert (left.is_present, left.label) == (False, 2)
    publish("S3", A, B)
    api.refresh_register(now=NOW)
    assert Taxpayer.objects.get(pk="B1").is_present


def test_a_refresh_that_breaks_leaves_the_register_as_it_was(publish: Publish, monkeypatch) -> None:
    publish("S1", A)
    api.refresh_register(now=NOW)

    def broken(kept):
        yield B
        raise OSError("the disk went away")

    monkeypatch.setattr(compute, "find_current", lambda: SimpleNamespace(id="S2"))
    monkeypatch.setattr(compute, "read_registrations", broken)
    with pytest.raises(OSError, match="disk"):
        api.refresh_register(now=NOW)
    assert list(Taxpayer.objects.values_list("number", flat=True)) == ["A1"]
    assert api.last_refresh().snapshot_id == "S1"


def test_without_a_snapshot_nothing_happens(monkeypatch) -> None:
    monkeypatch.setattr(compute, "find_current", lambda: None)
    assert api.refresh_register(now=NOW) is None
    assert api.last_refresh() is None


def test_the_worker_and_the_web_may_refresh_by_their_own_role(publish: Publish, web_role: None) -> None:
    publish("S1", A, B)
    assert api.refresh_register(now=NOW) == 2
    assert Taxpayer.objects.count() == 0, "outside the refresh nothing is seen"
