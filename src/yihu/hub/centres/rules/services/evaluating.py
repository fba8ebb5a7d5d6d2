"""Decisions for callers: the version by day or pinned, exceptions respected, shadows beside, traces kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Q
from django.utils.timezone import localdate

from yihu.hub.base.access import Label
from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.rules.choices import SuppressionState
from yihu.hub.centres.rules.models import DecisionTable, Suppression, TableVersion, Trace
from yihu.hub.centres.rules.selectors.tables import get_table, get_version, ready, version_on
from yihu.hub.centres.rules.services import counting
from yihu.hub.centres.rules.services.fitting import fitted
from yihu.kit.decisions import DecisionError, Outcome, UnreadableTableError
from yihu.kit.decisions.texts import outcome_text

WHOLE_TABLE = ""
MOST_DIFFERENCES_A_DAY = 200


class UnableToDecideError(UnableTo):
    """The table refuses these inputs; `code` is the table's (DEC-R…), the text says which rule or value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Subject(Protocol):
    """Whom or what a decision is about, as workflow and matters have it."""

    kind: str
    number: str
    taxpayer_number: str | None
    office_code: str
    label: int


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What a table said and by what: `value` as DMN has it, `outcome` in Chinese, `rules` the ids of the rules that hit.

    `clauses` are those rules' legal grounds. `trace_id` is given when the decision was about somebody.
    """

    value: object
    outcome: str
    outputs: tuple[Mapping[str, object], ...]
    hits: tuple[int, ...]
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    key: str
    version: int
    digest: str
    suppressed: bool = False
    trace_id: int | None = None


def version_for(key: str, *, on: date) -> int:
    """
    The number of the version in force on a day, for a caller to pin.

    :raises NoDecisionError: unknown table, or none in force
    """
    return version_on(get_table(key), on).number


def evaluate_one(
    key: str,
    inputs: Mapping[str, Any],
    *,
    on: date,
    now: datetime,
    subject: Subject | None = None,
    version: int | None = None,
) -> Decision:
    """
    Decide by the version in force on a day, or by the one that the caller pinned.

    With a subject a trace is kept in the caller's transaction, and suppressions of its taxpayer are respected.

    :raises NoDecisionError: RULES-N01…N03
    :raises UnableToDecideError: DEC-R01…R06
    """
    table = get_table(key)
    chosen = get_version(table, version) if version is not None else version_on(table, on)
    without = _suppressed(table, subject, on)
    given = fitted(ready(chosen).table, inputs)
    try:
        outcome = _outcome(chosen, given, on, without)
    except DecisionError as error:
        counting.count(chosen.pk, localdate(now), (counting.REFUSED,))
        raise UnableToDecideError(error.code, str(error)) from error
    touched = bool(without)
    counting.count(chosen.pk, localdate(now), _counted(outcome, whole=WHOLE_TABLE in without))
    decision = _decision(chosen, outcome, suppressed=touched)
    if subject is not None:
        decision = _traced(decision, chosen, given, on, subject, now)
    _run_shadow(table, chosen, given, on, decision, subject, now)
    return decision


def _suppressed(table: DecisionTable, subject: Subject | None, on: date) -> frozenset[str]:
    """Ids of the rules that do not apply to the subject's taxpayer; `WHOLE_TABLE` stands for all."""
    number = getattr(subject, "taxpayer_number", None)
    if not number:
        return frozenset()
    # Whether an exception is in force does not depend on who asks.
    with as_system("按豁免判定决策表是否适用"):
        rows = Suppression.objects.filter(
            table=table, taxpayer_number=number, state=SuppressionState.CONFIRMED, valid_from__lte=on, valid_to__gt=on
        )
        return frozenset(rows.values_list("rule_id", flat=True))


def _outcome(version: TableVersion, given: Mapping[str, Any], on: date, without: frozenset[str]) -> Outcome:
    if WHOLE_TABLE in without:
        return Outcome(None, (), ())
    return ready(version).evaluate(given, on=on, without=without)


def _counted(outcome: Outcome, *, whole: bool) -> tuple[int, ...]:
    return (counting.SUPPRESSED,) if whole else outcome.hits or (counting.NONE,)


def _decision(version: TableVersion, outcome: Outcome, *, suppressed: bool) -> Decision:
    table = ready(version).table
    rules = [table.rules[number - 1] for number in outcome.hits]
    return Decision(
        value=outcome.value,
        outcome=outcome_text(table, outcome.outputs, outcome.value),
        outputs=outcome.outputs,
        hits=outcome.hits,
        rules=tuple(rule.id for rule in rules),
        clauses=tuple(dict.fromkeys(rule.clause for rule in rules if rule.clause)),
        key=version.table.key,
        version=version.number,
        digest=version.digest,
        suppressed=suppressed,
    )


def _trace_of(decision: Decision, version: TableVersion, given: Mapping[str, Any], on: date, now: datetime) -> Trace:
    kept = {name: given.get(name) for name in ready(version).table.types}
    return Trace(
        version=version,
        inputs=kept,
        hits=list(decision.hits),
        outcome={"value": decision.value, "text": decision.outcome},
        suppressed=decision.suppressed,
        day=on,
        decided_at=now,
    )


def _name_subject(trace: Trace, subject: Subject | None) -> None:
    # A row of a table (a matter's case) is called by its own name where it has no kind.
    called = getattr(getattr(subject, "_meta", None), "verbose_name", "")
    trace.subject_kind = str(getattr(subject, "kind", "") or called)[:40]
    trace.subject_number = str(getattr(subject, "number", ""))[:80]
    trace.taxpayer_number = str(getattr(subject, "taxpayer_number", None) or "")[:64]
    trace.office_code = str(getattr(subject, "office_code", "") or "")[:30]
    trace.label = int(getattr(subject, "label", None) or Label.INTERNAL)


def _traced(
    decision: Decision, version: TableVersion, given: Mapping[str, Any], on: date, subject: Subject, now: datetime
) -> Decision:
    trace = _trace_of(decision, version, given, on, now)
    _name_subject(trace, subject)
    with as_system("决策留痕"):
        trace.save()
    return replace(decision, trace_id=trace.pk)


def _run_shadow(
    table: DecisionTable,
    chosen: TableVersion,
    given: Mapping[str, Any],
    on: date,
    decision: Decision,
    subject: Subject | None,
    now: datetime,
) -> None:
    """Let drafts that run in the shadow answer too; whatever they do, the decision stands."""
    for shadow in table.versions.filter(shadow=True).exclude(pk=chosen.pk):
        text = _shadow_text(shadow, given, on, decision)
        same = text == decision.outcome
        counting.count(shadow.pk, localdate(now), (counting.SHADOW_SAME if same else counting.SHADOW_OTHER,))
        if not same:
            _keep_difference(shadow, chosen, given, on, decision, text, subject, now)


def _shadow_text(shadow: TableVersion, given: Mapping[str, Any], on: date, decision: Decision) -> str:
    if decision.suppressed and not decision.hits:
        return decision.outcome
    try:
        table = ready(shadow).table
        outcome = ready(shadow).evaluate(fitted(table, given), on=max(on, shadow.valid_from))
    except (DecisionError, UnreadableTableError) as error:
        return f"不能得出结果：{error}"[:300]
    return outcome_text(table, outcome.outputs, outcome.value)


def _keep_difference(
    shadow: TableVersion,
    chosen: TableVersion,
    given: Mapping[str, Any],
    on: date,
    decision: Decision,
    text: str,
    subject: Subject | None,
    now: datetime,
) -> None:
    with as_system("影子运行留差异"):
        today = Q(shadow=shadow, decided_at__date=localdate(now))
        if Trace.objects.filter(today).count() >= MOST_DIFFERENCES_A_DAY:
            return
        trace = _trace_of(decision, chosen, given, on, now)
        _name_subject(trace, subject)
        trace.shadow, trace.shadow_outcome = shadow, {"text": text}
        trace.save()
