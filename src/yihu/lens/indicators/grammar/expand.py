"""The grammar spelled out: one indicator for every declared pair, and the facts that all of them need."""

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType

from yihu.lens.indicators import basis
from yihu.lens.indicators.grammar import spec
from yihu.lens.indicators.grammar.compare import AMONG_PARTNERS, AMONG_PEERS, DIFFERENCES, HOWS, SHAPED
from yihu.lens.indicators.grammar.kinds import OWN_WINDOWS
from yihu.lens.indicators.grammar.spec import Comparison, Measure
from yihu.lens.indicators.theme import Indicator, Unit


@cache
def expanded() -> tuple[Indicator, ...]:
    """Every indicator the grammar gives, in the order of its measures."""
    return tuple(_indicator(measure, comparison) for measure, comparison in spec.pairs())


def _indicator(measure: Measure, comparison: Comparison) -> Indicator:
    words = {"zh": measure.zh, "subject": measure.subject, "formula": measure.formula}
    return Indicator(
        code=f"{measure.code}_{comparison.code}",
        zh=comparison.zh.format(**words),
        theme=comparison.theme or measure.theme,
        sentence=_by_due_months(measure) + comparison.sentence.format(**words, value="{value}", peers="{peers}"),
        formula=comparison.formula.format(**words) + _small_samples(measure),
        unit=_unit(measure, comparison),
        window=comparison.months,
        direction=comparison.direction or measure.direction,
        tables=measure.tables,
        law=getattr(basis, measure.law),
        express=partial(HOWS[comparison.how], measure, comparison),
        is_expanded=True,
    )


def _by_due_months(measure: Measure) -> str:
    sources = {stem.split(".")[0] for stem in measure.of}
    return "按已到期申报月计，" if sources & {"declared", "paid"} else ""


def _unit(measure: Measure, comparison: Comparison) -> Unit:
    unit = comparison.unit or measure.unit
    return "百分点" if unit == "比率" and comparison.how in DIFFERENCES else unit


def _small_samples(measure: Measure) -> str:
    if not measure.least or "不足" in measure.formula:
        return ""
    word = "户" if measure.of[-1].endswith("s.count") else "张"
    return f"（不足{measure.least + 1:.0f}{word}不计）"


# What indicators written by hand read of the same facts.
WRITTEN: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "sold": (("amount", "two_years"),),
        "bought": (("amount", "two_years"),),
        "declared": (("sales", "year"), ("output", "year"), ("credit", "two_years"), ("input", "two_years")),
        "third": (("inflow", "year"),),
    }
)


@cache
def needed_windows() -> Mapping[str, frozenset[tuple[str, str]]]:
    """Source -> the (column, window) pairs that some indicator reads of it."""
    wanted = {source: set(stems) for source, stems in WRITTEN.items()}
    for measure, comparison in spec.pairs():
        looks_at_base = comparison.how in AMONG_PEERS or comparison.how in AMONG_PARTNERS
        over = OWN_WINDOWS.get(measure.kind) or (*comparison.windows, *(("year",) if looks_at_base else ()))
        for stem in measure.of:
            source, column = stem.split(".")
            wanted.setdefault(source, set()).update((column, window) for window in over)
    return {source: frozenset(pairs) for source, pairs in wanted.items() if pairs}


@cache
def needed_shapes() -> Mapping[str, tuple[str, ...]]:
    """Source -> the columns whose months some indicator looks at one by one."""
    wanted: dict[str, set[str]] = {}
    for measure, comparison in spec.pairs():
        if comparison.how in SHAPED:
            source, column = measure.of[0].split(".")
            wanted.setdefault(source, set()).add(column)
    return {source: tuple(sorted(columns)) for source, columns in wanted.items()}


def among_peers() -> list[Measure]:
    """The measures that some indicator compares to peers."""
    return _by(set(AMONG_PEERS))


def among_partners(side: str) -> list[Measure]:
    """The measures that some indicator looks at in the partners of a side."""
    return _by({how for how, other in AMONG_PARTNERS.items() if other == side})


def _by(hows: set[str]) -> list[Measure]:
    found = [measure for measure, comparison in spec.pairs() if comparison.how in hows]
    return list(dict.fromkeys(found))
