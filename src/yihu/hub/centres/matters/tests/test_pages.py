"""The pages: the catalogue, the form as it is saved and handed in, the case file, the lists, the keepers' pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from yihu.hub.centres.matters.models import Case, Draft, MatterVersion
from yihu.hub.centres.matters.services.drafts import begin_draft, raw_of_draft
from yihu.hub.centres.matters.services.versions import draft_version
from yihu.hub.centres.matters.tests.conftest import FORM
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.documents.models import Document
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import ListContract, OpensForHolders

EVERYBODY = frozenset(str(duty) for duty in StandardDuty)
BUSINESS = frozenset({"OFFICER", "SECTION_CHIEF", "DIRECTOR"})
OFFICER, CHIEF = StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF
HTMX = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.django_db


class TestCatalogue(OpensForHolders):
    address = "/matters/"
    holders = EVERYBODY


class TestMine(ListContract):
    address = "/matters/mine/"
    holders = EVERYBODY


class TestCases(ListContract):
    address = "/matters/cases/"
    holders = BUSINESS

    @pytest.fixture(autouse=True)
    def rows(self, apply: Callable[..., Case], cast: Any) -> None:
        for _ in range(3):
            apply(cast[OFFICER])

    def test_filters_narrow(self, client_of: dict[StandardDuty, Client]) -> None:
        for query, count in (("q=QJ", 3), ("q=nobody", 0), ("matter=office/leave", 3), ("family=invoice", 0),
                             ("state=OPEN", 3), ("state=DONE", 0), ("late=1", 0), ("office=1440303", 3)):  # fmt: skip
            assert self.opened(client_of, f"?{query}").context["total"] == count, query


class TestStatistics(OpensForHolders):
    address = "/matters/cases/statistics/"
    holders = BUSINESS

    def test_its_figures_are_those_of_the_cases(
        self, apply: Callable[..., Case], cast: Any, client_of: dict[StandardDuty, Client]
    ) -> None:
        first = apply(cast[OFFICER])
        apply(cast[OFFICER])
        ended = {"state": "DONE", "finished_at": timezone.now(), "outcome": "Granted", "outcome_kind": "granted"}
        Case.objects.filter(pk=first.pk).update(**ended, worked_days=2, returns=1)
        total = self.opened(client_of).context["total"]
        assert (total.total, total.finished, total.granted, total.open) == (2, 1, 1, 1)
        assert (total.on_time, total.mean_days, total.returned) == (1.0, 2.0, 0.5)
        answer = self.opened(client_of, "?export=csv&by=office")
        assert "罗湖税务所,2,1,1,1,0,100.0%,2.0,50.0%" in b"".join(answer.streaming_content).decode("utf-8-sig")
        assert self.opened(client_of, "?first=2100-01-01").context["total"].total == 0


class TestWaiting(OpensForHolders):
    address = "/matters/waiting/"
    holders = frozenset({"OPERATOR", "SYSTEM_ADMIN"})


@pytest.fixture
def draft(leave: MatterVersion, cast: Any) -> Draft:
    return begin_draft(version=leave, actor=cast[OFFICER], now=timezone.now())


def test_the_catalogue_finds_by_words(leave: MatterVersion, client_of: dict[StandardDuty, Client]) -> None:
    assert "请假" in client_of[OFFICER].get("/matters/?q=年休假").content.decode()
    assert "没有找到" in client_of[OFFICER].get("/matters/?q=不存在").content.decode()


@pytest.mark.parametrize("tab", ["about", "process", "versions", "cases"])
def test_a_matter_shows_each_part(leave: MatterVersion, client_of: dict[StandardDuty, Client], tab: str) -> None:
    page = client_of[OFFICER].get(f"/matters/items/office/leave/?tab={tab}")
    assert page.status_code == 200
    assert "申请办理" in page.content.decode()
    assert client_of[OFFICER].get("/matters/items/office/leave/?tab=secret").status_code == 404


def test_saving_keeps_all_and_brings_fields_only_when_others_apply(
    draft: Draft, client_of: dict[StandardDuty, Client]
) -> None:
    one, address = client_of[OFFICER], f"/matters/drafts/{draft.pk}/save/"
    shape = one.get(f"/matters/drafts/{draft.pk}/").context["shape"]
    answer = one.post(address, {"kind": "ANNUAL", "reason": "探亲", "_shape": shape}, **HTMX)
    assert answer["HX-Reswap"] == "none"
    assert "草稿已保存" in answer.content.decode()
    answer = one.post(address, {"kind": "SICK", "days": "8", "_shape": shape, "_needed": ""}, **HTMX)
    assert answer["HX-Reswap"] == "none"
    assert "（必交）" in answer.content.decode(), "only the materials come anew"
    answer = one.post(address, {"kind": "MATERNITY", "reason": "探亲", "_shape": shape}, **HTMX)
    assert "预产期" in answer.content.decode()
    one.post(address, {"kind": "ANNUAL", "expected_birth": "2026-09-01"}, **HTMX)
    draft.refresh_from_db()
    typed = {"kind": "ANNUAL", "reason": "探亲", "expected_birth": "2026-09-01"}
    assert typed.items() <= raw_of_draft(draft).items()


def test_a_button_that_only_has_the_focus_adds_no_row(draft: Draft, client_of: dict[StandardDuty, Client]) -> None:
    one, address = client_of[OFFICER], f"/matters/drafts/{draft.pk}/save/"
    one.post(address, {"_add": "handover"}, **HTMX)
    draft.refresh_from_db()
    assert "handover.0" not in raw_of_draft(draft)
    assert "第 1 行" in one.post(address, {"_add": "handover"}, HTTP_HX_TRIGGER_NAME="_add", **HTMX).content.decode()
    one.post(address, {"_add": "handover", "handover__asked": "1", "handover.0": ""})
    draft.refresh_from_db()
    assert "handover.1" in raw_of_draft(draft), "without script the button itself sends the form"


def test_faults_are_named_above_and_beside(draft: Draft, client_of: dict[StandardDuty, Client]) -> None:
    answer = client_of[OFFICER].post(f"/matters/drafts/{draft.pk}/submit/", {"kind": "SICK", "days": "8"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for part in ('href="#f_start"', 'id="f_start_error"', 'aria-invalid="true"', "MAT-F01", 'href="#material_proof"'):
        assert part in page, part
    assert not Case.objects.exists()


def test_from_the_form_to_the_letter(draft: Draft, client_of: dict[StandardDuty, Client]) -> None:
    one = client_of[OFFICER]
    answer = one.post(f"/matters/drafts/{draft.pk}/submit/", FORM)
    case = Case.objects.get()
    assert answer["Location"] == f"/matters/cases/{case.number}/"
    place = case.instance.steps.get(state="OPEN").assignments.get()
    chief = client_of[CHIEF]
    wrong = chief.post(f"/matters/cases/{case.number}/act/{place.pk}/", {"verb": "agree", "approved_days": "abc"})
    assert wrong.status_code == 422
    assert "批准天数应为数字" in wrong.content.decode()
    assert chief.post(f"/matters/cases/{case.number}/act/{place.pk}/", {"verb": "fly"}).status_code == 422
    assert chief.post(f"/matters/cases/{case.number}/act/{place.pk}/", {"verb": "agree"}).status_code == 302
    for tab in ("form", "materials", "process", "letters", "events"):
        assert one.get(f"/matters/cases/{case.number}/?tab={tab}").status_code == 200
    letter = case.letters.get()
    page = one.get(f"/matters/cases/{case.number}/letters/{letter.number}/").content.decode()
    assert letter.digest in page
    assert AccessRecord.objects.filter(verb="case.read-letter", target=f"case:{case.number}").exists()
    assert one.get(f"/audit/receipts/{case.record_number}/").status_code == 200


def test_materials_are_taken_by_content_given_out_safely_and_recorded(
    draft: Draft, client_of: dict[StandardDuty, Client]
) -> None:
    one, address = client_of[OFFICER], f"/matters/drafts/{draft.pk}/materials/proof/"
    good = SimpleUploadedFile("../../证明‮.pdf", b"%PDF-1.4 x", "text/html")
    assert "证明" in one.post(address, {"file": good}, **HTMX).content.decode()
    for name, body, code in (("a.pdf", b"<html>", "DOC-003"), ("a.pdf", b"", "DOC-001"),
                             ("a.pdf", b"%PDF" + b"0" * 6 * 1024 * 1024, "DOC-002")):  # fmt: skip
        assert code in one.post(address, {"file": SimpleUploadedFile(name, body)}, **HTMX).content.decode()
    file = Document.objects.get()
    assert "/" not in file.name
    one.post(f"/matters/drafts/{draft.pk}/submit/", FORM | {"kind": "SICK", "end": "2026-03-16", "days": "8"})
    case = Case.objects.get()
    assert Document.objects.get().about == f"case:{case.pk}"
    answer = one.get(f"/matters/cases/{case.number}/materials/{file.pk}/")
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 x"
    assert AccessRecord.objects.filter(verb="document.download", target=f"document:{file.pk}").exists()
    assert client_of[StandardDuty.AUDITOR].get(f"/matters/cases/{case.number}/materials/{file.pk}/").status_code == 404


def test_keepers_play_compare_and_publish_in_the_browser(
    leave: MatterVersion, leave_files: dict[str, str], cast: Any, client_of: dict[StandardDuty, Client]
) -> None:
    changed = leave_files["matter.yaml"].replace('edition: "1.0"', 'edition: "1.1"').replace("length: 3", "length: 5")
    author, reviewer = cast[StandardDuty.SYSTEM_ADMIN], client_of[StandardDuty.OPERATOR]
    files = {**leave_files, "matter.yaml": changed}
    version, _ = draft_version(files=files, actor=author, now=timezone.now())
    address = f"/matters/items/office/leave/versions/{version.pk}/"
    assert client_of[OFFICER].get(address).status_code == 404, "a draft is the keepers'"
    assert "试办全部用例" in reviewer.get(address).content.decode()
    reviewer.post(f"{address}play/")
    assert "未通过" not in reviewer.get(address).content.decode()
    page = reviewer.get(f"/matters/items/office/leave/compare/?left={leave.pk}&right={version.pk}").content.decode()
    assert "办理时限" in page
    assert "5 个工作日" in page
    assert client_of[StandardDuty.SYSTEM_ADMIN].post(f"{address}publish/").status_code == 403
    reviewer.post(f"{address}publish/", {"note": "延长时限"})
    version.refresh_from_db()
    assert (version.state, version.note) == ("PUBLISHED", "延长时限")


def test_suggestions_are_bounded(leave: MatterVersion, client_of: dict[StandardDuty, Client]) -> None:
    one = client_of[OFFICER]
    assert "section_chief" in one.get("/matters/suggest/people/?substitute=section").content.decode()
    assert "1440303" in one.get("/matters/suggest/offices/?x=罗湖").content.decode()
    assert one.get("/matters/suggest/codes/nothing/?x=a").status_code == 200
    assert client_of[StandardDuty.SYSTEM_ADMIN].get("/matters/suggest/taxpayers/?x=9144").status_code == 403
    assert one.get("/matters/suggest/taxpayers/?x=9144").status_code == 200
    assert AccessRecord.objects.filter(verb="registration.view").count() == 1
