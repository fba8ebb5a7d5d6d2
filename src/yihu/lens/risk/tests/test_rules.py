"""The shipped rules can be read, explained and evaluated; broken ones are refused with a reason."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.risk.evaluate import combine, contributions, rule_strengths
from yihu.lens.risk.features import Features, units
from yihu.lens.risk.peers import peer_percentiles
from yihu.lens.risk.rules import RuleError, load_rules, read_rules

RULE: dict[str, Any] = {
    "code": "a",
    "zh": "甲",
    "typology": "虚开发票",
    "family": "x",
    "weight": 0.4,
    "when": [{"indicator": "void_rate", "at_least": 0.1, "full": 0.3}],
    "sentence": "作废率{void_rate}{peers}。",
    "law": "《发票管理办法》",
    "playbook": ["核对"],
}


def features_of(values: dict[str, list[float]]) -> Features:
    columns = {code: np.array(v, float) for code, v in values.items()}
    size = len(next(iter(columns.values())))
    group = np.zeros(size, np.int64)
    return Features(
        [f"H{i}" for i in range(size)],
        group,
        ["同行"],
        np.ones(size, bool),
        np.full(size, 20),
        columns,
        {code: peer_percentiles(v, group) for code, v in columns.items()},
    )


def test_every_figure_of_the_shipped_rules_is_known():
    known = units()
    for rule in load_rules():
        assert set(rule.indicators) <= set(known), rule.code
        assert rule.law
        assert rule.playbook


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"weight": 1.2}, "weight"),
        ({"when": []}, "至少"),
        ({"when": [{"indicator": "void_rate"}]}, "没有界限"),
        ({"when": [{"indicator": "void_rate", "at_least": 1, "full": 0.5}]}, "full"),
        ({"when": [{"indicator": "void_rate", "above_peers": 95}]}, "百分位"),
        ({"when": [{"indicator": "void_rate", "above": 1}]}, "above"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_broken_rule_is_refused_by_name(change, complaint):
    with pytest.raises(RuleError, match=rf"规则 a.*{complaint}"):
        read_rules([{**RULE, **change}])


def test_two_rules_may_not_share_a_code():
    with pytest.raises(RuleError, match="重复"):
        read_rules([RULE, RULE])


def test_a_rule_counts_half_at_its_threshold_and_never_without_a_figure():
    rules = read_rules([RULE])
    strengths = rule_strengths(features_of({"void_rate": [0.05, 0.1, 0.2, 0.9, np.nan]}), rules)
    assert strengths[0].tolist() == pytest.approx([0, 0.5, 0.75, 1, 0])
    assert rule_strengths(features_of({"red_rate": [0.5]}), rules)[0].tolist() == [0]


def test_rules_of_one_family_do_not_count_twice():
    rules = read_rules(
        [{**RULE, "weight": 0.4}, {**RULE, "code": "b", "weight": 0.2}, {**RULE, "code": "c", "family": "y"}]
    )
    shares = contributions(np.ones((3, 1)), rules)
    assert shares[:, 0].tolist() == pytest.approx([0.4, 0.1, 0.4])
    assert combine(shares)[0] == pytest.approx(1 - 0.6 * 0.9 * 0.6)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), st.integers(-3, 3)), st.integers(0, 2)), min_size=1, max_size=60))
def test_percentiles_equal_their_definition(rows):
    values = np.array([np.nan if v is None else v for v, _ in rows], float)
    group = np.array([g for _, g in rows])
    found = peer_percentiles(values, group)
    for at, value in enumerate(values):
        peers = values[(group == group[at]) & ~np.isnan(values)]
        if np.isnan(value) or len(peers) < 10:
            assert np.isnan(found[at])
        else:
            assert found[at] == pytest.approx(((peers < value).sum() + (peers == value).sum() / 2) / len(peers))
