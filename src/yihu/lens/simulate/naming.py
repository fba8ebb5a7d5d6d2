"""Names and addresses as people write them, and the ways in which they mistype them."""

from functools import cache, lru_cache
from typing import Any

import numpy as np

from yihu.lens.schema.places import DIVISIONS, ancestors
from yihu.lens.simulate.economy import read_yaml

FULL_WIDTH = str.maketrans("0123456789-()", "０１２３４５６７８９－（）")


@lru_cache(maxsize=1)
def words() -> Any:
    """The material of `names.yaml`."""
    return read_yaml("names.yaml")


class Scribe:
    """Writes names and addresses with one source of chance."""

    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance
        self.words = words()
        self.families = list(self.words["family"])
        weights = np.array(list(self.words["family"].values()), dtype=float)
        self.family_edges = np.cumsum(weights / weights.sum())

    def pick(self, name: str) -> str:
        """One entry of a list of words."""
        entries = self.words[name]
        return str(entries[int(self.chance.random() * len(entries))])

    def person(self, family: str | None = None) -> str:
        """A personal name; a tenth are very common ones, so that many people share theirs."""
        u = self.chance.random()
        family = family or self.families[int(np.searchsorted(self.family_edges, self.chance.random()))]
        if u < 0.12:
            return family + self.pick("given_common")
        second = self.pick("given") if u < 0.75 else ""
        return family + self.pick("given") + second

    def brand(self) -> str:
        """A trade name 字号 of two or three characters."""
        third = self.pick("brand") if self.chance.random() < 0.3 else ""
        return self.pick("brand") + self.pick("brand") + third

    def suffix(self) -> str:
        return self.pick("suffix")

    def address(self, division: str) -> str:
        """A full postal address."""
        u = self.chance.random(6)
        street = self.pick("street") if u[0] < 0.5 else ""
        building = self.pick("building") + f"{int(u[1] * 20) + 1}幢" if u[2] < 0.7 else ""
        room = f"{int(u[3] * 28) + 1}{int(u[4] * 20) + 1:02d}室" if building or u[5] < 0.3 else ""
        return f"{full_place(division)}{street}{self.pick('road')}{int(u[5] * 990) + 1}号{building}{room}"

    def mistype(self, text: str, times: int = 1) -> str:
        """Replace up to `times` characters by ones that look or sound alike."""
        swaps = self.words["swaps"]
        places = [i for i, c in enumerate(text) if c in swaps]
        for place in self.chance.permutation(places)[:times].astype(int).tolist() if places else []:
            text = text[:place] + swaps[text[place]] + text[place + 1 :]
        return text

    def retype_name(self, name: str, place: str) -> str:
        """The same firm's name as another clerk wrote it: one or two changes, sometimes none."""
        u = self.chance.random(5)
        if u[0] < 0.4:
            longer = "有限责任公司" not in name
            name = name.replace("有限公司", "有限责任公司") if longer else name.replace("有限责任公司", "有限公司")
        if u[1] < 0.3:
            name = self.mistype(name)
        if u[2] < 0.25 and name.startswith(place) and len(name) > len(place) + 5:
            name = name[len(place) :].removeprefix("市")
        elif u[2] < 0.35 and name.startswith(place):
            name = f"{name[len(place) : -4]}（{place}）{name[-4:]}"
        if u[3] < 0.08:
            name = "".join(self.words["traditional"].get(c, c) for c in name)
        return name

    def retype_address(self, address: str, division: str) -> str:
        """The same address without its divisions, in other digits, or cut short."""
        u = self.chance.random(5)
        prefix = full_place(division)
        if u[0] < 0.5 and address.startswith(prefix):
            keep = ancestors(division, DIVISIONS)[-1].name if u[1] < 0.5 else ""
            address = keep + address[len(prefix) :]
        if u[2] < 0.25:
            address = address.translate(FULL_WIDTH)
        if u[3] < 0.3:
            address = address.replace("室", "")
        if u[4] < 0.2:
            address = address.replace("幢", "号楼")
        return self.mistype(address) if u[1] > 0.85 else address


@cache
def full_place(division: str) -> str:
    """Province, city and district in one string; 上海市浦东新区."""
    return "".join(place.name for place in ancestors(division, DIVISIONS))


@cache
def short_city(division: str) -> str:
    """The place word that opens a firm's name: 杭州, 上海."""
    line = ancestors(division, DIVISIONS)
    city = line[0] if line[0].code[:2] in ("11", "12", "31", "50") or len(line) == 1 else line[1]
    return city.name.removesuffix("市")


@cache
def short_district(division: str) -> str:
    """The last division without its kind: 萧山."""
    name = ancestors(division, DIVISIONS)[-1].name
    return name[:-1] if len(name) > 2 else name
