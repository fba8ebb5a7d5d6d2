"""How a measure is compared: to itself in another window, to its own months, to peers, to counterparties."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import ibis

from yihu.lens.indicators.arithmetic import growth, only, ratio, share
from yihu.lens.indicators.grammar.kinds import KINDS, OWN_WINDOWS
from yihu.lens.indicators.grammar.spec import Comparison, Measure

STEADY_MONTHS = 6
SHAPES = ("sum", "squares", "moment", "top", "span")


def fact_name(stem: str, window: str) -> str:
    """The fact that holds a stem over a window: ``sold.amount`` over ``quarter`` is ``sold_amount_quarter``."""
    return f"{stem.replace('.', '_')}_in_{window}"


def shape_name(stem: str, shape: str) -> str:
    """The fact that holds one of `SHAPES` of a stem's last 12 months."""
    return f"{stem.replace('.', '_')}_month_{shape}"


def peer_name(measure: str) -> str:
    """The fact that holds the peer group's median of a measure."""
    return f"peer_{measure}"


def partner_name(side: str, measure: str) -> str:
    """The fact that holds the mean of a measure over a side's partners, weighed by amount."""
    return f"{side}_mean_{measure}"


def value(measure: Measure, f: Any, window: str) -> Any:
    """The measure over one window of the facts `f`."""
    over = OWN_WINDOWS.get(measure.kind, (window,))
    return KINDS[measure.kind](measure.least, *(f[fact_name(stem, w)] for w in over for stem in measure.of))


def base(measure: Measure, f: Any) -> Any:
    """What peers and counterparties are compared by: the measure over the last year."""
    return value(measure, f, "year")


How = Callable[[Measure, Comparison, Any], Any]


def _value(m: Measure, c: Comparison, f: Any) -> Any:
    return value(m, f, c.windows[0])


def _difference(m: Measure, c: Comparison, f: Any) -> Any:
    return value(m, f, c.windows[0]) - value(m, f, c.windows[1])


def _growth(m: Measure, c: Comparison, f: Any) -> Any:
    now, before = (value(m, f, w) for w in c.windows)
    return growth(now, before) if m.kind == "level" else ratio(now, before) - 1


def _portion(m: Measure, c: Comparison, f: Any) -> Any:
    part, whole = (value(m, f, w) for w in c.windows)
    return only(_steady(m, f), share(part.clip(lower=0.0), whole).clip(upper=1.0))


def _shape(m: Measure, f: Any) -> tuple[Any, ...]:
    return tuple(f[shape_name(m.of[0], shape)] for shape in SHAPES)


def _steady(m: Measure, f: Any) -> Any:
    return f[shape_name(m.of[0], "span")] >= STEADY_MONTHS


def _volatility(m: Measure, _c: Comparison, f: Any) -> Any:
    whole, squares, _, _, span = _shape(m, f)
    spread = ibis.greatest(span * squares - whole * whole, ibis.literal(0.0)).sqrt()
    return only(_steady(m, f), ratio(spread, whole))


def _trend(m: Measure, _c: Comparison, f: Any) -> Any:
    whole, _, moment, _, span = _shape(m, f)
    lean = (span - 1) / 2 * whole - moment
    return only(_steady(m, f), ratio(lean * 12, whole) / (span * span - 1).nullif(0))


def _peak(m: Measure, _c: Comparison, f: Any) -> Any:
    whole, _, _, top, _ = _shape(m, f)
    return only(_steady(m, f), ratio(top, whole))


def _over_peers(m: Measure, _c: Comparison, f: Any) -> Any:
    return ratio(base(m, f), f[peer_name(m.code)])


def _apart_peers(m: Measure, _c: Comparison, f: Any) -> Any:
    return base(m, f) - f[peer_name(m.code)]


def _of(side: str) -> How:
    return lambda m, _c, f: f[partner_name(side, m.code)]


def _apart(side: str) -> How:
    return lambda m, _c, f: base(m, f) - f[partner_name(side, m.code)]


HOWS: Mapping[str, How] = MappingProxyType(
    {
        "value": _value,
        "difference": _difference,
        "growth": _growth,
        "portion": _portion,
        "volatility": _volatility,
        "trend": _trend,
        "peak": _peak,
        "over_peers": _over_peers,
        "apart_peers": _apart_peers,
        "of_suppliers": _of("suppliers"),
        "of_buyers": _of("buyers"),
        "apart_suppliers": _apart("suppliers"),
        "apart_buyers": _apart("buyers"),
    }
)
SHAPED = ("portion", "volatility", "trend", "peak")
DIFFERENCES = ("difference", "apart_peers", "apart_suppliers", "apart_buyers")
AMONG_PEERS = ("over_peers", "apart_peers")
# how -> the side whose partners it looks at
AMONG_PARTNERS: Mapping[str, str] = MappingProxyType(
    {f"{how}_{side}": side for how in ("of", "apart") for side in ("suppliers", "buyers")}
)
