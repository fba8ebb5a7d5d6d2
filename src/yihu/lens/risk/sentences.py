"""Reasons in the officer's words: the household's figures, the peers' figures, where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yihu.lens.backends.duck import literal
from yihu.lens.indicators.catalogue import show
from yihu.lens.indicators.theme import Unit
from yihu.lens.risk.features import Features
from yihu.lens.risk.rules import Rule

Peers = Mapping[tuple[str, str], tuple[int, float, float, float]]  # (group, code) -> households, p05, p50, p95


@dataclass(frozen=True, slots=True)
class Narrator:
    """Writes sentences about households from their figures."""

    features: Features
    units: Mapping[str, tuple[str, Unit]]
    peers: Peers

    def figure(self, code: str, household: int) -> str:
        """A figure with its unit."""
        return show(float(self.features.values[code][household]), self.units[code][1])

    def peer_row(self, code: str, household: int) -> tuple[int, float, float, float] | None:
        """Households, p05, p50, p95 of the household's peer group, when they are known."""
        group = self.features.group_names[self.features.group[household]]
        return self.peers.get((group, code))

    def tell(self, rule: Rule, household: int) -> str:
        """The rule's sentence about one household."""
        main = rule.when[0]
        looks_low = main.below_peers is not None
        figures = {code: self.figure(code, household) for code in rule.indicators}
        return rule.sentence.format(**figures, peers=self.compare(main.indicator, household, low=looks_low))

    def compare(self, code: str, household: int, *, low: bool = False) -> str:
        """The peers' figures in parentheses, or nothing where there is no comparison."""
        row, place = self.peer_row(code, household), float(self.features.percentiles[code][household])
        if row is None or np.isnan(place):
            return ""
        count, p05, p50, p95 = row
        unit = self.units[code][1]
        edge = f"95%的同类户不低于{show(p05, unit)}" if low else f"95%的同类户不超过{show(p95, unit)}"
        side = f"低于{_share(1 - place)}的同类户" if low else f"高于{_share(place)}的同类户"
        return f"（{count:,}户同类户的中位数为{show(p50, unit)}，{edge}，本户{side}）"

    def tell_outlier(self, codes: list[str], household: int, score: float) -> str:
        """Why the household's combination of figures is unusual."""
        parts = [f"{self.units[c][0]}{self.figure(c, household)}{self._side(c, household)}" for c in codes]
        return f"各项指标的组合比{_share(score)}的户更少见，最突出的是：{'；'.join(parts)}。"

    def _side(self, code: str, household: int) -> str:
        place = float(self.features.percentiles[code][household])
        return f"（高于{_share(place)}的同类户）" if place >= 0.5 else f"（低于{_share(1 - place)}的同类户）"


def read_peers(con: Any, out: Path) -> Peers:
    """Read peers.parquet of `out`, groups without figures left out."""
    rows = con.execute(
        "SELECT peer_group, indicator_code, household_count, p05, p50, p95 FROM "
        f"read_parquet({literal(str(out / 'peers.parquet'))}) WHERE p50 IS NOT NULL"
    ).fetchall()
    return {(group, code): (count, p05, p50, p95) for group, code, count, p05, p50, p95 in rows}


def _share(place: float) -> str:
    """A percentile that never claims all the peers."""
    return f"{min(place * 100, 99.9):.1f}%"
