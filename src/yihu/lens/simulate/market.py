"""Who finds whom: drawing partners by good, weight and distance, all at once."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.simulate.economy import Economy, load_economy, load_regions
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Floats, Ints

NEARNESS = (0.42, 0.66, 0.82)
"""Cumulated chances to look in the own division, city, province; else anywhere."""


class Cells:
    """Rows grouped by a key; draws a row of a given group in proportion to its weight."""

    def __init__(self, keys: Ints, weights: Floats) -> None:
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]
        self.sums = np.concatenate([[0.0], np.cumsum(weights[self.order])])

    def draw(self, keys: Ints, chance: np.random.Generator) -> Ints:
        """One row number for each key, or -1 where the group is empty."""
        low = np.searchsorted(self.keys, keys, side="left")
        high = np.searchsorted(self.keys, keys, side="right")
        start, end = self.sums[low], self.sums[high]
        place = np.searchsorted(self.sums, start + chance.random(len(keys)) * (end - start), side="right") - 1
        place = np.clip(place, low, np.maximum(high - 1, low))
        return np.where(high > low, self.order[np.minimum(place, len(self.order) - 1)], -1)


@dataclass
class Side:
    """
    One side of the market: rows (party, good, weight), K of them, findable by good and nearness.

    Also draws a good for a party, and a party by weight.
    """

    party: Ints
    good: Ints
    levels: tuple[Cells, ...]
    spans: tuple[Ints, ...]
    by_party: Cells
    goods: int

    @classmethod
    def build(cls, parties: Parties, weights: Floats, shares: Floats) -> "Side":
        """
        :param weights: of each party, (N,)
        :param shares: of goods for each party, (N, G)
        """
        party, good = np.nonzero(shares)
        share = shares[party, good]
        heft = weights[party] * share
        spans = _spans(parties)
        goods = shares.shape[1]
        levels = tuple(Cells(span[party] * goods + good, heft) for span in spans)
        return cls(party, good, levels, spans, Cells(party, share), goods)

    def goods_of(self, party: Ints, chance: np.random.Generator) -> Ints:
        """A good for each party by its own shares; -1 where it has none."""
        row = self.by_party.draw(party, chance)
        return np.where(row >= 0, self.good[row], -1)

    def find(self, seeker: Ints, good: Ints, chance: np.random.Generator) -> Ints:
        """A partner for each seeker and good, near rather than far; -1 where nobody deals in it."""
        nearness = np.searchsorted(NEARNESS, chance.random(len(seeker)))
        found = np.full(len(seeker), -1)
        for level, (cells, span) in enumerate(zip(self.levels, self.spans, strict=True)):
            open_ = np.flatnonzero((found < 0) & (nearness <= level))
            row = cells.draw(span[seeker[open_]] * self.goods + good[open_], chance)
            found[open_] = np.where(row >= 0, self.party[row], -1)
        return found


def _spans(parties: Parties) -> tuple[Ints, ...]:
    regions = load_regions()
    place = parties.division
    return place, regions.cities[place], regions.provinces[place], np.zeros_like(place)


def good_shares(parties: Parties) -> tuple[Floats, Floats]:
    """What each party sells and what it buys, both (N, G), rows summing to 1 (or 0)."""
    economy: Economy = load_economy()
    dealer = np.asarray(economy.trades.any(axis=1))[parties.industry]
    rows = np.arange(parties.count)
    sells = economy.makes[parties.industry].copy()
    sells[rows, parties.good] += np.where(dealer, 1.0, 2.0)
    buys = economy.uses[parties.industry].copy()
    buys[rows[dealer], parties.good[dealer]] += 3 * buys[dealer].sum(axis=1)
    return sells / sells.sum(axis=1, keepdims=True), buys / np.maximum(buys.sum(axis=1, keepdims=True), 1e-12)
