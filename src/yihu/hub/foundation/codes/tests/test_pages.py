"""The pages as their readers see them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yihu.hub.foundation.codes.choices import MappingState, State
from yihu.hub.foundation.codes.models import CalendarRecord, CodeMapping, TableVersion
from yihu.hub.foundation.codes.services.shipped import load_shipped_tables
from yihu.hub.foundation.codes.tests.conftest import COLOURS
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract

EVERYBODY = frozenset(StandardDuty)
EDITORS = frozenset({StandardDuty.SYSTEM_ADMIN})


@pytest.fixture
def keeper(client_of):
    return client_of[StandardDuty.SYSTEM_ADMIN]


@pytest.fixture
def checker(client_of):
    return client_of[StandardDuty.OPERATOR]


@pytest.fixture
def reader(client_of):
    return client_of[StandardDuty.OFFICER]


class TestTables(ListContract):
    address = "/codes/"
    holders = EVERYBODY

    @pytest.fixture(autouse=True)
    def shipped(self, db: None) -> None:
        load_shipped_tables(now=timezone.now())

    def test_it_names_the_lists_of_the_program(self, client_of) -> None:
        assert "发票种类" in self.opened(client_of).content.decode()


class TestMappings(ListContract):
    address = "/codes/tables/colours/mappings/"
    holders = EVERYBODY

    @pytest.fixture(autouse=True)
    def table(self, published) -> None:
        published()


class TestImport(FormContract):
    address = "/codes/import/"
    holders = EDITORS
    needed = frozenset({"layout", "files"})


class TestYearImport(FormContract):
    address = "/codes/calendar/import/"
    holders = EDITORS
    needed = frozenset({"year", "number", "issued", "file"})


def upload(client, text: str = COLOURS, **more: str):
    data = {
        "layout": "standard",
        "table": "colours",
        "name": "颜色",
        "label": "2026",
        "valid_from": "2020-01-01",
        **more,
    }
    return client.post("/codes/import/", {**data, **more, "files": SimpleUploadedFile("colours.csv", text.encode())})


@pytest.mark.django_db
def test_from_upload_to_published_by_two_people(keeper, checker, reader) -> None:
    answer = upload(keeper)
    version = TableVersion.objects.get()
    address = f"/codes/tables/colours/versions/{version.pk}/"
    assert answer["Location"] == address
    assert reader.get(address).status_code == 404
    assert "没有已发布的版本" in reader.get("/codes/tables/colours/").content.decode()
    assert "送审" in keeper.get(address).content.decode()
    keeper.post(f"{address}submit/")
    assert "等待审核人发布" in keeper.get(address).content.decode()
    assert keeper.post(f"{address}publish/").status_code == 403
    assert "发布后内容不能再改" in checker.get(address).content.decode()
    checker.post(f"{address}publish/", {"note": "与文件一致"})
    version.refresh_from_db()
    assert (version.state, version.review_note) == (State.PUBLISHED, "与文件一致")
    page = reader.get("/codes/tables/colours/").content.decode()
    assert "暖色" in page
    assert "冷色" in page


@pytest.mark.django_db
def test_a_broken_tree_is_shown_with_row_and_remedy(keeper) -> None:
    answer = upload(keeper, "代码,名称,上级代码\n1,甲,9\n")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "整版拒收" in text
    assert "E-CODE-PARENT" in text
    assert not TableVersion.objects.exists()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_told(keeper) -> None:
    answer = upload(keeper, "代码\n1\n")
    assert "缺少列：名称" in answer.content.decode()


@pytest.mark.django_db
def test_sending_back_reaches_the_author(keeper, checker) -> None:
    upload(keeper)
    address = f"/codes/tables/colours/versions/{TableVersion.objects.get().pk}/"
    keeper.post(f"{address}submit/")
    checker.post(f"{address}return/", {"note": "缺少绿色"})
    assert "缺少绿色" in keeper.get(address).content.decode()
    keeper.post(f"{address}discard/")
    assert not TableVersion.objects.exists()


@pytest.mark.django_db
def test_a_table_is_walked_searched_and_asked_for_another_day(reader, published) -> None:
    published()
    page = "/codes/tables/colours/"
    assert "朱红" in reader.get(f"{page}?under=1").content.decode()
    assert "红色" in reader.get(f"{page}?under=1&on=2015-01-01").content.decode()
    assert "蓝色" in reader.get(f"{page}?q=lanse").content.decode()
    assert "没有找到" in reader.get(f"{page}?q=紫").content.decode()
    assert "没有已发布的版本" in reader.get(f"{page}?on=2001-01-01").content.decode()
    assert reader.get(f"{page}?on=never&version=x&page=99&under=%00").status_code == 200
    assert reader.get(f"{page}?version=999").status_code == 404
    assert reader.get("/codes/tables/none/").status_code == 404


@pytest.mark.django_db
def test_a_code_tells_its_history(reader, published) -> None:
    published()
    text = reader.get("/codes/tables/colours/code/11/").content.decode()
    assert "朱红" in text
    assert "红色" in text
    assert reader.get("/codes/tables/colours/code/99/").status_code == 404


@pytest.mark.django_db
def test_a_table_leaves_as_a_file(reader, published) -> None:
    published()
    answer = reader.get("/codes/tables/colours/?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "代码,名称,上级代码,启用日期,停用日期"
    assert len(lines) == 6


@pytest.mark.django_db
def test_two_days_are_compared(reader, published) -> None:
    version = published()
    query = f"?version={version.pk}&right={version.pk}&on=2015-01-01&right_on=2021-01-01"
    text = reader.get(f"/codes/tables/colours/difference/{query}").content.decode()
    assert "名称、属性" in text
    assert reader.get("/codes/tables/colours/difference/").status_code == 200


@pytest.mark.django_db
def test_a_draft_is_edited_entry_by_entry(keeper, published) -> None:
    version = published()
    keeper.post(f"/codes/tables/colours/versions/{version.pk}/draft/", {"label": "新", "valid_from": "2026-01-01"})
    draft = TableVersion.objects.get(label="新")
    address = f"/codes/tables/colours/versions/{draft.pk}/entries/"
    answer = keeper.post(
        f"{address}new/", {"code": "22", "name": "青色", "parent_code": "2", "attributes": "波长：490"}
    )
    assert answer.status_code == 302
    assert draft.entries.get(code="22").attributes == {"波长": "490"}
    assert "青色" in keeper.get(f"{address}22/").content.decode()
    assert keeper.post(f"{address}new/", {"code": "23", "name": "x", "attributes": "乱"}).status_code == 422
    keeper.post(f"{address}22/remove/")
    assert not draft.entries.filter(code="22").exists()
    assert keeper.get(f"{address}99/").status_code == 404
    assert "待审核" not in keeper.get(f"/codes/tables/colours/?version={draft.pk}").content.decode()


@pytest.mark.django_db
def test_a_mapping_is_proposed_and_confirmed_in_the_browser(keeper, checker, reader, published) -> None:
    version = published()
    data = {
        "from_version": version.pk, "from_code": "11", "kind": "MERGED", "to_version": version.pk, "to_code": "12",
        "effective_on": "2024-01-01", "basis": "某文号",
    }  # fmt: skip
    assert keeper.post("/codes/tables/colours/mappings/new/", data).status_code == 302
    made = CodeMapping.objects.get()
    assert "某文号" not in reader.get("/codes/tables/colours/mappings/").content.decode()
    assert "待您确认" in checker.get("/codes/tables/colours/mappings/").content.decode()
    checker.post(f"/codes/tables/colours/mappings/{made.pk}/judge/", {"agree": "1"})
    made.refresh_from_db()
    assert made.state == MappingState.CONFIRMED
    assert "某文号" in reader.get("/codes/tables/colours/mappings/").content.decode()


@pytest.mark.django_db
def test_the_year_is_shown_day_by_day_with_notice_and_deadline(reader) -> None:
    text = reader.get("/codes/calendar/2024/?first=2024-10-01&last=2024-10-15").content.decode()
    assert "国办发明电〔2023〕7号" in text
    assert "2024-02-10 放假：春节（国办发明电〔2023〕7号）" in text
    assert "<b>2024-10-24</b>" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "reason"),
    [("first=2024-02-02&last=2024-02-01", "早于"), ("first=2026-12-30&last=2027-01-10", "没有 2027 年的工作日历")],
)
def test_a_period_that_cannot_be_answered_is_refused_in_words(reader, query: str, reason: str) -> None:
    assert reason in reader.get(f"/codes/calendar/2024/?{query}").content.decode()


@pytest.mark.django_db
def test_an_unknown_year_says_so(reader) -> None:
    assert "没有 2031 年的工作日历" in reader.get("/codes/calendar/2031/").content.decode()


@pytest.mark.django_db
def test_a_year_goes_from_file_to_force(keeper, checker, reader) -> None:
    text = "类型,名称,开始,结束\n放假,元旦,2027-01-01,2027-01-03\n"
    data = {"year": "2027", "number": "国办发明电〔2026〕0号", "issued": "2026-11-20"}
    keeper.post("/codes/calendar/import/", {**data, "file": SimpleUploadedFile("a.csv", text.encode())})
    address = f"/codes/calendar/draft/{CalendarRecord.objects.get().pk}/"
    assert reader.get(address).status_code == 404
    keeper.post(f"{address}submit/")
    assert "元旦" in checker.get(address).content.decode()
    checker.post(f"{address}publish/")
    assert "国办发明电〔2026〕0号" in reader.get("/codes/calendar/2027/").content.decode()


@pytest.mark.django_db
def test_numbers_are_judged_and_not_kept(reader) -> None:
    from yihu.hub.foundation.audit.models import AccessRecord

    before = AccessRecord.objects.count()
    answer = reader.post("/codes/check/", {"numbers": "91 110000 600037341L，11010119900307867X\n12345"})
    assert answer.context["counts"] == {"right": 1, "doubtful": 0, "wrong": 2}
    assert "校验码应为“0”" in answer.content.decode()
    assert "未核对区划码" in answer.content.decode()
    assert AccessRecord.objects.count() == before
    assert reader.post("/codes/check/", {"numbers": ""}).status_code == 422


@pytest.mark.django_db
def test_codes_of_the_data_that_no_table_knows_are_counted(reader, monkeypatch) -> None:
    from yihu.hub.foundation.codes import compute

    load_shipped_tables(now=timezone.now())
    used = compute.UsedColumn("status_code", "登记状态", ("registration_status",), {"NORMAL": 5, "LOST": 2})
    monkeypatch.setattr(compute, "used_codes", lambda: [used])
    text = reader.get("/codes/usage/").content.decode()
    assert "1 个代码查不到，涉及 2 户" in text
    assert "LOST" in text


@pytest.mark.django_db
def test_codes_of_a_real_snapshot_are_read(tmp_path, monkeypatch) -> None:
    from yihu.hub.foundation.codes import compute

    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    assert compute.used_codes() == []


def test_names_are_for_everybody(db) -> None:
    from yihu.hub.foundation.codes.api import name_of

    load_shipped_tables(now=timezone.now())
    assert name_of("invoice_colour", "RED", on=date(2026, 1, 1)) == "红字"
    assert name_of("nothing", "RED", on=date(2026, 1, 1)) == "RED"
