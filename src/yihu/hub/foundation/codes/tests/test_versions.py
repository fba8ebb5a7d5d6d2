"""From file to published version, on the real PostgreSQL."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.codes.choices import State
from yihu.hub.foundation.codes.models import CodeEntry, TableVersion
from yihu.hub.foundation.codes.selectors.tables import difference, find_version, lookup
from yihu.hub.foundation.codes.services import editing, publishing
from yihu.hub.foundation.codes.services.drafting import UnableToImportError
from yihu.hub.foundation.codes.services.shipped import load_shipped_tables
from yihu.lens.schema import CODES

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_a_file_becomes_a_draft_that_is_recorded(imported) -> None:
    result = imported()
    assert (result.version.state, result.version.entry_count, result.rejected) == (State.DRAFT, 6, 0)
    assert result.version.table.levels == ["第 1 级", "第 2 级"]
    assert AccessRecord.objects.get(verb="code_table.import").target == "code_table:colours"
    assert CodeEntry.objects.get(code="11", valid_from=None).attributes == {"备注": "旧称"}


def test_the_same_file_changes_nothing(imported) -> None:
    first = imported()
    again = imported()
    assert again.unchanged
    assert again.version == first.version
    assert TableVersion.objects.count() == 1


def test_a_draft_is_replaced_by_a_corrected_file(imported) -> None:
    imported()
    corrected = imported("代码,名称\n1,暖\n").version
    assert TableVersion.objects.get() == corrected
    assert corrected.entry_count == 1


def test_what_is_in_review_is_not_replaced(imported, editor) -> None:
    publishing.submit(item=imported().version, actor=editor, now=NOW)
    with pytest.raises(UnableToImportError, match="待审核，内容不能再改"):
        imported("代码,名称\n1,暖\n")


def test_a_hole_in_the_tree_refuses_the_whole_version(imported) -> None:
    with pytest.raises(UnableToImportError, match="上级 9 不在可采纳的行中") as caught:
        imported("代码,名称,上级代码\n1,暖色,\n11,红色,9\n")
    assert [(p.code, p.place.row) for p in caught.value.problems] == [("E-CODE-PARENT", 3)]
    assert not TableVersion.objects.exists()


def test_bad_rows_stay_out_and_are_told_with_place_and_fix(imported) -> None:
    version = imported("代码,名称,启用日期\n1,暖色,\n,无码,\n2,,\n3,冷色,去年\n1,重复,\n").version
    assert [f["code"] for f in version.findings] == [
        "E-CODE-EMPTY", "E-CODE-NAME", "E-CODE-DATE", "E-CODE-DUPLICATE",
    ]  # fmt: skip
    assert [(f["row"], f["column"]) for f in version.findings][:3] == [(3, "代码"), (4, "名称"), (5, "启用日期")]
    assert all(f["fix"] for f in version.findings)
    assert (version.entry_count, version.rejected) == (1, 4)


def test_only_another_person_publishes(imported, editor, reviewer) -> None:
    version = imported().version
    publishing.submit(item=version, actor=editor, now=NOW)
    with pytest.raises(publishing.UnableToPublishError, match="审核须由另一人进行"):
        publishing.publish(item=version, actor=editor, now=NOW)
    publishing.publish(item=version, actor=reviewer, now=NOW)
    version.refresh_from_db()
    assert (version.state, version.reviewed_name) == (State.PUBLISHED, reviewer.username)


def test_neither_author_nor_sender_reviews(imported, editor, reviewer) -> None:
    version = imported().version
    publishing.submit(item=version, actor=reviewer, now=NOW)
    for person in (editor, reviewer):
        with pytest.raises(publishing.UnableToPublishError, match="另一人"):
            publishing.send_back(item=version, actor=person, now=NOW, note="再看看")


def test_sending_back_needs_a_reason_and_makes_a_draft(imported, editor, reviewer) -> None:
    version = imported().version
    publishing.submit(item=version, actor=editor, now=NOW)
    with pytest.raises(publishing.UnableToPublishError, match="写明原因"):
        publishing.send_back(item=version, actor=reviewer, now=NOW, note="  ")
    publishing.send_back(item=version, actor=reviewer, now=NOW, note="缺少绿色")
    version.refresh_from_db()
    assert (version.state, version.review_note) == (State.DRAFT, "缺少绿色")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE codes_codeentry SET name = 'x' WHERE code = '1'",
        "DELETE FROM codes_codeentry WHERE code = '1'",
        "INSERT INTO codes_codeentry (version_id, code, name, parent_code, level, position, attributes, pinyin) "
        "SELECT id, '9', 'x', '', 1, 9, '{}', '' FROM codes_tableversion",
        "UPDATE codes_tableversion SET content_hash = ''",
        "DELETE FROM codes_tableversion",
    ],
)
def test_postgresql_refuses_to_change_what_is_published(published, statement: str) -> None:
    from django.db import connection

    published()
    with pytest.raises(DatabaseError, match=r"published|stay"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_published_versions_answer_for_their_days(published) -> None:
    old = published(label="旧")
    new = published("代码,名称\n1,暖\n", label="新", valid_from=date(2022, 1, 1))
    assert find_version("colours", on=date(2009, 12, 31)) is None
    assert find_version("colours", on=date(2021, 12, 31)) == old
    assert find_version("colours", on=date(2022, 1, 1)) == new
    assert lookup("colours", on=date(2019, 12, 31)).name_of("11") == "红色"
    assert lookup("colours", on=date(2020, 1, 1)).name_of("11") == "朱红"
    assert lookup("colours", on=date(2020, 1, 1)).name_of("99") == "99"


def test_two_versions_cannot_begin_on_one_day(published, imported, editor, reviewer) -> None:
    published(label="旧")
    other = imported("代码,名称\n1,暖\n", label="新").version
    publishing.submit(item=other, actor=editor, now=NOW)
    with pytest.raises(publishing.UnableToPublishError, match="同一施行日期"):
        publishing.publish(item=other, actor=reviewer, now=NOW)


def test_looking_up_again_costs_one_query(published, django_assert_num_queries) -> None:
    published()
    lookup("colours", on=date(2020, 1, 1))
    with django_assert_num_queries(1):
        assert lookup("colours", on=date(2020, 1, 1)).children("1")[0].name == "朱红"


def test_tree_search_and_difference(published) -> None:
    published()
    before, after = (lookup("colours", on=day) for day in (date(2019, 1, 1), date(2021, 1, 1)))
    assert [e.code for e in before.children()] == ["1", "2"]
    assert [e.name for e in before.path("11")] == ["暖色", "红色"]
    for text in ("11", "红", "hongse", "hs"):
        assert "11" in [e.code for e in before.search(text)]
    found = difference(before, after)
    assert [(c.code, c.what) for c in found.changed] == [("11", ("名称", "属性"))]
    assert not found.added
    assert not found.removed


def test_a_draft_is_made_from_a_version_and_edited(published, editor) -> None:
    draft = editing.start_draft(version=published(), label="2026", valid_from=date(2026, 1, 1), actor=editor, now=NOW)
    before = draft.content_hash
    fields = editing.EntryFields("22", "青色", "2", date(2026, 1, 1))
    entry = editing.save_entry(version=draft, fields=fields, entry_id=None, actor=editor)
    draft.refresh_from_db()
    assert (entry.level, draft.entry_count) == (2, 7)
    assert draft.content_hash != before
    record = AccessRecord.objects.get(verb="code_table.entry-save")
    assert (record.before, record.after["code_name"]) == ({}, "青色")
    editing.remove_entry(version=draft, entry_id=entry.pk, actor=editor)
    draft.refresh_from_db()
    assert draft.content_hash == before


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (editing.EntryFields("22", "青色", "9"), "不在草稿中"),
        (editing.EntryFields("12", "橘色", "1"), "已是“橙色”"),
        (editing.EntryFields("22", "青色", "2", date(2026, 1, 2), date(2026, 1, 1)), "停用日期应晚于"),
    ],
)
def test_what_does_not_fit_a_draft_is_refused(imported, editor, fields, reason: str) -> None:
    with pytest.raises(editing.UnableToEditError, match=reason):
        editing.save_entry(version=imported().version, fields=fields, entry_id=None, actor=editor)


def test_a_parent_is_not_taken_from_under_its_children(imported, editor) -> None:
    version = imported().version
    with pytest.raises(editing.UnableToEditError, match="之下还有代码"):
        editing.remove_entry(version=version, entry_id=version.entries.get(code="1").pk, actor=editor)


def test_a_circle_is_not_sent_for_review(imported, editor) -> None:
    version = imported("代码,名称,上级代码\n1,甲,\n2,乙,1\n").version
    version.entries.filter(code="1").update(parent_code="2")
    with pytest.raises(editing.UnableToEditError, match="绕回了自己"):
        publishing.submit(item=version, actor=editor, now=NOW)


def test_the_lists_of_the_program_are_published_once(db) -> None:
    loaded = load_shipped_tables(now=NOW)
    assert len(loaded) == len(CODES) + 2
    assert load_shipped_tables(now=NOW) == []
    today = lookup("invoice_kind", on=NOW.date())
    assert {e.code: e.name for e in today.entries} == CODES["invoice_kind"]
    assert [e.name for e in lookup("divisions", on=NOW.date()).path("440305")] == ["广东省", "深圳市", "南山区"]


def test_a_list_that_changed_with_the_program_gets_a_new_edition(db, monkeypatch) -> None:
    from yihu.hub.foundation.codes import compute

    load_shipped_tables(now=NOW)
    table = next(t for t in compute.shipped_tables() if t.code == "invoice_colour")
    grown = compute.ShippedTable(table.code, table.name, "", table.levels, (*table.rows, ("GREEN", "绿字", "")))
    monkeypatch.setattr(compute, "shipped_tables", lambda: [grown])
    assert [v.entry_count for v in load_shipped_tables(now=NOW)] == [3]
    assert lookup("invoice_colour", on=NOW.date()).name_of("GREEN") == "绿字"


def test_tables_of_the_program_are_not_imported_or_copied(imported, editor) -> None:
    version = load_shipped_tables(now=NOW)[0]
    with pytest.raises(UnableToImportError, match="随程序提供"):
        imported(table=version.table.code)
    with pytest.raises(editing.UnableToEditError, match="随程序提供"):
        editing.start_draft(version=version, label="x", valid_from=date(2026, 1, 1), actor=editor, now=NOW)
