"""Names of firms: place, brand, trade and form; with siblings, namesakes and branches among them."""

from dataclasses import dataclass, field

from yihu.lens.simulate.economy import load_economy, load_regions
from yihu.lens.simulate.naming import Scribe, short_city, short_district
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.people import People
from yihu.lens.simulate.plan import Plan

SIBLINGS, NAMESAKES, BRANCHES = 0.05, 0.025, 0.025
"""Shares of companies that share an earlier firm's brand and owner; its whole name, elsewhere; or are its branch."""


def write_names(plan: Plan, parties: Parties, people: People) -> list[str]:
    """A name for every party; siblings and half of the branches take over the earlier firm's owner in `people`."""
    book = NameBook(plan, parties, people, Scribe(plan.chance("firm names")))
    for who in range(plan.parties):
        book.enter(who)
    return book.names


@dataclass
class NameBook:
    """Names written so far, with brand and trade of each."""

    plan: Plan
    parties: Parties
    people: People
    scribe: Scribe
    names: list[str] = field(default_factory=list)
    brands: list[str] = field(default_factory=list)
    trades: list[str] = field(default_factory=list)

    def enter(self, who: int) -> None:
        """Name the next party."""
        u, earlier = self.scribe.chance.random(2)
        model = int(earlier * max(1, min(len(self.names), self.plan.taxpayers)))
        self.brands.append(self.scribe.brand())
        self.trades.append(self._trade(who))
        if not self._may_follow(who, model):
            self.names.append(self._own_name(who))
        elif u < SIBLINGS:
            self.brands[who] = self.brands[model]
            if self.trades[who][:2] == self.trades[model][:2]:
                self.trades[who] = f"实业发展{self.scribe.suffix()}"
            self.people.owner[who] = self.people.owner[model]
            self.names.append(self._own_name(who))
        elif u < SIBLINGS + NAMESAKES:
            self.brands[who], self.trades[who] = self.brands[model], self.trades[model]
            same_city = self._city(who) == self._city(model)
            self.names.append(self._own_name(who) if same_city else self.names[model])
        elif u < SIBLINGS + NAMESAKES + BRANCHES:
            self._open_branch(who, model)
        else:
            self.names.append(self._own_name(who))

    def _may_follow(self, who: int, model: int) -> bool:
        companies = not self.parties.individual[who] and not self.parties.individual[model]
        return 0 < who < self.plan.taxpayers and companies and self.names[model].endswith("公司")

    def _open_branch(self, who: int, model: int) -> None:
        if self.names[model].endswith("分公司"):
            self.names.append(self._own_name(who))
            return
        if self.scribe.chance.random() < 0.5:
            self.people.owner[who] = self.people.owner[model]
        self.names.append(f"{self.names[model]}{short_district(self._division(who))}分公司")

    def _division(self, who: int) -> str:
        return str(load_regions().codes[int(self.parties.division[who])])

    def _city(self, who: int) -> str:
        return short_city(self._division(who))

    def _trade(self, who: int) -> str:
        economy, scribe = load_economy(), self.scribe
        detail = economy.details[self.parties.industry[who]]
        good, alone = economy.goods[self.parties.good[who]], self.parties.individual[who]
        if alone and good in scribe.words["shop"] and not detail["words"]:
            return str(scribe.words["shop"][good])
        pool = detail["words"] or scribe.words["trade"].get(good, ["贸易", "商贸"])
        trade = str(pool[int(scribe.chance.random() * len(pool))])
        return trade if alone else f"{trade}{scribe.suffix()}"

    def _own_name(self, who: int) -> str:
        u, brand, trade = self.scribe.chance.random(), self.brands[who], self.trades[who]
        if self.parties.individual[who]:
            return self._shop_name(who, u)
        if u < 0.06:
            return f"{brand}{trade}"
        district = short_district(self._division(who)) if u < 0.12 else ""
        place = self._city(who)
        return f"{place}{district if district != place else ''}{brand}{trade}"

    def _shop_name(self, who: int, u: float) -> str:
        """Individual businesses: generic names, an owner's family name, or a brand."""
        trade = self.trades[who]
        shop = trade if trade[-1] in "店馆市站厂" else trade + ("店" if u < 0.6 else "经营部")
        inside = who < self.plan.taxpayers
        family = self.people.names[self.people.owner[who]][0] if inside else self.brands[who][0]
        if u < 0.12:
            return shop if u < 0.05 else f"{family}记{shop}"
        place, district = self._city(who), short_district(self._division(who))
        local = f"{place}市{district if district != place else ''}"
        return f"{local}{'老' + family if u < 0.3 else self.brands[who]}{shop}"
