"""Who sees and touches which case: on pages, in verbs, and in PostgreSQL itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from yihu.hub.base.access import Label, scope_for
from yihu.hub.base.row_scope import as_system, within
from yihu.hub.centres.matters.models import Case, Draft, Letter, MatterVersion
from yihu.hub.centres.matters.selectors.cases import list_cases, sight_of
from yihu.hub.centres.matters.services.drafts import begin_draft
from yihu.hub.centres.matters.services.loading import load_bundles
from yihu.hub.centres.matters.services.refusals import UnableToApplyError, UnableToMatterError
from yihu.hub.centres.matters.services.versions import (
    discard_version,
    draft_version,
    play_version,
    publish_version,
    retire_version,
)
from yihu.hub.conftest import appointed
from yihu.hub.foundation.documents.api import store_document
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer

pytestmark = pytest.mark.django_db
OFFICER, CHIEF, DIRECTOR = StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR
Apply = Callable[..., Case]
# Whoever sees the case of an officer of the east office, and whoever must not know that it is there.
SEES = {OFFICER, CHIEF, DIRECTOR}


def test_a_case_opens_for_its_people_and_is_not_there_for_others(
    apply: Apply, cast: Any, client_of: dict[StandardDuty, Client], offices: Any
) -> None:
    case = apply(cast[OFFICER])
    found = {duty: one.get(f"/matters/cases/{case.number}/").status_code for duty, one in client_of.items()}
    assert {duty for duty, status in found.items() if status == 200} == SEES
    assert {status for duty, status in found.items() if duty not in SEES} == {404}
    stranger = Client()
    stranger.force_login(appointed(OFFICER, offices["west"], "west-officer"))
    for part in ("", "?tab=process", "letters/QJ2026-00001-1/", "materials/1/"):
        assert stranger.get(f"/matters/cases/{case.number}/{part}").status_code == 404


def test_nobody_acts_on_a_place_that_is_not_theirs(
    apply: Apply, cast: Any, client_of: dict[StandardDuty, Client]
) -> None:
    case = apply(cast[OFFICER])
    place = case.instance.steps.get(state="OPEN").assignments.get()
    for duty in (OFFICER, DIRECTOR, StandardDuty.SYSTEM_ADMIN):
        answer = client_of[duty].post(f"/matters/cases/{case.number}/act/{place.pk}/", {"verb": "agree"})
        assert answer.status_code == 404, duty
    answer = client_of[CHIEF].post(
        f"/matters/cases/{case.number}/act/{place.pk}/", {"verb": "agree", "opinion": "同意"}
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.outcome == "Granted"


def test_a_draft_is_its_owners_alone(leave: MatterVersion, cast: Any, client_of: dict[StandardDuty, Client]) -> None:
    draft = begin_draft(version=leave, actor=cast[OFFICER], now=timezone.now())
    for duty, one in client_of.items():
        expected = 200 if duty == OFFICER else 404
        assert one.get(f"/matters/drafts/{draft.pk}/").status_code == expected
        if duty != OFFICER:
            for verb in ("save", "submit", "discard"):
                assert one.post(f"/matters/drafts/{draft.pk}/{verb}/", {"kind": "SICK"}).status_code == 404


def test_the_list_holds_what_is_within_reach(apply: Apply, cast: Any, offices: Any) -> None:
    east = apply(cast[OFFICER])
    west_officer = appointed(OFFICER, offices["west"], "west-officer")
    appointed(CHIEF, offices["west"], "west-chief")
    west = apply(west_officer)
    assert set(list_cases(cast[OFFICER])) == {east}
    assert set(list_cases(west_officer)) == {west}
    assert set(list_cases(cast[DIRECTOR])) == {east, west}


def test_a_label_above_the_clearance_hides_a_case(apply: Apply, cast: Any) -> None:
    case = apply(cast[OFFICER])
    Case.objects.update(label=Label.IMPORTANT)
    case.refresh_from_db()
    assert not list_cases(cast[CHIEF]).exists()
    assert set(list_cases(cast[DIRECTOR])) == {case}
    assert sight_of(cast[OFFICER], case) is not None, "the applicant sees their own"
    outsider = type(cast[OFFICER]).objects.get(username="auditor")
    assert sight_of(outsider, case) is None


def test_a_sensitive_field_and_a_personal_number_are_shown_by_clearance(
    apply: Apply, cast: Any, client_of: dict[StandardDuty, Client], offices: Any
) -> None:
    case = apply(cast[OFFICER])
    own = client_of[OFFICER].get(f"/matters/cases/{case.number}/").content.decode()
    assert "13800138000" in own
    assert "带父母体检" in own
    chief = client_of[CHIEF].get(f"/matters/cases/{case.number}/").content.decode()
    assert "13800138000" not in chief
    assert "138****8000" in chief
    colleague = Client()
    colleague.force_login(appointed(OFFICER, offices["east"], "colleague"))
    seen = colleague.get(f"/matters/cases/{case.number}/").content.decode()
    assert "带父母体检" not in seen
    assert "知悉等级不足" in seen


def test_drafting_and_publishing_lie_in_two_hands(leave_files: dict[str, str], cast: Any) -> None:
    author, reviewer = cast[StandardDuty.SYSTEM_ADMIN], cast[StandardDuty.OPERATOR]
    version, _ = draft_version(files=leave_files, actor=author, now=timezone.now())
    with pytest.raises(UnableToMatterError, match="MAT-V03"):
        publish_version(version=version, actor=author, now=timezone.now())
    with pytest.raises(UnableToMatterError, match="MAT-V04"):
        publish_version(version=version, actor=reviewer, now=timezone.now())
    assert play_version(version=version, actor=reviewer, now=timezone.now())
    made = publish_version(version=version, actor=reviewer, now=timezone.now())
    assert made.state == "PUBLISHED"
    with pytest.raises(UnableToMatterError, match="MAT-V02"):
        discard_version(version=made, actor=author)
    with pytest.raises(UnableToMatterError, match="MAT-V05"):
        retire_version(version=made, actor=reviewer, now=timezone.now(), note=" ")
    retire_version(version=made, actor=reviewer, now=timezone.now(), note="改用新系统")
    made.refresh_from_db()
    with pytest.raises(UnableToApplyError, match="MAT-A01"):
        begin_draft(version=made, actor=cast[OFFICER], now=timezone.now())


def test_a_version_that_was_published_cannot_be_altered(leave: MatterVersion) -> None:
    with pytest.raises(Exception, match="Cannot update"):
        MatterVersion.objects.filter(pk=leave.pk).update(files={})


def test_a_case_keeps_its_version_when_another_is_published(
    apply: Apply, leave: MatterVersion, leave_files: dict[str, str], cast: Any
) -> None:
    case = apply(cast[OFFICER])
    changed = leave_files["matter.yaml"].replace('edition: "1.0"', 'edition: "1.1"').replace("length: 3", "length: 9")
    with as_system("测试"):
        newer, _ = draft_version(files={**leave_files, "matter.yaml": changed}, actor=None, now=timezone.now())
        newer = publish_version(version=newer, actor=None, now=timezone.now())
    leave.refresh_from_db()
    case.refresh_from_db()
    assert (leave.state, case.version_id) == ("SUPERSEDED", leave.pk)
    assert case.version.bundle.spec.time_limit.length == 3
    assert apply(cast[OFFICER], newer).version.bundle.spec.time_limit.length == 9


def test_loading_twice_changes_nothing_and_a_faulty_bundle_stops_no_other(
    cast: Any, settings: Any, tmp_path: Any, leave_files: dict[str, str]
) -> None:
    good, bad = tmp_path / "office" / "leave", tmp_path / "office" / "broken"
    for folder in (good, bad):
        for name, text in leave_files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text if folder == good else text.replace("org.take_leave", "os.system"), "utf-8")
    settings.SHIPPED_MATTERS, settings.OWN_MATTERS = tmp_path, None
    found = {one.key: one for one in load_bundles(now=timezone.now())}
    assert (found["office/leave"].state, found["office/broken"].state) == ("new", "refused")
    assert found["office/broken"].problems
    again = {one.key: one.state for one in load_bundles(now=timezone.now())}
    assert again["office/leave"] == "there"
    assert MatterVersion.objects.count() == 1


@pytest.fixture
def counter_case(apply: Apply, cast: Any, offices: Any) -> Case:
    """A case that names a taxpayer of the east office."""
    with as_system("测试"):
        case = apply(cast[OFFICER])
        Taxpayer.objects.create(
            number="91440300MA5EXAMPL0", household_id="H1", name="某公司", office_code="1440303", division_code="440303"
        )
        Case.objects.filter(pk=case.pk).update(taxpayer_number="91440300MA5EXAMPL0", taxpayer_name="某公司")
        Letter.objects.create(
            case=case, code="x", title="文书", number="X-1", text="某公司", digest="0", issued_at=timezone.now()
        )
        store_document(
            data=b"%PDF-1", name="a.pdf", about=case.about, part="proof", kinds={"pdf"}, actor=cast[OFFICER],
            now=timezone.now(),
        )  # fmt: skip
    return case


def _rows() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM matters_case), (SELECT count(*) FROM matters_letter),"
            " (SELECT count(*) FROM documents_document)"
        )
        return list(cursor.fetchone())


def test_postgresql_shows_a_taxpayers_case_to_its_people_only(
    counter_case: Case, cast: Any, offices: Any, web_role: None
) -> None:
    def seen(user: Any, permission: str) -> list[int]:
        with within(scope_for(user, permission), user_id=user.pk, permission=permission):
            return _rows()

    assert _rows() == [0, 0, 0], "without a scope nothing"
    assert seen(cast[OFFICER], "matter.apply") == [1, 1, 1], "the applicant"
    assert seen(cast[CHIEF], "matter.apply") == [1, 1, 1], "who has a place in the process"
    assert seen(cast[DIRECTOR], "matter.apply") == [0, 0, 0], "reach counts only under the permission to see cases"
    assert seen(cast[DIRECTOR], "matter.cases") == [1, 1, 1]
    assert seen(cast[StandardDuty.SYSTEM_ADMIN], "matter.apply") == [0, 0, 0]


def test_postgresql_shows_a_draft_to_its_owner_only(leave: MatterVersion, cast: Any, web_role: None) -> None:
    with as_system("测试"):
        draft = begin_draft(version=leave, actor=cast[OFFICER], now=timezone.now())
    for user, expected in ((cast[OFFICER], 1), (cast[CHIEF], 0)):
        with within(scope_for(user, "matter.apply"), user_id=user.pk, permission="matter.apply"):
            assert Draft.objects.filter(pk=draft.pk).count() == expected
