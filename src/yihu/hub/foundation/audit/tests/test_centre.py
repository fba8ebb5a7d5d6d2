"""The pages and public addresses of the log centre: what an auditor does, what a stranger can check."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from yihu.hub.foundation.audit.models import AccessRecord, Archive, VerificationRun, WitnessAccount
from yihu.hub.foundation.audit.selectors.keys import verifier_in_force
from yihu.hub.foundation.audit.selectors.records import RecordFilter, list_records, page_of
from yihu.hub.foundation.audit.services.exporting import export_log
from yihu.hub.foundation.audit.services.recording import record
from yihu.hub.foundation.audit.services.retention import UnableToArchiveError, archive_family
from yihu.hub.foundation.audit.services.sequencing import integrate_all
from yihu.hub.foundation.audit.services.verifying import carry_out_verification, verify_log
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.kit.evidence.alignment import Kind
from yihu.kit.evidence.bundles import verify_bundle
from yihu.kit.evidence.notes import Verifier
from yihu.kit.evidence.publishers import FileLog
from yihu.kit.evidence.receipts import check_receipt
from yihu.kit.evidence.witness import RefusedError, Witness

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=366 * 12)


@pytest.fixture
def auditor(client_of):
    return client_of[StandardDuty.AUDITOR]


def write(count, **more):
    return [
        record(verb="household.view", username="a", target=f"household:H{i}", target_name=f"第{i}公司", **more)
        for i in range(count)
    ]


class ClientLog:
    """The public addresses, asked through the test client."""

    def __init__(self, client):
        self.client = client

    def checkpoint(self):
        return self.client.get("/audit/checkpoint").content.decode()

    def consistency(self, old, new):
        return self.client.get(f"/audit/consistency?old={old}&new={new}").json()

    def rotations(self):
        return self.client.get("/audit/keys").json()["rotations"]


def test_a_witness_without_any_account_follows_the_public_addresses(client, auditor, tmp_path):
    write(3)
    integrate_all(now=timezone.now())
    key = Verifier.parse(client.get("/audit/keys").json()["verifier"])
    witness = Witness(tmp_path, "市局督审")
    witness.observe(ClientLog(client), 100, key)
    write(300)
    integrate_all(now=timezone.now())
    cosigned = witness.observe(ClientLog(client), 200)
    before = AccessRecord.objects.count()
    assert client.post("/audit/cosignature", cosigned, content_type="text/plain").status_code == 400
    auditor.post("/audit/integrity/witnesses/", {"name": "市局督审", "verifier": str(witness.verifier)})
    assert client.post("/audit/cosignature", cosigned, content_type="text/plain").json()["size"] == 303
    assert AccessRecord.objects.count() == before + 1
    assert WitnessAccount.objects.get().size == 303
    assert "市局督审" in auditor.get("/audit/integrity/").content.decode()
    assert verify_log(witness_store=tmp_path).heads == 3


def test_a_log_set_back_is_refused_by_the_witness_and_found(client, tmp_path, settings):
    write(3)
    integrate_all(now=timezone.now())
    witness = Witness(tmp_path)
    write(5)
    integrate_all(now=timezone.now())
    witness.observe(ClientLog(client), 100, verifier_in_force())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM audit_head WHERE size = 8")
        cursor.execute(
            "DELETE FROM audit_accessrecord WHERE id IN (SELECT record_id FROM audit_leaf WHERE position > 2)"
        )
        cursor.execute("DELETE FROM audit_leaf WHERE position > 2")
        cursor.execute("UPDATE audit_tile SET content = substring(content FROM 1 FOR 96)")
        cursor.execute("SET session_replication_role = DEFAULT")
    settings.AUDIT_DIRECTORY = tmp_path / "forgotten"
    assert [f.kind for f in verify_log(witness_store=tmp_path).faults] == [Kind.ROLLED_BACK]
    with pytest.raises(RefusedError, match="rolled back from 8 to 3"):
        witness.observe(ClientLog(client), 200)


@pytest.mark.parametrize("query", ["", "old=1", "old=9&new=3", "old=a&new=b", "old=0&new=99999"])
def test_nonsense_asked_of_the_log_is_refused(client, query):
    write(3)
    integrate_all(now=timezone.now())
    assert client.get(f"/audit/consistency?{query}").status_code == 400


def test_pages_follow_one_another_without_loss(auditor):
    write(130)
    seen, after = [], None
    while True:
        part, more = page_of(list_records(RecordFilter()), 50, after)
        seen += [r.pk for r in part]
        if not more:
            break
        after = (part[-1].at, part[-1].pk)
    assert seen == sorted(AccessRecord.objects.values_list("pk", flat=True), reverse=True)
    first = auditor.get("/audit/")
    assert "更早的" in first.content.decode()
    second = auditor.get("/audit/", {"after": first.context["more"]})
    assert second.context["records"][0].pk < first.context["records"][-1].pk
    assert auditor.get("/audit/?after=nonsense").status_code == 200


def test_one_record_shows_changes_place_and_proof(auditor):
    made = record(verb="account.change", username="a", before={"title": "科员", "phone": "1"}, after={"title": "科长"})
    waiting = auditor.get(f"/audit/records/{made.pk}/").content.decode()
    assert "尚未入链" in waiting
    integrate_all(now=timezone.now())
    shown = auditor.get(f"/audit/records/{made.pk}/").content.decode()
    assert "科员" in shown
    assert "科长" in shown
    assert "证明成立" in shown
    assert "只留承诺值" in shown
    assert auditor.get("/audit/records/999999/").status_code == 404


def test_a_record_altered_since_is_shown_as_such(auditor):
    made = write(1)[0]
    integrate_all(now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_accessrecord SET purpose = '假' WHERE id = %s", [made.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    assert "证明不成立" in auditor.get(f"/audit/records/{made.pk}/").content.decode()


def test_verification_runs_in_the_background_and_tells_what_it_found(auditor):
    write(5)
    auditor.post("/audit/integrity/verify/")
    run = VerificationRun.objects.get()
    assert "已有一次核验" in auditor.post("/audit/integrity/verify/", follow=True).content.decode()
    carry_out_verification(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.result["ok"]) == ("DONE", True)
    assert "全部一致" in auditor.get("/audit/integrity/runs/").content.decode()


def test_an_export_names_nobody_and_is_verified_offline(auditor, tmp_path):
    write(20, purpose="日常管理")
    integrate_all(now=timezone.now())
    today = timezone.localdate().isoformat()
    # A date field of a browser stays empty unless the day comes as 2026-01-31.
    assert f'value="{today}"' in auditor.get("/audit/export/").content.decode()
    answer = auditor.post("/audit/export/", {"start": today, "end": today, "purpose": "年度检查"})
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    text = (tmp_path / "records.jsonl").read_text()
    assert "公司" not in text
    assert "日常管理" not in text
    verdict, _ = verify_bundle(tmp_path, verifier_in_force())
    assert verdict.ok
    assert AccessRecord.objects.get(verb="audit.export").purpose == "年度检查"
    lines = text.splitlines()
    for spoilt, kind, place in (
        (lines[:4] + lines[5:], Kind.MISSING, 4),
        ([*lines[:4], lines[4].replace('"a"', '"b"'), *lines[5:]], Kind.CHANGED, 4),
        (lines[:4], Kind.TRUNCATED, 4),
    ):
        (tmp_path / "records.jsonl").write_text("\n".join(spoilt) + "\n")
        fault = verify_bundle(tmp_path)[0].faults[0]
        assert (fault.kind, fault.first) == (kind, place)


def test_an_export_with_personal_data_opens_what_was_committed_to(tmp_path):
    write(3)
    integrate_all(now=timezone.now())
    now = timezone.now()
    export_log(start=now - timedelta(hours=1), end=now, out=tmp_path, with_personal=True, username="root")
    assert "第0公司" in (tmp_path / "records.jsonl").read_text()
    assert verify_bundle(tmp_path)[0].ok
    text = (tmp_path / "records.jsonl").read_text().replace("第1公司", "第九公司")
    (tmp_path / "records.jsonl").write_text(text)
    assert [(f.kind, f.first) for f in verify_bundle(tmp_path)[0].faults] == [(Kind.CHANGED, 1)]


def test_an_export_without_reason_or_of_nothing_is_refused(auditor):
    today = timezone.localdate().isoformat()
    assert "请写明导出事由" in auditor.post("/audit/export/", {"start": today, "end": today}).content.decode()
    old = {"start": "2001-01-01", "end": "2001-01-02", "purpose": "a"}
    assert "没有已入链的记录" in auditor.post("/audit/export/", old).content.decode()


def test_a_whole_export_can_be_witnessed_from_files(tmp_path):
    write(4)
    integrate_all(now=timezone.now())
    now = timezone.now()
    export_log(start=now - timedelta(hours=1), end=now, out=tmp_path / "a", username="root")
    witness = Witness(tmp_path / "w")
    witness.observe(FileLog(tmp_path / "a"), 1, verifier_in_force())
    integrate_all(now=timezone.now())
    export_log(start=now - timedelta(hours=1), end=timezone.now(), out=tmp_path / "b", username="root")
    witness.observe(FileLog(tmp_path / "b"), 2)
    assert [json.loads(h)["accepted_at"] for h in (tmp_path / "w/heads.jsonl").read_text().splitlines()] == [1, 2]


def test_a_receipt_goes_to_whoever_acted_and_is_checked_by_a_stranger(client_of, cast):
    request = RequestFactory().get("/")
    request.user, request.number = cast[StandardDuty.OFFICER], "AB12CD34"
    made = record(verb="household.judge", request=request, target="household:H1", purpose="档案已核对")
    officer = client_of[StandardDuty.OFFICER]
    page = officer.get(f"/audit/receipts/{made.pk}/").content.decode()
    assert "核对码" in page
    receipt = json.loads(officer.get(f"/audit/receipts/{made.pk}.json").content)
    assert check_receipt(receipt, verifier_in_force()).size >= 1
    assert receipt["short_code"] in page
    assert receipt["opened"]["purpose"]["value"] == "档案已核对"
    assert client_of[StandardDuty.SECTION_CHIEF].get(f"/audit/receipts/{made.pk}/").status_code == 404
    assert client_of[StandardDuty.AUDITOR].get(f"/audit/receipts/{made.pk}/").status_code == 200


def test_what_is_past_its_time_is_sealed_and_the_tree_still_stands(auditor, cast, settings):
    old = write(6)
    write(2)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_accessrecord SET at = at - interval '12 years' WHERE id = ANY(%s)", [[r.pk for r in old]]
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    integrate_all(now=timezone.now())
    assert "封存到期的" in auditor.get("/audit/archives/").content.decode()
    auditor.post("/audit/archives/seal/", {"family": "household"})
    archive = Archive.objects.get()
    assert archive.count == 6
    assert not AccessRecord.objects.filter(pk__in=[r.pk for r in old]).exists()
    integrate_all(now=timezone.now())
    verdict = verify_log()
    assert (verdict.ok, verdict.archived) == (True, 0)
    assert "已归档" in auditor.get(f"/audit/records/{old[0].pk}/").content.decode()
    file = Path(settings.AUDIT_DIRECTORY) / "archive" / archive.file
    file.write_bytes(file.read_bytes()[:-1])
    assert (verify_log().ok, verify_log().archived) == (True, 6)
    request = RequestFactory().get("/")
    request.user = cast[StandardDuty.AUDITOR]
    with pytest.raises(UnableToArchiveError):
        archive_family(request=request, family="household", now=timezone.now())


@pytest.mark.parametrize("duty", [d for d in StandardDuty if d != StandardDuty.AUDITOR])
@pytest.mark.parametrize("address", ["export/", "archives/seal/", "integrity/verify/", "integrity/witnesses/"])
def test_only_the_audit_administrator_keeps_the_log(client_of, duty, address):
    assert client_of[duty].post(f"/audit/{address}", {"family": "page"}).status_code == 403
