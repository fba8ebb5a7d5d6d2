"""Which version answers, made ready once per process."""

import threading
from datetime import date

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import DayHits, DecisionTable, TableVersion
from yihu.kit.decisions import CompiledTable, read_table

PUBLISHED = (VersionState.PUBLISHED, VersionState.RETIRED)
MOST_KEPT = 500
_compiled: dict[str, CompiledTable] = {}
_lock = threading.Lock()


class NoDecisionError(UnableTo):
    """There is no such table, no such version, or none in force on that day. `code` is RULES-N01…N03."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message}（{code}）")
        self.code = code


def get_table(key: str) -> DecisionTable:
    """:raises NoDecisionError: RULES-N01"""
    found = DecisionTable.objects.filter(key=key).first()
    if found is None:
        raise NoDecisionError("RULES-N01", f"没有决策表“{key}”，请在规则中心核对表代码。")
    return found


def in_force(day: date) -> Q:
    """Versions that may answer on a day."""
    return Q(state__in=PUBLISHED, valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def version_on(table: DecisionTable, day: date) -> TableVersion:
    """:raises NoDecisionError: RULES-N03"""
    found = find_version_on(table, day)
    if found is None:
        raise NoDecisionError("RULES-N03", f"决策表“{table.name}”在 {day} 没有施行的版本。")
    return found


def find_version_on(table: DecisionTable, day: date) -> TableVersion | None:
    """The version that answers on a day."""
    return table.versions.filter(in_force(day)).order_by("-number").first()


def get_version(table: DecisionTable, number: int) -> TableVersion:
    """:raises NoDecisionError: RULES-N02"""
    found = table.versions.filter(number=number).first()
    if found is None:
        raise NoDecisionError("RULES-N02", f"决策表“{table.name}”没有第 {number} 版。")
    return found


def ready(version: TableVersion) -> CompiledTable:
    """
    The version made ready to run; kept by its content.

    :raises kit.decisions.UnreadableTableError: a draft that cannot run yet
    """
    found = _compiled.get(version.digest)
    if found is None:
        found = CompiledTable(read_table(version.xml))
        with _lock:
            if len(_compiled) >= MOST_KEPT:
                _compiled.clear()
            _compiled[version.digest] = found
    return found


def list_tables(day: date, since: date) -> QuerySet[DecisionTable]:
    """All tables with the version in force, hits since a day, and whether somebody works on them."""
    present = TableVersion.objects.filter(in_force(day), table=OuterRef("pk")).order_by("-number")
    open_one = TableVersion.objects.filter(table=OuterRef("pk"), state__in=(VersionState.DRAFT, VersionState.IN_REVIEW))
    hits = (
        DayHits.objects.filter(version__table=OuterRef("pk"), day__gte=since, rule__lt=10_000)
        .order_by()
        .values("version__table")
        .annotate(total=Sum("count"))
        .values("total")
    )
    return DecisionTable.objects.annotate(
        present_number=Subquery(present.values("number")[:1]),
        present_from=Subquery(present.values("valid_from")[:1]),
        open_state=Subquery(open_one.values("state")[:1]),
        hit_total=Subquery(hits),
        published=Count("versions", filter=Q(versions__state__in=PUBLISHED)),
        newest=Max("versions__number"),
    ).order_by("name")


def counts_by_rule(version: TableVersion, since: date) -> dict[int, int]:
    """Hits by rule number since a day; see `DayHits.rule` for the numbers below 1."""
    rows = DayHits.objects.filter(version=version, day__gte=since, rule__lt=10_000).order_by().values("rule")
    return dict(rows.annotate(total=Sum("count")).values_list("rule", "total"))


def hits_of(table: DecisionTable) -> QuerySet[DayHits]:
    """Counts by day, version and rule, without those of shadow runs."""
    return DayHits.objects.filter(version__table=table, rule__lt=10_000).select_related("version__table")


def shadow_counts(version: TableVersion) -> tuple[int, int]:
    """How often a shadow said the same as the version in force, and how often not."""
    rows = DayHits.objects.filter(version=version, rule__gt=10_000).order_by().values("rule")
    found = dict(rows.annotate(total=Sum("count")).values_list("rule", "total"))
    return found.get(10_001, 0), found.get(10_002, 0)
