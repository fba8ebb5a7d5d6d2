"""Peers' distributions as pictures."""

from hypothesis import example, given
from hypothesis import strategies as st

from yihu.hub.registers.snapshots.strips import WIDTH, build_strip, choose_figures, strangeness

QUANTILES = ("p05", "p25", "p50", "p75", "p95")
numbers = st.floats(-1e12, 1e12, allow_nan=False)


def item(value, quantiles, code="a"):
    return {"code": code, "value": value, **dict(zip(QUANTILES, quantiles, strict=True))}


@given(numbers, st.lists(numbers, min_size=5, max_size=5))
@example(0.0, [0.0, 0.0, 0.0, 0.0, 2.225073858507e-311])
def test_everything_stands_inside_the_picture_and_in_order(value, quantiles):
    strip = build_strip(item(value, sorted(quantiles)))
    places = [strip.low, strip.quarter, strip.middle, strip.three_quarters, strip.high]
    assert places == sorted(places)
    assert all(0 <= place <= WIDTH for place in [*places, strip.mark])


def test_a_value_far_outside_is_marked_at_the_edge():
    strip = build_strip(item(1000, (0, 1, 2, 3, 4)))
    assert strip.beyond == 1
    assert strip.mark > strip.high
    assert build_strip(item(-1000, (0, 1, 2, 3, 4))).beyond == -1
    assert build_strip(item(2, (0, 1, 2, 3, 4))).beyond == 0


def test_nothing_is_drawn_without_value_or_peers():
    assert build_strip(item(None, (0, 1, 2, 3, 4))) is None
    assert build_strip(item(1, (None,) * 5)) is None


def test_figures_named_by_reasons_come_first_then_the_strangest():
    items = [item(2, (0, 1, 2, 3, 4), "plain"), item(50, (0, 1, 2, 3, 4), "odd"), item(2, (0, 1, 2, 3, 4), "named")]
    assert [figure["code"] for figure in choose_figures(items, ["named"])] == ["named", "odd", "plain"]
    assert strangeness(items[0]) == 0
