"""Tables and drafts: what is written, what the analysis says of it."""

import hashlib
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import localdate

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import DecisionTable, TableVersion
from yihu.hub.centres.rules.selectors.tables import find_version_on
from yihu.hub.foundation.audit.api import record
from yihu.kit.decisions import (
    HitPolicy,
    Input,
    Output,
    Rule,
    Table,
    UnreadableTableError,
    analyse,
    read_table,
    write_table,
)
from yihu.kit.feel import NUMBER, TEXT, parse_expression, parse_unary_tests
from yihu.kit.findings import Severity

MAX_KEPT_FINDINGS = 100
_KEY = re.compile(r"[a-z][a-z0-9-]{2,59}")


class UnableToDraftError(UnableTo):
    """The table or draft cannot be made or changed; the text says why and what to do (RULES-D01…D06)."""


@dataclass(frozen=True, slots=True)
class Content:
    """XML as it is kept, its SHA-256 in hex, and findings: those that hinder publication have severity `reject`."""

    xml: str
    digest: str
    findings: list[dict[str, Any]]

    @property
    def is_runnable(self) -> bool:
        return not any(one["severity"] == Severity.REJECT for one in self.findings)


def content_of(xml: str) -> Content:
    """
    XML with what is to be said about it.

    :raises UnableToDraftError: RULES-D01 it is no decision table that may be kept at all
    """
    digest = hashlib.sha256(xml.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        table = read_table(xml)
    except UnreadableTableError as error:
        if any(problem.code.startswith("DEC-X") for problem in error.problems):
            raise UnableToDraftError(f"没有保存：{error}（RULES-D01）") from error
        return Content(xml, digest, [_problem(one) for one in error.problems[:MAX_KEPT_FINDINGS]])
    found = [{**asdict(one), "severity": one.severity.value, "rules": list(one.rules)} for one in analyse(table)]
    return Content(xml, digest, found[:MAX_KEPT_FINDINGS])


def _problem(problem: Any) -> dict[str, Any]:
    rules = [problem.rule] if problem.rule else []
    fix = "在编辑器里改正这一格后再保存。" if problem.rule or problem.column else "改正后再保存。"
    return {
        "code": problem.code, "severity": Severity.REJECT.value, "message": problem.message, "fix": fix,
        "rules": rules, "where": {},
    }  # fmt: skip


@transaction.atomic
def create_table(
    *, key: str, name: str, purpose: str, valid_from: date, actor: Any, now: datetime, request: Any = None
) -> TableVersion:
    """
    A new table with a first draft of one input, one result and one rule.

    :raises UnableToDraftError: RULES-D02 malformed key, D03 it is taken
    """
    if not _KEY.fullmatch(key):
        raise UnableToDraftError("表代码要以小写字母开头，由小写字母、数字和 - 组成，3 到 60 位（RULES-D02）")
    if DecisionTable.objects.filter(key=key).exists():
        raise UnableToDraftError(f"表代码“{key}”已被占用，请换一个（RULES-D03）")
    table = DecisionTable.objects.create(key=key, name=name, purpose=purpose)
    content = content_of(write_table(_blank(key, name)))
    version = _new_version(table, content, 1, valid_from, "新建", actor, now)
    _record("create", version, actor, request)
    return version


def _blank(key: str, name: str) -> Table:
    rule = Rule(1, f"{key}-1", (parse_unary_tests("-"),), (parse_expression('"待定"'),))
    column = Input("金额", parse_expression("amount"), NUMBER)
    return Table(key, name, HitPolicy.UNIQUE, (column,), (Output("result", "结果", TEXT),), (rule,))


@transaction.atomic
def start_draft(
    *, table: DecisionTable, valid_from: date, change_note: str, actor: Any, now: datetime, request: Any = None
) -> TableVersion:
    """
    A draft that begins as the version in force, else as the newest.

    :raises UnableToDraftError: RULES-D04 somebody works on one already
    """
    DecisionTable.objects.select_for_update().get(pk=table.pk)
    source = find_version_on(table, localdate(now)) or table.versions.order_by("-number").first()
    if source is None:
        raise UnableToDraftError("这张表没有可以复制的版本（RULES-D05）")
    number = (table.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    content = Content(source.xml, source.digest, source.findings)
    try:
        with transaction.atomic():
            version = _new_version(table, content, number, valid_from, change_note, actor, now)
    except IntegrityError as error:
        raise UnableToDraftError(
            f"“{table.name}”已有一个未发布的版本，请先发布或删除它，再起草新版（RULES-D04）"
        ) from error
    _record("draft", version, actor, request, from_version=source.number)
    return version


def _new_version(
    table: DecisionTable, content: Content, number: int, valid_from: date, note: str, actor: Any, now: datetime
) -> TableVersion:
    return TableVersion.objects.create(
        table=table, number=number, xml=content.xml, digest=content.digest, findings=content.findings,
        valid_from=valid_from, change_note=note[:500], created_by=actor.pk,
        created_name=actor.display_name, created_at=now,
    )  # fmt: skip


@transaction.atomic
def save_draft(*, version: TableVersion, xml: str, seen: str, actor: Any, request: Any = None) -> TableVersion:
    """
    Keep what the editor made of a draft, whether it can run yet or not.

    :param seen: digest of what the editor had opened
    :raises UnableToDraftError: RULES-D01 no table, D06 no draft any more, or somebody else saved meanwhile
    """
    locked = locked_version(version)
    if locked.state != VersionState.DRAFT:
        raise UnableToDraftError(f"“{locked}”现在是“{locked.get_state_display()}”，不能修改；请刷新页面（RULES-D06）")
    if seen != locked.digest:
        raise UnableToDraftError("打开以后草稿已被别人保存过；请复制您的改动，刷新页面后再改（RULES-D06）")
    content = content_of(xml)
    before = locked.digest
    locked.xml, locked.digest, locked.findings = content.xml, content.digest, content.findings
    locked.save(update_fields=["xml", "digest", "findings"])
    if before != locked.digest:
        _record("change", locked, actor, request, before=before)
    return locked


@transaction.atomic
def change_terms(
    *, version: TableVersion, valid_from: date, change_note: str, actor: Any, request: Any = None
) -> TableVersion:
    """The draft's first day and what it changes, in words."""
    locked = locked_version(version)
    if locked.state != VersionState.DRAFT:
        raise UnableToDraftError(f"“{locked}”现在是“{locked.get_state_display()}”，不能修改；请刷新页面（RULES-D06）")
    before = {"valid_from": locked.valid_from, "note": locked.change_note}
    locked.valid_from, locked.change_note = valid_from, change_note[:500]
    locked.save(update_fields=["valid_from", "change_note"])
    record(
        verb="decision_table.change", request=request, actor=actor, target=f"decision_table:{locked.table.key}",
        target_name=str(locked), before=before, after={"valid_from": valid_from, "note": locked.change_note},
    )  # fmt: skip
    return locked


@transaction.atomic
def discard_draft(*, version: TableVersion, actor: Any, request: Any = None) -> None:
    """
    Throw a draft away; a table that has nothing else goes with it.

    :raises UnableToDraftError: RULES-D06 it is no draft
    """
    locked = locked_version(version)
    if locked.state != VersionState.DRAFT:
        raise UnableToDraftError(f"“{locked}”现在是“{locked.get_state_display()}”，不能删除；请刷新页面（RULES-D06）")
    table = locked.table
    _record("discard", locked, actor, request)
    locked.delete()
    if not table.versions.exists() and not table.suppressions.exists():
        table.delete()


def locked_version(version: TableVersion) -> TableVersion:
    """The version as it is now, held until the transaction ends."""
    return TableVersion.objects.select_for_update(of=("self",)).select_related("table").get(pk=version.pk)


def _record(act: str, version: TableVersion, actor: Any, request: Any, **detail: Any) -> None:
    record(
        verb=f"decision_table.{act}", request=request, actor=actor, target=f"decision_table:{version.table.key}",
        target_name=str(version), detail={"content_hash": version.digest, **detail},
    )  # fmt: skip
