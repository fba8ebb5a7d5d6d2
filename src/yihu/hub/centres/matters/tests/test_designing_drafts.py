"""A draft from its beginning to a version in force, and every step that is refused on the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.bundle import bundle_of
from yihu.hub.centres.matters.catalogue.designing.beginnings import begin_bundle
from yihu.hub.centres.matters.catalogue.designing.differences import How, differ
from yihu.hub.centres.matters.catalogue.designing.sections import put_section
from yihu.hub.centres.matters.catalogue.files import digest_of, read_folder
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.hub.centres.matters.choices import BundleState, PlayState, VersionState
from yihu.hub.centres.matters.models import BundleDraft, BundleFile, MatterVersion
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files, files_of
from yihu.hub.centres.matters.selectors.versions import find_in_force
from yihu.hub.centres.matters.services.designing import drafting, playing, publishing
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.centres.matters.services.designing.writing import remove_file, save_file
from yihu.hub.centres.matters.services.playing import play_case
from yihu.hub.centres.matters.services.versions import draft_version, publish_version
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.screens.testing import ListContract

pytestmark = pytest.mark.django_db
LEAVE = Path(__file__).parents[6] / "matters" / "office" / "leave"


@pytest.fixture
def designer(cast: dict[Any, Any]) -> Any:
    return cast[StandardDuty.SYSTEM_ADMIN]


@pytest.fixture
def reviewer(cast: dict[Any, Any]) -> Any:
    return cast[StandardDuty.OPERATOR]


@pytest.fixture
def leave(db: None) -> MatterVersion:
    version, _ = draft_version(files=read_folder(LEAVE), actor=None, now=timezone.now())
    return publish_version(version=version, actor=None, now=timezone.now())


@pytest.fixture
def draft(leave: MatterVersion, designer: Any) -> BundleDraft:
    return drafting.start_from(version=leave, reason="加一个字段", actor=designer, now=timezone.now())


def put(draft: BundleDraft, name: str, text: str, actor: Any, revision: int | None = None) -> BundleFile:
    if revision is None:
        revision = BundleFile.objects.filter(draft=draft, name=name).values_list("revision", flat=True).first() or 0
    return save_file(draft=draft, name=name, text=text, revision=revision, actor=actor, now=timezone.now())


def with_field(text: str) -> str:
    form = json.loads(text)
    form["properties"]["car"] = {"type": "boolean", "title": "自驾"}
    form["x-groups"][1]["fields"].append("car")
    return json.dumps(form, ensure_ascii=False)


def refused(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(UnableToDesignError) as error:
        act()
    assert error.value.code == code, str(error.value)


def ready(draft: BundleDraft, designer: Any) -> None:
    """Changed, its cases passed, sent for review."""
    put(draft, "form.json", with_field(files_of(draft)["form.json"]), designer)
    said = playing.run_cases(draft=draft, actor=designer, now=timezone.now())
    assert said.went_well, BundleDraft.objects.get(pk=draft.pk).played
    drafting.submit(draft=draft, actor=designer, now=timezone.now())


def test_a_draft_becomes_the_version_in_force_by_another_person(
    draft: BundleDraft, designer: Any, reviewer: Any, leave: MatterVersion
) -> None:
    ready(draft, designer)
    version = publishing.publish(draft=draft, actor=reviewer, now=timezone.now(), note="可以")
    assert find_in_force("office/leave", timezone.localdate()) == version
    assert (version.edition, version.state, version.digest) == (
        "1.1",
        VersionState.PUBLISHED,
        digest_of(files_of(draft)),
    )
    leave.refresh_from_db()
    assert leave.state == VersionState.SUPERSEDED
    assert "car" not in leave.files["form.json"]
    draft.refresh_from_db()
    assert (draft.state, draft.published_digest) == (BundleState.PUBLISHED, version.digest)
    refused("MTR-W01", lambda: put(draft, "form.json", "{}", designer))


def test_the_cases_leave_nothing_behind(draft: BundleDraft, designer: Any) -> None:
    from yihu.hub.centres.matters.models import Case, Matter
    from yihu.hub.foundation.org.models import Office, User

    before = [model.objects.count() for model in (Case, Matter, MatterVersion, Office, User)]
    playing.run_cases(draft=draft, actor=designer, now=timezone.now())
    assert [model.objects.count() for model in (Case, Matter, MatterVersion, Office, User)] == before
    draft.refresh_from_db()
    assert draft.play_state == PlayState.PASSED
    assert all(row["steps"] for row in draft.played)


def test_a_counter_matter_is_played_under_the_webs_own_role(web_role: None) -> None:
    # The stage's offices must lie within "everything" and below one another for PostgreSQL's policies too.
    bundle = bundle_of(read_folder(LEAVE.parents[1] / "invoice" / "quota"))
    result = play_case(bundle, "cases/small.yaml", bundle.plays["cases/small.yaml"])
    assert result.passed, result.trouble


def test_cases_that_fail_stop_the_draft_and_say_where(draft: BundleDraft, designer: Any) -> None:
    text = files_of(draft)["cases/short.yaml"].replace("letters: [permit]", "letters: [refusal]")
    put(draft, "cases/short.yaml", text, designer)
    said = playing.run_cases(draft=draft, actor=designer, now=timezone.now())
    assert not said.went_well
    draft.refresh_from_db()
    failed = [row for row in draft.played if not row["passed"]]
    assert [row["file"] for row in failed] == ["cases/short.yaml"]
    assert "文书应为" in failed[0]["trouble"]
    refused("MTR-W08", lambda: drafting.submit(draft=draft, actor=designer, now=timezone.now()))


def test_a_process_that_turns_for_ever_ends_as_a_case_that_failed(draft: BundleDraft, designer: Any) -> None:
    flow = '<bpmn:sequenceFlow id="%s" sourceRef="%s" targetRef="%s" />'
    leave = (
        '<bpmn:sequenceFlow id="%s" sourceRef="%s" targetRef="Longer"><bpmn:conditionExpression '
        'xsi:type="bpmn:tFormalExpression">form.days &gt; 9000</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    turning = '<bpmn:exclusiveGateway id="A" default="AB" /><bpmn:exclusiveGateway id="B" default="BA" />'
    turning += flow % ("AB", "A", "B") + flow % ("BA", "B", "A") + leave % ("AL", "A") + leave % ("BL", "B")
    text = files_of(draft)["process.bpmn"].replace('targetRef="Longer"', 'targetRef="A"', 1)
    put(draft, "process.bpmn", text.replace("<bpmn:startEvent", turning + "<bpmn:startEvent", 1), designer)
    said = playing.run_cases(draft=draft, actor=designer, now=timezone.now())
    assert not said.went_well
    draft.refresh_from_db()
    assert {row["file"] for row in draft.played if not row["passed"]} >= {"cases/short.yaml", "cases/long.yaml"}


def test_a_change_after_the_cases_asks_for_them_again(draft: BundleDraft, designer: Any) -> None:
    playing.run_cases(draft=draft, actor=designer, now=timezone.now())
    put(draft, "form.json", with_field(files_of(draft)["form.json"]), designer)
    draft.refresh_from_db()
    assert draft.play_state == PlayState.NEVER
    refused("MTR-W08", lambda: drafting.submit(draft=draft, actor=designer, now=timezone.now()))


def test_whoever_took_part_may_not_publish(draft: BundleDraft, designer: Any, reviewer: Any) -> None:
    # The reviewer once wrote a file, which another has overwritten since: the history still knows.
    put(draft, "letters/permit.txt", "# 甲", reviewer)
    put(draft, "letters/permit.txt", read_folder(LEAVE)["letters/permit.txt"], designer)
    ready(draft, designer)
    for person in (designer, reviewer):
        refused("MTR-W09", lambda who=person: publishing.publish(draft=draft, actor=who, now=timezone.now()))


def test_nobody_overwrites_what_they_have_not_seen(draft: BundleDraft, designer: Any, reviewer: Any) -> None:
    first = put(draft, "letters/permit.txt", "# 甲", designer, revision=1)
    assert first.revision == 2
    refused("MTR-W02", lambda: put(draft, "letters/permit.txt", "# 乙", reviewer, revision=1))
    assert files_of(draft)["letters/permit.txt"] == "# 甲"
    remove_file(draft=draft, name="letters/permit.txt", actor=designer, now=timezone.now())
    refused("MTR-W02", lambda: put(draft, "letters/permit.txt", "# 丙", reviewer, revision=2))


def test_problems_nothing_new_and_needed_files_are_refused(draft: BundleDraft, designer: Any) -> None:
    refused("MTR-W03", lambda: remove_file(draft=draft, name="form.json", actor=designer, now=timezone.now()))
    manifest = files_of(draft)["matter.yaml"]
    put(draft, "matter.yaml", manifest.replace("'1.1'", '"1.0"'), designer)
    refused("MTR-W11", lambda: drafting.submit(draft=draft, actor=designer, now=timezone.now()))
    put(draft, "matter.yaml", manifest.replace("'1.1'", '"1.0"') + "\n# 改了一行\n", designer)
    refused("MTR-W12", lambda: drafting.submit(draft=draft, actor=designer, now=timezone.now()))
    put(draft, "matter.yaml", manifest.replace("prefix: QJ", "prefix: q"), designer)
    refused("MTR-W07", lambda: drafting.submit(draft=draft, actor=designer, now=timezone.now()))
    refused("MTR-W07", lambda: playing.run_cases(draft=draft, actor=designer, now=timezone.now()))


def test_a_condition_over_a_field_that_is_not_there_is_a_problem_of_its_flow(draft: BundleDraft) -> None:
    files = files_of(draft)
    process = files["process.bpmn"].replace("form.days &gt; 3", "form.dayz &gt; 3", 1)
    found = examine_files({**files, "process.bpmn": process})
    assert [(p.code, p.place) for p in found] == [("MTR-E01", "FlowLong")]


def test_one_open_draft_a_matter(draft: BundleDraft, leave: MatterVersion, designer: Any) -> None:
    refused("MTR-W06", lambda: drafting.start_from(version=leave, reason="再来", actor=designer, now=timezone.now()))
    drafting.discard(draft=draft, actor=designer, now=timezone.now())
    assert drafting.start_from(version=leave, reason="再来", actor=designer, now=timezone.now()).pk != draft.pk


def test_review_can_be_taken_back_and_sent_back(draft: BundleDraft, designer: Any, reviewer: Any) -> None:
    ready(draft, designer)
    drafting.take_back(draft=draft, actor=designer, now=timezone.now())
    drafting.submit(draft=draft, actor=designer, now=timezone.now())
    refused("MTR-W10", lambda: drafting.send_back(draft=draft, note=" ", actor=reviewer, now=timezone.now()))
    drafting.send_back(draft=draft, note="请写清提示", actor=reviewer, now=timezone.now())
    draft.refresh_from_db()
    assert (draft.state, draft.review_note) == (BundleState.DRAFT, "请写清提示")


def test_a_version_published_meanwhile_is_not_undone_unseen(
    draft: BundleDraft, designer: Any, reviewer: Any, leave: MatterVersion
) -> None:
    ready(draft, designer)
    files = {**leave.files, "letters/permit.txt": leave.files["letters/permit.txt"] + "\n又一行\n"}
    other, _ = draft_version(files=files, actor=None, now=timezone.now())
    publish_version(version=other, actor=None, now=timezone.now())
    refused("MTR-W12", lambda: publishing.publish(draft=draft, actor=reviewer, now=timezone.now()))


def test_a_new_matter_begins_sound_and_its_cases_pass(designer: Any) -> None:
    made = drafting.start_new(
        family="office", code="stamp", name="用印", prefix="YY", reason="新业务", actor=designer, now=timezone.now()
    )
    assert [str(p) for p in examine_files(files_of(made))] == []
    assert playing.run_cases(draft=made, actor=designer, now=timezone.now()).went_well
    drafting.submit(draft=made, actor=designer, now=timezone.now())


def test_names_with_markup_stay_names() -> None:
    name = 'a"b: {c} <d> & e\\'
    files = begin_bundle(family="office", code="odd", name=name, prefix="OD", day="2026-01-01")
    assert read_yaml("matter.yaml", files["matter.yaml"])[0]["name"] == name
    assert bundle_of(files).spec.name == name


def test_the_difference_tells_fields_nodes_and_manifest(leave: MatterVersion) -> None:
    before = leave.files
    process = before["process.bpmn"].replace(
        '<bpmn:userTask id="LeaderApproval"', '<bpmn:userTask id="LeaderApproval" yihu:mode="all"', 1
    )
    manifest = put_section(
        before["matter.yaml"], "time_limit", {"length": 4, "unit": "working_days", "start": "submit"}
    )
    after = {**before, "form.json": with_field(before["form.json"]), "process.bpmn": process, "matter.yaml": manifest}
    del after["cases/wrong.yaml"]
    found = differ(before, after)
    assert [(c.how, c.key) for c in found.fields] == [(How.ADDED, "car")]
    assert [(c.key, c.details) for c in found.nodes] == [("LeaderApproval", (("多人怎样办", "", "all"),))]
    assert {c.key: c.how for c in found.manifest} == {
        "time_limit.length": How.CHANGED, "time_limit.pause_at.Apply": How.REMOVED,
    }  # fmt: skip
    assert {f.name: f.how for f in found.files}["cases/wrong.yaml"] == How.REMOVED
    assert differ(before, before).is_empty
    moved = {**before, "process.bpmn": before["process.bpmn"].replace('x="380"', 'x="381"', 1)}
    if moved != before:
        assert differ(before, moved).redrawn_only


def test_a_section_is_replaced_and_every_other_line_stays(leave: MatterVersion) -> None:
    text = leave.files["matter.yaml"]
    changed = put_section(text, "low_risk", None)
    assert changed.replace("low_risk", "") == changed
    assert changed.count("\n") == text.count("\n") - 1
    assert "# Lane of process.bpmn: who acts in it." in put_section(text, "roles", {"申请人": {"initiator": True}})
    again = put_section(changed, "low_risk", True)
    assert read_yaml("matter.yaml", again)[0] == read_yaml("matter.yaml", text)[0]
    for key, value in read_yaml("matter.yaml", text)[0].items():
        assert read_yaml("matter.yaml", put_section(text, key, value))[0] == read_yaml("matter.yaml", text)[0], key


@pytest.fixture
def as_(cast: dict[Any, Any]) -> Callable[[StandardDuty], Client]:
    def sit(duty: StandardDuty) -> Client:
        client = Client()
        client.force_login(cast[duty])
        return client

    return sit


def test_pages_open_for_designer_and_reviewer_and_for_nobody_else(
    draft: BundleDraft, as_: Callable[[StandardDuty], Client]
) -> None:
    here = f"/matters/design/{draft.pk}/"
    pages = ["", "difference/", "cases/", "process/", "form/", "manifest/", "files/letters/permit.txt"]
    for duty in StandardDuty:
        client = as_(duty)
        allowed = duty in {StandardDuty.SYSTEM_ADMIN, StandardDuty.OPERATOR}
        for page in pages:
            assert client.get(here + page).status_code == (200 if allowed else 403), (duty, page)
    reviewer = as_(StandardDuty.OPERATOR)
    assert reviewer.get(f"{here}manifest/basic/").status_code == 403
    assert reviewer.post(f"{here}files/save/form.json", "{}", content_type="application/json").status_code == 403
    assert reviewer.post(f"{here}submit/").status_code == 403
    assert as_(StandardDuty.SYSTEM_ADMIN).post(f"{here}publish/").status_code == 403


def test_saving_answers_with_problems_and_a_stale_save_with_409(
    draft: BundleDraft, as_: Callable[[StandardDuty], Client]
) -> None:
    client, url = as_(StandardDuty.SYSTEM_ADMIN), f"/matters/design/{draft.pk}/files/save/letters/permit.txt"
    sent = {"text": "# 甲\n{{ form.nothing }}", "revision": 1}
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    assert [p["code"] for p in answer.json()["problems"]] == ["MTR-L01"]
    assert client.post(url, json.dumps(sent), content_type="application/json").status_code == 409
    foreign = f"/matters/design/{draft.pk}/files/save/letters/../../x.py"
    assert client.post(foreign, json.dumps(sent), content_type="application/json").status_code in {404, 422}
    assert client.post(url, "[1]", content_type="application/json").status_code == 404


def test_the_preview_is_the_real_form_with_everything_escaped(
    draft: BundleDraft, as_: Callable[[StandardDuty], Client]
) -> None:
    form = json.loads(files_of(draft)["form.json"])
    form["properties"]["reason"]["title"] = "<script>alert(1)</script>{{ 7|add:7 }}"
    body = {"text": json.dumps(form), "values": [["kind", "MATERNITY"], ["reason", "<b>x</b>"], ["_add", "handover"]]}
    url = f"/matters/design/{draft.pk}/form/preview/"
    answer = as_(StandardDuty.SYSTEM_ADMIN).post(url, json.dumps(body), content_type="application/json").json()
    assert "预产期" in answer["html"]
    assert "handover.0.what" in answer["html"]
    assert "&lt;script&gt;" in answer["html"]
    assert "<script>" not in answer["html"]
    assert "{{ 7|add:7 }}" in answer["html"]
    assert "<b>x</b>" not in answer["html"]


def test_an_import_is_refused_with_every_reason(draft: BundleDraft, as_: Callable[[StandardDuty], Client]) -> None:
    text = files_of(draft)["process.bpmn"].replace("<bpmn:startEvent", '<bpmn:scriptTask id="S" /><bpmn:startEvent', 1)
    url = f"/matters/design/{draft.pk}/process/import/"
    answer = as_(StandardDuty.SYSTEM_ADMIN).post(url, json.dumps({"text": text}), content_type="application/json")
    assert answer.status_code == 422
    assert "scriptTask" in answer.json()["problems"][0]["message"]
    good = {"text": files_of(draft)["process.bpmn"]}
    assert as_(StandardDuty.SYSTEM_ADMIN).post(url, json.dumps(good), content_type="application/json").json() == {
        "ok": True
    }


@pytest.mark.parametrize("section", ["basic", "roles", "limit", "naming", "basis", "materials", "checks", "outcomes",
                                     "letters", "notices"])  # fmt: skip
def test_a_section_saved_unchanged_says_the_same(
    draft: BundleDraft, as_: Callable[[StandardDuty], Client], section: str
) -> None:
    client, url = as_(StandardDuty.SYSTEM_ADMIN), f"/matters/design/{draft.pk}/manifest/{section}/"
    before = read_yaml("matter.yaml", files_of(draft)["matter.yaml"])[0]
    shown = client.get(url).context
    sent = {name: shown["form"][name].value() for name in shown["form"].fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    answer = client.post(url, {**sent, "revision": shown["revision"]})
    assert answer.status_code == 302, answer.context["form"].errors
    assert read_yaml("matter.yaml", files_of(draft)["matter.yaml"])[0] == before


class TestList(ListContract):
    """The list of drafts."""

    address = "/matters/design/"
    holders = frozenset({"SYSTEM_ADMIN", "OPERATOR"})

    @pytest.fixture(autouse=True)
    def rows(self, draft: BundleDraft) -> BundleDraft:
        return draft
