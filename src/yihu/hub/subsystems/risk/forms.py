"""What the addresses of the risk pages may ask for, read without ever failing: nonsense falls back to the default."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict

from yihu.hub.registers.snapshots.api import Level
from yihu.hub.subsystems.risk.choices import COLUMNS, Column, Inspected
from yihu.hub.subsystems.risk.compute import REGISTER_SORTS, RegisterFilter

PAGE_SIZES = (20, 50, 100, 200)
WAN = 10_000


@dataclass(frozen=True, slots=True)
class RegisterRequest:
    """One reading of the register's address."""

    wanted: RegisterFilter
    sort: str
    size: int
    page: int
    columns: tuple[Column, ...]
    least: str

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def read_register(
    query: QueryDict, *, learned: bool, schemes: bool, amounts: bool, open_cases: bool, **scope: Any
) -> RegisterRequest:
    """
    Read filters, sort, page size, page and columns; unless columns are chosen, one of the two amounts is shown.

    :param learned: whether a model scored: it then ranks where nothing else is asked, by the scheme where one is chosen
    :param schemes: whether that model tells schemes apart; `amounts`: whether it says what an inspection would bring
    :param open_cases: whether the reader learns of inspections not yet concluded
    :param scope: the reader's bounds
    """
    least = _amount(query.get("least", ""))
    inspected = query.get("inspected", "")
    known = {one.value for one in Inspected if open_cases or one != Inspected.PENDING}
    wanted = RegisterFilter(
        levels=tuple(v for v in query.getlist("level") if v in Level.values),
        division=_text(query, "division"),
        industry=_text(query, "industry"),
        office=_text(query, "office"),
        typology=_text(query, "typology"),
        scheme=_text(query, "scheme"),
        text=_text(query, "text"),
        least_stake=least * WAN if least else None,
        inspected=inspected if inspected in known else "",
        flagged=query.get("flagged") == "1",
        open_cases=open_cases,
        **scope,
    )
    told = learned and schemes and bool(wanted.scheme)
    first = "scheme" if told else "learned" if learned else "rank"
    sort = query.get("sort", first)
    chosen = set(query.getlist("col"))
    there = {
        "probability": learned, "likely_scheme": learned and schemes and not told, "scheme_probability": told,
        "expected_amount": amounts, "stake": not amounts,
    }  # fmt: skip
    hidden = {key for key, given in there.items() if not given}
    columns = tuple(
        c
        for c in COLUMNS
        if ((c.key in chosen if chosen else c.shown) or c.key == "name") and (chosen or c.key not in hidden)
    )
    size = _whole(query.get("size"), PAGE_SIZES[0])
    return RegisterRequest(
        wanted, sort if sort in REGISTER_SORTS else first, size if size in PAGE_SIZES else PAGE_SIZES[0],
        min(max(_whole(query.get("page"), 1), 1), 1_000_000), columns, str(least) if least else "",
    )  # fmt: skip


def _text(query: QueryDict, name: str) -> str:
    return query.get(name, "").replace("\0", "").strip()[:80]


def _amount(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found < Decimal(10) ** 10 else None


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else default


class FilterForm(forms.Form):
    """Name a saved set of filters."""

    name = forms.CharField(label="名称", max_length=40, strip=True)
    query = forms.CharField(max_length=1000, required=False)
