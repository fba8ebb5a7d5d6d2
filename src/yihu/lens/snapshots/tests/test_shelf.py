"""The shelf of snapshots: names, switching, pruning, half-made ones."""

import json
from pathlib import Path

import pytest

from yihu.lens.home import Home
from yihu.lens.snapshots import shelf


def put(home: Home, fingerprint: str) -> str:
    staged = home.new_staging()
    name = shelf.next_name(home, fingerprint)
    (staged / "households.parquet").write_bytes(b"x")
    (staged / "manifest.json").write_text(json.dumps({"snapshot": name}), "utf-8")
    shelf.publish(home, staged, name)
    return name


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(shelf.NoSnapshotError, match="yihu build"):
        shelf.current_snapshot(Home(tmp_path))


def test_publishing_switches_the_current_one_and_keeps_the_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, second = put(home, "a" * 64), put(home, "b" * 64)
    assert [k.id for k in shelf.list_snapshots(home)] == [first, second]
    assert shelf.current_snapshot(home).id == second
    assert shelf.find_snapshot(home, first).id == first


def test_a_directory_without_a_manifest_is_not_a_snapshot(tmp_path: Path) -> None:
    home = Home(tmp_path)
    name = put(home, "a" * 64)
    (home.snapshots / "S000009-deadbeef").mkdir()
    assert [k.id for k in shelf.list_snapshots(home)] == [name]


def test_pruning_keeps_the_newest_and_the_current(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [put(home, c * 64) for c in "abcd"]
    shelf.point_link(home.current, home.snapshots / names[0])
    assert shelf.prune(home, 2) == [names[1]]
    assert [k.id for k in shelf.list_snapshots(home)] == [names[0], names[2], names[3]]
    with pytest.raises(ValueError, match="at least 1"):
        shelf.prune(home, 0)


def test_names_keep_counting_after_pruning(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for c in "abc":
        put(home, c * 64)
    shelf.prune(home, 1)
    assert shelf.next_name(home, "d" * 64) == "S000004-dddddddd"
