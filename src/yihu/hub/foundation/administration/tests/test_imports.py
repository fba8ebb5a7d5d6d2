"""Import from the page: looked at first, faults by row and column, then the good rows only."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yihu.hub.foundation.org.models import Office
from yihu.hub.screens.testing import FormContract

ROOT = "/administration/import/"
GOOD = "1440306,福田税务所,5,1440300"
WRONG = "1440307,盐田税务所,9,1440300"


class TestUpload(FormContract):
    address = ROOT
    holders = frozenset({"SYSTEM_ADMIN"})
    needed = frozenset({"kind", "file"})


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "imports"


def send(client: Any, *rows: str, name: str = "offices.csv") -> Any:
    text = "\n".join(("机关代码,机关名称,级次,上级机关代码", *rows))
    file = SimpleUploadedFile(name, text.encode("gb18030"))
    return client.post(ROOT, {"kind": "offices", "file": file})


@pytest.mark.django_db
def test_the_preview_changes_nothing_and_applying_takes_the_good_rows(client_of: Any, uploads: Path) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    address = send(admin, GOOD, WRONG)["Location"]
    page = admin.get(address)
    text = page.content.decode()
    assert (page.context["counts"]["made"], page.context["counts"]["rejected"]) == (1, 1)
    assert "级次不是 1 至 5" in text
    assert "还没有改动任何数据" in text
    assert not Office.objects.filter(code="1440306").exists()
    answer = admin.post(f"{address}apply/", follow=True)
    assert "机关导入完成：读取 2，新增 1，更新 0，退回 1" in answer.content.decode()
    assert Office.objects.get(code="1440306").path == "1440300/1440306/"
    assert not Office.objects.filter(code="1440307").exists()
    assert not [f for f in uploads.rglob("*") if f.is_file()]
    assert admin.get(address).status_code == 404


@pytest.mark.django_db
def test_wrong_rows_go_out_as_a_file(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    answer = admin.get(send(admin, GOOD, WRONG)["Location"] + "?export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:3] == ["行", "列", "值"]
    assert rows[1][:3] == ["3", "级次", "9"]


@pytest.mark.django_db
def test_anothers_upload_is_not_there(client_of: Any) -> None:
    address = send(client_of["SYSTEM_ADMIN"], GOOD)["Location"]
    for duty in ("SECURITY_ADMIN", "OFFICER"):
        assert client_of[duty].get(address).status_code == 403
    assert client_of["SYSTEM_ADMIN"].get(f"{ROOT}offices/{'0' * 32}.csv/").status_code == 404
    assert client_of["SYSTEM_ADMIN"].get(address.replace("offices", "nothing")).status_code == 404


@pytest.mark.django_db
def test_files_of_another_form_or_without_columns_are_refused_in_words(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    assert "只接受 .csv 和 .xlsx" in send(admin, GOOD, name="offices.xls").content.decode()
    file = SimpleUploadedFile("a.csv", "甲,乙\n1,2".encode())
    address = admin.post(ROOT, {"kind": "offices", "file": file})["Location"]
    assert "缺少列" in admin.get(address, follow=True).content.decode()
