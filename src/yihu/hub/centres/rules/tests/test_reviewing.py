"""Drafting, sending, publishing by a second person, and what PostgreSQL refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import DecisionTable, TableVersion
from yihu.hub.centres.rules.services import drafting, reviewing
from yihu.hub.centres.rules.tests.conftest import NOW, TODAY


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(UnableTo, match=code), transaction.atomic():
        act()


def test_a_gap_must_be_acknowledged_and_a_contradiction_mended(
    drafted: Callable[..., TableVersion], author: Any
) -> None:
    version = drafted(("(3..15]", "(5..15]"))
    assert [one["code"] for one in version.findings] == ["DEC-A01"]
    refused("RULES-P03", lambda: reviewing.submit(version=version, accepts_flags=False, actor=author, now=NOW))
    wrong = drafting.save_draft(
        version=version, xml=version.xml.replace("(5..15]", "[2..15]"), seen=version.digest, actor=author
    )
    assert wrong.findings[0]["code"] == "DEC-A02"
    refused("RULES-P02", lambda: reviewing.submit(version=version, accepts_flags=True, actor=author, now=NOW))
    drafting.save_draft(version=version, xml=wrong.xml.replace("[2..15]", "(3..15]"), seen=wrong.digest, actor=author)
    reviewing.submit(version=version, accepts_flags=False, actor=author, now=NOW)


def test_an_unfinished_draft_is_kept_with_what_is_wrong(drafted: Callable[..., TableVersion], author: Any) -> None:
    version = drafted(("&lt;= 3", "&lt;= "))
    assert version.findings[0]["code"] == "DEC-C01"
    refused("RULES-P02", lambda: reviewing.submit(version=version, accepts_flags=True, actor=author, now=NOW))


def test_what_is_no_table_is_not_kept_at_all(drafted: Callable[..., TableVersion], author: Any) -> None:
    version = drafted()
    bad = '<!DOCTYPE x [<!ENTITY a "b">]>' + version.xml.partition("?>")[2]
    refused("RULES-D01", lambda: drafting.save_draft(version=version, xml=bad, seen=version.digest, actor=author))


def test_whoever_saves_second_is_told(drafted: Callable[..., TableVersion], author: Any) -> None:
    version = drafted()
    drafting.save_draft(version=version, xml=version.xml + "\n", seen=version.digest, actor=author)
    refused(
        "RULES-D06", lambda: drafting.save_draft(version=version, xml=version.xml, seen=version.digest, actor=author)
    )


def test_the_author_does_not_publish_and_one_draft_at_a_time(
    drafted: Callable[..., TableVersion], leave: DecisionTable, author: Any, reviewer: Any
) -> None:
    version = drafted()
    refused(
        "RULES-D04",
        lambda: drafting.start_draft(table=leave, valid_from=TODAY, change_note="又", actor=author, now=NOW),
    )
    refused("RULES-P01", lambda: reviewing.publish(version=version, actor=reviewer, now=NOW))
    reviewing.submit(version=version, accepts_flags=True, actor=author, now=NOW)
    refused("RULES-P05", lambda: reviewing.publish(version=version, actor=author, now=NOW))
    refused("RULES-P07", lambda: reviewing.send_back(version=version, actor=reviewer, now=NOW, note=" "))
    reviewing.send_back(version=version, actor=reviewer, now=NOW, note="依据不全")
    version.refresh_from_db()
    assert (version.state, version.review_note) == (VersionState.DRAFT, "依据不全")


def test_nothing_is_published_for_days_gone_by(
    drafted: Callable[..., TableVersion], author: Any, reviewer: Any
) -> None:
    version = drafted(valid_from=TODAY - timedelta(days=1))
    reviewing.submit(version=version, accepts_flags=True, actor=author, now=NOW)
    refused("RULES-P06", lambda: reviewing.publish(version=version, actor=reviewer, now=NOW))


def test_what_was_published_stays_whatever_the_program_does(published: Callable[..., TableVersion]) -> None:
    version = published()
    for change in ("xml = 'x'", "digest = 'x'", "valid_from = '2020-01-01'", "state = 'DRAFT'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE rules_tableversion SET {change} WHERE id = %s", [version.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        TableVersion.objects.filter(pk=version.pk).delete()


def test_a_new_table_starts_runnable_and_leaves_with_its_only_draft(author: Any) -> None:
    version = drafting.create_table(
        key="meeting-room", name="会议室审批", purpose="示例", valid_from=TODAY, actor=author, now=NOW
    )
    assert not any(one["severity"] == "reject" for one in version.findings)
    refused(
        "RULES-D03",
        lambda: drafting.create_table(
            key="meeting-room", name="又", purpose="", valid_from=TODAY, actor=author, now=NOW
        ),
    )
    drafting.discard_draft(version=version, actor=author)
    assert not DecisionTable.objects.filter(key="meeting-room").exists()
