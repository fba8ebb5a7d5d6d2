"""Which pairs are looked at: equal composite keys, with every key value that is shared too widely left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.resolve.features import joined

CAP = 50
"""Most records that may share a key value; each rule then looks at fewer than CAP / 2 pairs per record."""

FIRM_RULES: Mapping[str, Sequence[str]] = {
    "block_rep_brand": ("rep_id", "brand"),
    "block_rep_trade": ("rep_id", "trade"),
    "block_rep_road": ("rep_id", "road_key"),
    "block_name_brand": ("rep_name", "brand"),
    "block_name_road": ("rep_name", "road_key"),
    "block_core_road": ("name_key", "road_key"),
    "block_core_phone": ("name_key", "phone"),
    "block_address_brand": ("address_key", "brand"),
    "block_organisation": ("organisation",),
    "block_chain": ("chain",),
}
PERSON_RULES: Mapping[str, Sequence[str]] = {
    "block_id": ("id_number",),
    "block_name_phone": ("name_key", "phone"),
    "block_name_road": ("name_key", "road_key"),
    "block_phone_road": ("phone", "road_key"),
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """Key values of one rule that too many records share, and how many records those are."""

    rule: str
    columns: tuple[str, ...]
    values: int
    records: int
    largest: int


def add_keys(features: pa.Table, rules: Mapping[str, Sequence[str]], cap: int = CAP) -> tuple[pa.Table, list[Dropped]]:
    """Append one key column per rule, null where a part is missing or more than `cap` records share the value."""
    dropped = []
    for rule, columns in rules.items():
        key, lost = _capped(joined(*(features[c].combine_chunks() for c in columns)), cap)
        features = features.append_column(rule, key)
        if lost is not None:
            dropped.append(Dropped(rule, tuple(columns), *lost))
    return features, dropped


def _capped(key: pa.Array, cap: int) -> tuple[pa.Array, tuple[int, int, int] | None]:
    counts = pc.value_counts(key.drop_null())
    sizes, values = counts.field("counts"), counts.field("values")
    wide = pc.greater(sizes, cap)
    if not pc.any(wide).as_py():
        return key, None
    excess = sizes.filter(wide)
    keep = pc.invert(pc.is_in(key, value_set=values.filter(wide)))
    lost = (len(excess), pc.sum(excess).as_py(), pc.max(excess).as_py())
    return pc.if_else(keep, key, pa.scalar(None, pa.string())), lost
