"""The first accounts: one a post, private, never made twice."""

from pathlib import Path

import duckdb
import pytest

from yihu.hub.base.access import scope_for
from yihu.hub.config import accounts
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Office, User


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    return tmp_path


def _publish(home: Path) -> None:
    snapshot = home / "snapshots" / "S000001-00000000"
    snapshot.mkdir(parents=True)
    (snapshot / "manifest.json").write_text("{}")
    (home / "snapshots" / "current").symlink_to(snapshot.name)
    duckdb.sql(
        "SELECT unnest(['E','W','W']) office_code, unnest(['东所','西所','西所']) office_name,"
        " unnest(['440303001','440305001','440305002']) division_code, true is_registered"
    ).write_parquet(str(snapshot / "households.parquet"))


@pytest.mark.django_db
def test_without_a_snapshot_everybody_belongs_to_the_bureau(home: Path) -> None:
    path = accounts.make_first_accounts()
    assert path == home / "demo-accounts.txt"
    assert path.stat().st_mode & 0o077 == 0
    assert set(User.objects.values_list("office__code", flat=True)) == {accounts.BUREAU_CODE}
    assert {u.post_title for u in User.objects.all()} == set(StandardDuty.labels)


@pytest.mark.django_db
def test_with_a_snapshot_the_officer_works_in_its_largest_office(home: Path) -> None:
    _publish(home)
    accounts.make_first_accounts()
    officer = User.objects.get(username="officer")
    assert (officer.office.code, officer.office.name, officer.office.division_code) == ("W", "西所", "440305")
    assert scope_for(officer, "household.view").holds(office_code="W", division_code="440305001")
    assert not scope_for(officer, "household.view").holds(office_code="E", division_code="440303001")
    assert scope_for(User.objects.get(username="director"), "household.view").everything


@pytest.mark.django_db
def test_passwords_open_the_door_and_are_made_once(home: Path, client) -> None:
    text = accounts.make_first_accounts().read_text()
    username, password, *_ = text.splitlines()[1].split("\t")
    answer = client.post("/account/sign-in/", {"login": username, "password": password})
    assert answer["Location"] == "/"
    assert accounts.make_first_accounts() is None
    assert (home / "demo-accounts.txt").read_text() == text


@pytest.mark.django_db
def test_offices_of_a_later_snapshot_are_learnt(home: Path) -> None:
    accounts.make_first_accounts()
    _publish(home)
    accounts.learn_snapshot_offices()
    assert set(Office.objects.values_list("code", flat=True)) == {accounts.BUREAU_CODE, "E", "W"}
