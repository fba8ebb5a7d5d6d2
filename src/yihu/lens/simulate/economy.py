"""The goods and industries of `economy.yaml` as arrays."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from yihu.lens.schema.places import DIVISIONS
from yihu.lens.simulate.plan import Floats, Ints

OVERHEADS = {"fuel": 0.2, "dining": 0.25, "lodging": 0.2, "freight": 0.25, "stationery": 0.2, "power": 0.2}
HOME_CITY = "330100"
HOME_PROVINCE = "33"
NEIGHBOURS = ("31", "32")


@dataclass(frozen=True)
class Economy:
    """
    Goods (G of them) and industries (I of them).

    `makes` and `uses` have shape (I, G), non-negative weights; `trades` (I, G) holds 1 where a firm of the
    industry may choose that good as the one it deals in. `rates` are percents.
    """

    goods: tuple[str, ...]
    goods_codes: tuple[str, ...]
    goods_rates: Ints
    goods_prices: Floats
    goods_units: tuple[str, ...]
    item_names: tuple[str, ...]
    item_starts: Ints
    industries: tuple[str, ...]
    details: tuple[dict[str, Any], ...]
    makes: Floats
    uses: Floats
    trades: Floats

    def good(self, name: str) -> int:
        return self.goods.index(name)

    def industry(self, code: str) -> int:
        return self.industries.index(code)

    def column(self, name: str, default: float = 0.0) -> Floats:
        """One number of every industry, shape (I,)."""
        return np.array([d.get(name, default) for d in self.details], dtype=np.float64)

    def seasons(self) -> Floats:
        """Relative activity by industry and calendar month, shape (I, 12), mean about 1."""
        base = np.array([1.02, 0.58, 0.95, 0.97, 0.98, 1.02, 1.05, 1.06, 1.04, 1.0, 1.08, 1.25])
        out = np.tile(base, (len(self.industries), 1))
        for row, detail in enumerate(self.details):
            for month in detail["peak"]:
                out[row, month - 1] *= 1.3
        return out


def read_yaml(name: str) -> Any:
    """A data file that stands beside this module."""
    return yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _matrix(rows: list[dict[str, float]], goods: tuple[str, ...]) -> Floats:
    out = np.zeros((len(rows), len(goods)))
    for i, row in enumerate(rows):
        for good, weight in row.items():
            out[i, goods.index(good)] = weight
    return out


@lru_cache(maxsize=1)
def load_economy() -> Economy:
    """Read the model economy."""
    data = read_yaml("economy.yaml")
    goods, industries = tuple(data["goods"]), tuple(data["industries"])
    bodies, details = list(data["goods"].values()), tuple(data["industries"].values())
    items = [f"*{b['label']}*{name}" for b in bodies for name in b["names"]]
    uses = _matrix([OVERHEADS for _ in details], goods) * 0.5
    uses += _matrix([d["uses"] for d in details], goods)
    return Economy(
        goods=goods,
        goods_codes=tuple(b["code"] + "0" * 12 for b in bodies),
        goods_rates=np.array([b["rate"] for b in bodies], dtype=np.int64),
        goods_prices=np.array([b["price"] for b in bodies], dtype=np.float64),
        goods_units=tuple(b["unit"] for b in bodies),
        item_names=tuple(items),
        item_starts=np.cumsum([0] + [len(b["names"]) for b in bodies]).astype(np.int64),
        industries=industries,
        details=details,
        makes=_matrix([d.get("makes", {}) for d in details], goods),
        uses=uses,
        trades=_matrix([dict.fromkeys(d.get("trades", []), 1.0) for d in details], goods),
    )


@dataclass(frozen=True)
class Regions:
    """Divisions where parties sit: `codes` (D,), their city and province as small numbers, and weights."""

    codes: tuple[str, ...]
    cities: Ints
    provinces: Ints
    weights: Floats


@lru_cache(maxsize=1)
def load_regions() -> Regions:
    """Every division without children below it; the home city and its neighbours weigh most."""
    parents = {place.parent for place in DIVISIONS.values()}
    codes = tuple(sorted(c for c in DIVISIONS if c not in parents))
    cities = np.unique([c[:4] for c in codes], return_inverse=True)[1].astype(np.int64)
    provinces = np.array([int(c[:2]) for c in codes], dtype=np.int64)
    return Regions(codes, cities, provinces, np.array([_weight(c) for c in codes]))


def _weight(code: str) -> float:
    if code[:4] == HOME_CITY[:4]:
        return 1.0 if code != "330127" else 0.2
    if code[:2] == HOME_PROVINCE:
        return 0.35
    return 0.12 if code[:2] in NEIGHBOURS else 0.06
