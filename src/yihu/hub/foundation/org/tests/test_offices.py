"""Offices change by days, and whoever is in charge of their households changes with them."""

from datetime import timedelta

import pytest

from yihu.hub.base.access import scope_for
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import OfficeAct, OfficeLevel, StandardDuty
from yihu.hub.foundation.org.models import Appointment, Office, OfficeChange
from yihu.hub.foundation.org.services import offices
from yihu.hub.foundation.org.services.office_rules import UnableToChangeOfficeError
from yihu.hub.foundation.org.services.permits import OutOfReachError

pytestmark = pytest.mark.django_db


def _open(town, code="1440399", level=OfficeLevel.BRANCH, parent="county", **more):
    return town.do(
        offices.open_office, code=code, name="新设税务所", level=level, parent=town.offices[parent],
        effective_on=town.today, **more,
    )  # fmt: skip


def test_an_office_opens_below_its_superior_and_the_record_says_so(town) -> None:
    made = _open(town, division_code="440306", note="编办〔2026〕8号")
    assert made.path == "1440300/1440306/1440399/"
    record = AccessRecord.objects.get(verb="office.open")
    assert (record.actor_username, record.purpose, record.after["title"]) == (
        "system_admin",
        "编办〔2026〕8号",
        "新设税务所",
    )


@pytest.mark.parametrize(
    ("code", "level", "parent", "word"),
    [
        ("1440306", OfficeLevel.BRANCH, "county", "已在用"),
        ("14 40", OfficeLevel.BRANCH, "county", "不合规"),
        ("1440398", OfficeLevel.COUNTY, "county", "不能隶属于"),
        ("1440397", OfficeLevel.PROVINCE, "bureau", "不能隶属于"),
    ],
)
def test_a_wrong_code_or_place_opens_nothing(town, code, level, parent, word) -> None:
    before = Office.objects.count()
    with pytest.raises((offices.UnableToOpenOfficeError, UnableToChangeOfficeError), match=word):
        _open(town, code, level, parent)
    assert Office.objects.count() == before


def test_only_who_reaches_an_office_keeps_it(town) -> None:
    local = town.officer("local-admin", "county", StandardDuty.SYSTEM_ADMIN)
    rename = {"name": "改名", "effective_on": town.today}
    town.do(offices.rename_office, actor=local, office=town.offices["branch"], **rename)
    for elsewhere in ("bureau", "east"):
        with pytest.raises(OutOfReachError, match="管辖范围"):
            town.do(offices.rename_office, actor=local, office=town.offices[elsewhere], **rename)
    with pytest.raises(OutOfReachError, match="没有"):
        town.do(offices.rename_office, actor=town.security, office=town.offices["branch"], **rename)


def test_a_moved_office_takes_everything_below_along_and_changes_hands(town) -> None:
    chief = town.officer("chief-of-county", "county", StandardDuty.SECTION_CHIEF)
    assert "1440303" not in scope_for(chief, "household.view").offices
    town.do(
        offices.move_office,
        office=town.offices["east"],
        parent=town.offices["county"],
        effective_on=town.today,
    )
    assert Office.objects.get(code="1440303").path == "1440300/1440306/1440303/"
    assert "1440303" in scope_for(town.fresh(chief), "household.view").offices
    with pytest.raises(UnableToChangeOfficeError, match="之下"):
        town.do(
            offices.move_office,
            office=town.offices["county"],
            parent=Office.objects.get(code="1440303"),
            effective_on=town.today,
        )


def test_a_subtree_is_rewritten_whole(town) -> None:
    town.do(
        offices.open_office, code="1440400", name="珠海市税务局", level=OfficeLevel.COUNTY,
        parent=town.offices["bureau"], effective_on=town.today,
    )  # fmt: skip
    Office.objects.filter(code="1440306").update(level=OfficeLevel.COUNTY)
    Office.objects.filter(code="1440400").update(level=OfficeLevel.PROVINCE)
    town.do(
        offices.move_office,
        office=town.offices["county"],
        parent=Office.objects.get(code="1440400"),
        effective_on=town.today,
    )
    assert list(Office.objects.filter(path__contains="1440306").values_list("path", flat=True)) == [
        "1440300/1440400/1440306/",
        "1440300/1440400/1440306/1440306A/",
    ]


def test_a_change_waits_for_its_day_and_may_be_cancelled_until_then(town) -> None:
    office = town.offices["west"]
    change = town.do(offices.rename_office, office=office, name="南山新所", effective_on=town.day(3))
    other = town.do(offices.rename_office, office=office, name="另一个名", effective_on=town.day(4))
    assert offices.apply_due_changes(now=town.now) == 0
    town.do(offices.cancel_change, change=other)
    with pytest.raises(UnableToChangeOfficeError, match="取消"):
        town.do(offices.cancel_change, change=other)
    assert offices.apply_due_changes(now=town.now + timedelta(days=9)) == 1
    office.refresh_from_db()
    change.refresh_from_db()
    assert office.name == "南山新所"
    assert change.applied_at is not None
    assert offices.apply_due_changes(now=town.now + timedelta(days=10)) == 0


def test_a_change_that_no_longer_fits_keeps_the_reason(town) -> None:
    town.do(offices.move_office, office=town.offices["east"], parent=town.offices["county"], effective_on=town.day(2))
    Office.objects.filter(code="1440306").update(valid_to=town.day(1))
    assert offices.apply_due_changes(now=town.now + timedelta(days=2)) == 0
    change = OfficeChange.objects.get(act=OfficeAct.MOVE)
    assert "不是有效机关" in change.failure
    assert change.applied_at is None


def test_a_merged_office_leaves_its_households_to_the_other_and_its_posts_end(town) -> None:
    east, west = town.offices["east"], town.offices["west"]
    officer, successor = town.officer("old", "west"), town.officer("heir", "east")
    town.do(offices.merge_office, office=west, into=east, effective_on=town.today, note="合并")
    assert scope_for(town.fresh(successor), "household.view").offices == ("1440303", "1440305")
    assert town.fresh(officer).office == east
    assert not town.fresh(officer).holds("household.view")
    west.refresh_from_db()
    assert (west.merged_into, west.valid_to, west.path) == (east, town.today, "1440300/1440303/1440305/")
    # The one it was merged into is merged in turn: the households follow.
    town.do(offices.merge_office, office=Office.objects.get(pk=east.pk), into=town.offices["county"],
            effective_on=town.today)  # fmt: skip
    last = town.officer("last", "county")
    assert set(scope_for(last, "household.view").offices) == {"1440306", "1440303", "1440305"}


def test_an_office_cannot_merge_into_its_own_subordinate(town) -> None:
    with pytest.raises(UnableToChangeOfficeError, match="自己的下级"):
        town.do(
            offices.merge_office, office=town.offices["county"], into=town.offices["branch"], effective_on=town.today
        )


def test_an_office_with_people_or_subordinates_does_not_close(town) -> None:
    close = {"effective_on": town.today}
    with pytest.raises(UnableToChangeOfficeError, match="下级机关"):
        town.do(offices.close_office, office=town.offices["county"], **close)
    with pytest.raises(UnableToChangeOfficeError, match="2 人在岗"):
        town.do(offices.close_office, office=town.offices["east"], **close)
    Appointment.objects.filter(post__office=town.offices["east"]).update(valid_to=town.today)
    town.do(offices.close_office, office=town.offices["east"], **close)
    assert Office.objects.get(code="1440303").valid_to == town.today
    with pytest.raises(UnableToChangeOfficeError, match="不是有效机关"):
        town.do(offices.rename_office, office=town.offices["east"], name="再改", effective_on=town.today)


def test_the_office_of_the_last_administrators_does_not_vanish(town) -> None:
    from yihu.hub.foundation.org.services.continuity import LastAdministratorError

    top = Office.objects.create(
        code="TOP", name="总局", level=OfficeLevel.HEADQUARTERS, path="TOP/", valid_from=town.day(-1)
    )
    with pytest.raises(LastAdministratorError, match="无人持有"):
        offices.merge_office(actor=None, now=town.now, office=town.offices["bureau"], into=top, effective_on=town.today)
    assert Office.objects.get(code="1440300").valid_to is None
