"""Files become the organisation; what is wrong is named with its place, and the rest goes on."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Appointment, Office, Post, PostDuty, User
from yihu.hub.foundation.org.services.importing.problems import CODES
from yihu.hub.foundation.org.services.importing.reading import UnableToReadFileError
from yihu.hub.foundation.org.services.importing.run import UnableToImportError, import_organisation
from yihu.hub.foundation.org.services.importing.simulation import simulate_organisation
from yihu.hub.foundation.org.services.permits import OutOfReachError

pytestmark = pytest.mark.django_db
OFFICES = "机关代码,机关名称,级次,上级机关代码,行政区划,启用日期\n"
POSTS = "post_code,post_name,office_code,department_code,department_name,duties,valid_from\n"
PEOPLE = "username,display_name,post_code,valid_from,valid_to\n"


@pytest.fixture
def bring(tmp_path, town):
    """Import rows given as text; the heads are put before them."""

    def run(offices: str = "", posts: str = "", people: str = "", actor: User | None = None, **more):
        files = {}
        heads = {"offices": OFFICES, "posts": POSTS, "people": PEOPLE}
        for name, rows in (("offices", offices), ("posts", posts), ("people", people)):
            if rows:
                files[name] = tmp_path / f"{name}.csv"
                files[name].write_text(heads[name] + rows, encoding="utf-8")
        return import_organisation(actor=actor, now=town.now, **files, **more)

    return run


def _found(report) -> list[tuple[str, int, str, str]]:
    return [(p.code, p.row, p.column, p.value) for p in report.problems]


GOOD = {
    "offices": "2330100,杭州市税务局,3,,3301,2018-06-15\n2330101,上城税务所,5,2330100,330102,2018/6/15\n",
    "posts": "P-1,一岗,2330101,D-1,管理股,OFFICER,20180615\nP-2,局长,2330100,,,DIRECTOR,\n",
    "people": "zhang,张三,P-1,2018-06-15,\nli,李四,P-2,,\nli,李四,P-1,,2030-01-01\n",
}


def test_good_rows_become_offices_posts_people_and_appointments(bring, town) -> None:
    report = bring(**GOOD, confirmed=True)
    assert report.problems == []
    assert report.files == {
        "offices": {"read": 2, "made": 2, "changed": 0, "rejected": 0},
        "posts": {"read": 2, "made": 2, "changed": 0, "duties": 2, "rejected": 0},
        "people": {"read": 3, "made": 2, "changed": 0, "appointments": 3, "rejected": 0},
    }
    assert Office.objects.get(code="2330101").path == "2330100/2330101/"
    assert Post.objects.get(code="P-1").department.name == "管理股"
    zhang, li = User.objects.get(username="zhang"), User.objects.get(username="li")
    assert zhang.scope("household.view").offices == ("2330101",)
    assert (li.office.code, li.post_title, li.appointments.count()) == ("2330100", "局长", 2)
    assert not zhang.has_usable_password()
    record = AccessRecord.objects.get(verb="org.import")
    assert len(record.after["files"]["people"]) == 64


def test_again_changes_nothing_and_corrected_names_are_taken(bring) -> None:
    bring(**GOOD)
    report = bring(**GOOD)
    assert all(one["made"] == one["changed"] == 0 for one in report.files.values())
    assert report.files["people"]["appointments"] == 0
    report = bring(**{**GOOD, "people": GOOD["people"].replace("张三", "张叁")})
    assert report.files["people"]["changed"] == 1
    assert User.objects.get(username="zhang").display_name == "张叁"


def test_a_dry_run_tells_the_same_and_leaves_nothing(bring) -> None:
    before = (Office.objects.count(), Post.objects.count(), User.objects.count(), AccessRecord.objects.count())
    report = bring(**GOOD, dry_run=True)
    assert report.files["people"]["appointments"] == 3
    assert (Office.objects.count(), Post.objects.count(), User.objects.count(), AccessRecord.objects.count()) == before


def test_appointments_wait_for_a_security_administrator_unless_at_the_machine(bring, town) -> None:
    report = bring(**GOOD)
    assert report.waiting == 3
    assert not User.objects.get(username="zhang").holds("household.view")
    waiting = Appointment.objects.filter(confirmed_at=None)
    assert set(waiting.values_list("appointed_by", flat=True)) == {None}


def test_what_is_wrong_is_named_with_its_place_and_the_rest_goes_on(bring) -> None:
    report = bring(
        offices="2330100,杭州市税务局,3,,3301,2018-06-15\n"
        "2330101,上城税务所,9,2330100,330102,2018-06-15\n"
        "2330102,,5,2330100,330102,2018-06-15\n"
        "2330 103,错码所,5,2330100,330102,2018-06-15\n"
        "2330104,无上级所,5,999,330102,2018-06-15\n"
        "2330105,同级局,3,2330100,33x,2018-06-31\n"
        "2330100,重复,3,,3301,\n",
        posts="P-1,一岗,2330100,,,OFFICER;AUDITOR,\nP-2,二岗,2330101,,,,\nP-3,三岗,2330100,,,无此岗责,\nP-4,四岗,2330100,,,OFFICER,2018-06-15\n",
        people="张三,张三,P-4,,\nli,李四,P-9,,\nwang,王五,P-4,2026-13-01,\nzhao,赵六,P-4,2026-01-02,2026-01-01\nsun,孙七,P-4,,\n"
        "sun,孙七,P-4,,\n",
    )
    assert _found(report) == [
        ("ORG-I04", 3, "级次", "9"),
        ("ORG-I01", 4, "机关名称", ""),
        ("ORG-I02", 5, "机关代码", "2330 103"),
        ("ORG-I05", 6, "上级机关代码", "999"),
        ("ORG-I07", 7, "启用日期", "2018-06-31"),
        ("ORG-I16", 7, "行政区划", "33x"),
        ("ORG-I03", 8, "机关代码", "2330100"),
        ("ORG-I10", 2, "岗责", "OFFICER;AUDITOR"),
        ("ORG-I08", 3, "机关代码", "2330101"),
        ("ORG-I09", 4, "岗责", "无此岗责"),
        ("ORG-I12", 2, "账号", "张三"),
        ("ORG-I11", 3, "岗位代码", "P-9"),
        ("ORG-I07", 4, "任职日期", "2026-13-01"),
        ("ORG-I19", 5, "止任日期", "2026-01-01"),
        ("ORG-I03", 7, "岗位代码", "P-4"),
    ]
    assert all(p.message and p.fix and p.file.endswith(".csv") for p in report.problems)
    assert (report.files["offices"]["made"], report.files["posts"]["made"]) == (1, 1)
    assert User.objects.filter(username="sun").exists()
    assert report.rejected == 14


def test_levels_and_existing_superiors_are_respected(bring) -> None:
    report = bring(
        offices="3000001,低级局,3,1440306,4403,\n1440306A,西乡税务所,5,1440300,440306,\n1440306,宝安区税务局,4,1440300,440306,\n"
    )
    assert _found(report) == [("ORG-I15", 3, "上级机关代码", "1440300"), ("ORG-I06", 2, "级次", "3")][::-1]


def test_nobody_gains_an_action_and_its_control_through_a_file(bring, town) -> None:
    auditor = town.people[StandardDuty.AUDITOR]
    report = bring(
        posts="P-1,一岗,1440300,,,OFFICER,\nP-2,审计,1440300,,,AUDITOR,\n",
        people=f"{auditor.username},何静,P-1,,\nnew,新人,P-1,,2030-01-01\nnew,新人,P-2,2029-01-01,\nok,旧人,P-1,,2030-01-01\n"
        "ok,旧人,P-2,2030-01-01,\n",
    )
    assert _found(report) == [
        ("ORG-I13", 2, "岗位代码", "P-1"),
        ("ORG-I13", 3, "岗位代码", "P-1"),
        ("ORG-I13", 4, "岗位代码", "P-2"),
    ]
    assert User.objects.get(username="ok").appointments.count() == 2
    assert not User.objects.filter(username="new").exists()


def test_an_administrator_imports_within_reach_gives_no_duties_and_appoints_not_themselves(bring, town) -> None:
    local = town.officer("local", "county", StandardDuty.SYSTEM_ADMIN)
    report = bring(
        offices="N1,新所,5,1440306,440306,\nN2,外所,5,1440300,440303,\n1440306A,西乡税务所,5,1440306,440306,\n",
        posts="P-1,一岗,N1,,,DIRECTOR,\nP-2,外岗,1440303,,,,\n",
        people="new,新人,P-1,,\nlocal,自己,P-1,,\nfar,外人,1440303-OFFICER,,\nofficer,改名,P-1,,\n",
        actor=town.fresh(local),
        confirmed=True,
    )
    assert _found(report) == [
        ("ORG-I14", 3, "机关代码", "N2"),
        ("ORG-W01", 2, "岗责", "DIRECTOR"),
        ("ORG-I14", 3, "机关代码", "1440303"),
        ("ORG-I22", 3, "账号", "local"),
        ("ORG-I14", 4, "岗位代码", "1440303-OFFICER"),
    ]
    assert not PostDuty.objects.filter(post__code="P-1").exists()
    made = Appointment.objects.get(user__username="new")
    assert (made.appointed_by, made.confirmed_at) == (local, None)
    assert User.objects.get(username="officer").display_name == "税收管理员"
    with pytest.raises(OutOfReachError):
        bring(**GOOD, actor=town.security)


def test_a_leaver_is_not_brought_back_by_a_file(bring, town) -> None:
    User.objects.filter(username="officer").update(is_active=False)
    assert _found(bring(people="OFFICER,回来,1440303-OFFICER,,\n")) == [("ORG-I17", 2, "账号", "OFFICER")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_in_either_encoding_is_read(tmp_path, town, encoding) -> None:
    path = tmp_path / "机关.csv"
    path.write_text(OFFICES + "2330100,杭州市税务局,3,,3301,\n", encoding=encoding)
    import_organisation(actor=None, now=town.now, offices=path)
    assert Office.objects.get(code="2330100").name == "杭州市税务局"


def test_a_workbook_is_read_with_its_days_and_numbers(tmp_path, town) -> None:
    book = Workbook()
    book.active.append(OFFICES.strip().split(","))
    book.active.append([2330100, "杭州市税务局", 3.0, None, 3301, datetime(2018, 6, 15)])
    path = tmp_path / "机关.xlsx"
    book.save(path)
    report = import_organisation(actor=None, now=town.now, offices=path)
    assert report.problems == []
    office = Office.objects.get(code="2330100")
    assert (office.level, office.division_code, str(office.valid_from)) == (3, "3301", "2018-06-15")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "ORG-F01"),
        ("b.csv", b"office_code,level\n1,2\n", "ORG-F02"),
        ("c.csv", b"\xff\xfe\x00\x01", "ORG-F04"),
        ("d.xlsx", b"not a workbook", "ORG-F05"),
    ],
)
def test_a_file_that_cannot_be_read_imports_nothing(tmp_path, town, name, content, code) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnableToReadFileError, match=code):
        import_organisation(actor=None, now=town.now, offices=path)
    with pytest.raises(UnableToImportError):
        import_organisation(actor=None, now=town.now)


def test_a_simulated_organisation_comes_in_whole_and_the_same_each_time(tmp_path, town) -> None:
    def make(folder: str) -> dict[str, Path]:
        return simulate_organisation(tmp_path / folder, offices=120, people=700, seed=3, progress=lambda s, d: None)

    first, second = make("a"), make("b")
    assert [p.read_bytes() for p in first.values()] == [p.read_bytes() for p in second.values()]
    report = import_organisation(actor=None, now=town.now, confirmed=True, **first)
    assert report.problems == []
    assert (report.files["offices"]["made"], report.files["people"]["appointments"]) == (120, 700)
    assert all(
        o.path == f"{o.parent.path if o.parent else ''}{o.code}/" for o in Office.objects.select_related("parent")
    )


def test_every_code_is_documented() -> None:
    page = (Path(__file__).parents[6] / "docs" / "subsystems" / "org.md").read_text("utf-8")
    assert [code for code in CODES if code not in page] == []
