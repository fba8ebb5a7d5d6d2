"""A built snapshot knows people by mask and token; the vault alone knows their numbers."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.snapshots.build import build
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.shelf import list_snapshots
from yihu.lens.vault import KEY_FILE, blind, key_name, tokens_of, vault_key

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CARD, MOBILE, DESK, ACCOUNT = "330106198001010013", "13800138000", "0571-88886666", "6222021234567890123"
FIRM, OTHER = "91330106MA2ABCDE1K", "91330106MA2ABCDE2H"
FILES = {
    "registrations.csv": [
        "registration_id,name,status_code,address,phone,legal_representative_name,legal_representative_id",
        f"{FIRM},杭州华达贸易有限公司,NORMAL,文三路90号,{DESK},沈家明,{CARD}",
        f"{OTHER},杭州远山商行,NORMAL,文二路1号,{DESK},,",
    ],
    "persons.csv": [
        "person_id,name,id_type_code,id_number,phone,address",
        f"1,沈家明,ID_CARD,{CARD},{MOBILE},浙江省杭州市西湖区文三路90号",
    ],
    "roles.csv": ["registration_id,person_id,role_code,start_on", f"{FIRM},1,LEGAL_REPRESENTATIVE,2020-01-01"],
    "registration_changes.csv": [
        "registration_id,changed_on,item_code,old_value,new_value",
        f"{FIRM},2023-01-05,PHONE,{MOBILE},{DESK}",
        f"{FIRM},2023-01-06,SCOPE,,证件{CARD}",
    ],
    "third_party.csv": [
        "source_code,record_id,subject_number,occurred_on,item_code,amount,text",
        f"BANK,1,{FIRM},2023-02-01,IN,100.00,收款账号{ACCOUNT}",
    ],
    "invoices.csv": [
        "invoice_number,issued_at,seller_number,buyer_number,amount,tax_amount,total_amount",
        f"1,2023-03-01 10:00:00,{FIRM},{OTHER},100.00,13.00,113.00",
    ],
}


def quiet(stage: str, done: float) -> None:
    """No progress is shown in tests."""


def _make(root: Path) -> Home:
    source = root / "source"
    source.mkdir(parents=True)
    for name, lines in FILES.items():
        (source / name).write_text("\n".join(lines) + "\n", "utf-8")
    home = Home(root / "home")
    gather(home, source, None, by="tester", now=NOW, progress=quiet)
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = _make(tmp_path_factory.mktemp("vault"))
    build(home, now=NOW, progress=quiet)
    return home


@pytest.fixture(scope="module")
def snapshot(home: Home) -> Snapshot:
    return Snapshot.open(home)


def test_no_table_of_a_snapshot_holds_a_number_in_the_clear(home: Home, snapshot: Snapshot) -> None:
    secrets = (CARD, MOBILE, "88886666", ACCOUNT, "文三路90号")
    scanned = 0
    for file in [*snapshot.path.rglob("*.parquet"), *home.partials.rglob("*.parquet")]:
        text = str(snapshot.rows("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(file)]))
        firm = {"文三路90号"} if file.stem in {"households", "registrations"} else set()
        assert [s for s in secrets if s in text and s not in firm] == [], file
        scanned += 1
    assert scanned > 20


def test_people_are_found_by_their_whole_numbers_in_any_spelling(snapshot: Snapshot) -> None:
    for typed in (CARD, MOBILE, "+86 138-0013-8000", "330106800101001"):
        assert [p["name"] for p in snapshot.search(typed)["persons"]] == ["沈家明"], typed
    by_phone = snapshot.search("057188886666")["households"]
    assert {h["name"] for h in by_phone} == {"杭州华达贸易有限公司", "杭州远山商行"}
    assert snapshot.search(CARD[:-1])["persons"] == snapshot.search("138001380")["persons"] == []


def test_a_shared_telephone_ties_two_households_without_being_shown(snapshot: Snapshot) -> None:
    household = snapshot.find_household(FIRM)
    (link,) = [x for x in snapshot.links(household) if x["link_code"] == "PHONE"]
    assert (link["value"], link["shared_count"]) == ("057****6666", 2)


def test_tokens_never_leave_the_reader(snapshot: Snapshot) -> None:
    household = snapshot.household(snapshot.find_household(FIRM))
    person = snapshot.person(snapshot.people(household["household_id"])[0]["natural_person_id"])
    keys = {*household, *household["registrations"][0], *person}
    assert not [k for k in keys if k.endswith("_token")]
    assert (person["id_number"], person["address"]) == ("330***********0013", "浙江省杭州市西湖区****")


def test_the_vault_answers_with_the_row_it_read(snapshot: Snapshot) -> None:
    person = snapshot.search("沈家明")["persons"][0]
    clear = snapshot.clear_person(person["natural_person_id"])
    assert clear["id_number"]["value"] == CARD
    assert (clear["phone"]["value"], clear["phone"]["source_file"]) == (MOBILE, "persons.csv")
    assert snapshot.clear_registration(FIRM)["phone"]["value"] == DESK
    assert snapshot.clear_registration("nobody") == {}


def test_only_the_owner_may_read_the_vault_and_its_key(home: Home) -> None:
    places = [home.root / KEY_FILE, home.batches, *home.batches.rglob("*")]
    assert len(places) > 8
    assert [p for p in places if stat.S_IMODE(p.stat().st_mode) & 0o077] == []


def test_another_key_gives_other_tokens_and_a_rebuild(home: Home, tmp_path: Path) -> None:
    key, other = vault_key(home), vault_key(Home(tmp_path))
    assert key != other
    assert blind(key, "phone", "1") != blind(other, "phone", "1") != blind(other, "identity", "1")
    assert tokens_of(key, "甲公司") == {}
    made = build(home, now=NOW, progress=quiet, if_changed=True)
    assert made["unchanged"]
    assert made["created_from"]["vault_key"] == key_name(key)


def test_the_same_batches_and_key_give_the_same_bytes(home: Home, tmp_path: Path) -> None:
    twin = _make(tmp_path)
    (twin.root / KEY_FILE).write_text(vault_key(home).hex(), "ascii")
    files = [build(h, now=NOW, progress=quiet)["files"] for h in (home, twin)]
    assert {n: f["sha256"] for n, f in files[0].items()} == {n: f["sha256"] for n, f in files[1].items()}


def test_snapshots_from_before_the_vault_are_removed_once_another_stands(tmp_path: Path) -> None:
    home = _make(tmp_path)
    build(home, now=NOW, progress=quiet)
    manifest = home.current.resolve() / "manifest.json"
    old = json.loads(manifest.read_text("utf-8"))
    del old["created_from"]["vault_key"]
    manifest.write_text(json.dumps(old), "utf-8")
    assert Snapshot.open(home).tokens(MOBILE) == {}
    build(home, now=NOW, progress=quiet)
    assert [k.id for k in list_snapshots(home)] != []
    assert old["snapshot"] not in {k.id for k in list_snapshots(home)}
