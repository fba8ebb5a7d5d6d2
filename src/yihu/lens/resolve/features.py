"""Registrations and person records as the columns that are compared, one row each, all text in normal form."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.resolve.addresses import Address, parse_address
from yihu.lens.resolve.chains import number_chains
from yihu.lens.resolve.contacts import normal_identity, normal_phone, organisation_code
from yihu.lens.resolve.folding import sound
from yihu.lens.resolve.names import Name, parse_name

FIRM_COLUMNS = (
    "name_key", "full_key", "brand", "trade", "place", "district", "branch",
    "rep_id", "rep_name", "address_key", "road_key", "address_city", "address_units",
    "phone", "organisation", "chain", "city", "industry", "former_key",
)  # fmt: skip
PERSON_COLUMNS = ("id_number", "name_key", "phone", "address_key", "road_key", "address_units", "firms")


def over_unique(column: pa.ChunkedArray | pa.Array, function: Callable[[Any], Any]) -> list[Any]:
    """Apply a pure function once to each distinct value; returns one result per row."""
    plain = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = plain.dictionary_encode()
    results = np.empty(len(encoded.dictionary) + 1, dtype=object)
    results[:-1] = [function(value) for value in encoded.dictionary.to_pylist()]
    results[-1] = function(None)
    codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    return list(results[codes])


def texts(values: Iterable[str | None]) -> pa.Array:
    """A string column in which empty means missing."""
    return pa.array([v or None for v in values], type=pa.string())


def joined(*columns: pa.Array) -> pa.Array:
    """The columns' values with a bar between them; null when any is null."""
    return pc.binary_join_element_wise(*columns, "|")


def firm_features(registrations: pa.Table, changes: pa.Table) -> pa.Table:
    """
    One row per registration: unique_id and `FIRM_COLUMNS`, strings or null.

    :param registrations: canonical columns, one row per registration_id, sorted by it
    """
    ids = registrations["registration_id"].combine_chunks()
    columns: dict[str, Any] = {"unique_id": ids}
    columns |= _name_columns(over_unique(registrations["name"], parse_name))
    columns |= _address_columns(over_unique(registrations["address"], parse_address))
    columns["rep_id"] = texts(over_unique(registrations["legal_representative_id"], normal_identity))
    columns["rep_name"] = texts(over_unique(registrations["legal_representative_name"], _person_sound))
    columns["phone"] = texts(over_unique(registrations["phone"], normal_phone))
    numbers = zip(registrations["uscc"].to_pylist(), ids.to_pylist(), strict=True)
    columns["organisation"] = texts(organisation_code(*pair) for pair in numbers)
    columns["chain"] = texts(number_chains(registrations, changes))
    columns["former_key"] = texts(_former_names(ids.to_pylist(), registrations["name"].to_pylist(), changes))
    columns["city"] = pc.utf8_slice_codeunits(registrations["division_code"].combine_chunks(), 0, 4)
    columns["industry"] = pc.utf8_slice_codeunits(registrations["industry_code"].combine_chunks(), 0, 2)
    return pa.table({name: columns[name] for name in ("unique_id", *FIRM_COLUMNS)})


def _former_names(ids: list[str], names: list[str | None], changes: pa.Table) -> list[str]:
    """
    The whole sound (place and district too) of the name each registration bore before its last change of name.

    Empty where none is recorded, where the former name is not brand and trade, or where only the spelling changed.
    """
    rows = changes.filter(pc.equal(changes["item_code"], "NAME")).select(["registration_id", "changed_on", "old_value"])
    last: dict[str, tuple[Any, str]] = {}
    for number, day, old in zip(*(rows[c].to_pylist() for c in rows.column_names), strict=True):
        if old and (number not in last or day > last[number][0]):
            last[number] = (day, old)
    return [_full_sound(last[i][1], now) if i in last else "" for i, now in zip(ids, names, strict=True)]


def _full_sound(former: str, now: str | None) -> str:
    before, after = parse_name(former), parse_name(now)
    if not before.brand or not before.trade or before.branch:
        return ""
    key = sound(before.place + before.district + before.brand + before.trade)
    return "" if key == sound(after.place + after.district + after.brand + after.trade) else key


def _name_columns(names: list[Name]) -> dict[str, pa.Array]:
    brand, trade = texts(sound(n.brand) for n in names), texts(sound(n.trade) for n in names)
    return {
        "brand": brand,
        "trade": trade,
        "name_key": texts(sound(n.brand + n.trade) for n in names),
        "full_key": texts(sound(n.place + n.district + n.brand + n.trade) for n in names),
        "place": texts(n.place for n in names),
        "district": texts(n.district for n in names),
        "branch": texts(sound(n.branch) for n in names),
    }


def _address_columns(addresses: list[Address]) -> dict[str, pa.Array]:
    road = [a.road + a.number if a.road and (a.number or a.units) else "" for a in addresses]
    return {
        "road_key": texts(road),
        "address_key": texts(f"{r}-{a.units}" if r and a.units else "" for r, a in zip(road, addresses, strict=True)),
        "address_units": texts(a.units for a in addresses),
        "address_city": texts(a.city for a in addresses),
    }


def _person_sound(name: str | None) -> str:
    return "" if not name or "*" in name else sound(name)


def person_features(persons: pa.Table, roles: pa.Table) -> pa.Table:
    """One row per person record: unique_id and `PERSON_COLUMNS`; `firms` is the first registration served."""
    addresses = _address_columns(over_unique(persons["address"], parse_address))
    first_firm = _first_firm(roles)
    ids = persons["person_id"].combine_chunks()
    columns: Mapping[str, Any] = {
        "unique_id": ids,
        "id_number": texts(over_unique(persons["id_number"], normal_identity)),
        "name_key": texts(over_unique(persons["name"], _person_sound)),
        "phone": texts(over_unique(persons["phone"], normal_phone)),
        **addresses,
        "firms": texts(first_firm.get(i) for i in ids.to_pylist()),
    }
    return pa.table({name: columns[name] for name in ("unique_id", *PERSON_COLUMNS)})


def _first_firm(roles: pa.Table) -> dict[str, str]:
    least = roles.group_by("person_id").aggregate([("registration_id", "min")])
    return dict(zip(least["person_id"].to_pylist(), least["registration_id_min"].to_pylist(), strict=True))
