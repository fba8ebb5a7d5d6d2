"""Numbers that the register itself says followed one another."""

import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.resolve.folding import fold_width


def number_chains(registrations: pa.Table, changes: pa.Table) -> list[str]:
    """
    For each registration the least number of its chain of recorded changes, empty when it has none.

    A chain follows `previous_registration_id` and the changes of item NUMBER (old value → new value).
    """
    parent: dict[str, str] = {}

    def find(number: str) -> str:
        while (above := parent.setdefault(number, number)) != number:
            parent[number] = parent[above]
            number = parent[number]
        return number

    for old, new in _recorded(registrations, changes):
        first, second = sorted((find(old), find(new)))
        parent[second] = first
    return [find(n) if n in parent else "" for n in map(fold_width, registrations["registration_id"].to_pylist())]


def _recorded(registrations: pa.Table, changes: pa.Table) -> list[tuple[str, str]]:
    kept = registrations.filter(pc.is_valid(registrations["previous_registration_id"]))
    pairs = list(zip(kept["previous_registration_id"].to_pylist(), kept["registration_id"].to_pylist(), strict=True))
    numbers = changes.filter(pc.equal(changes["item_code"], "NUMBER"))
    rows = zip(*(numbers[c].to_pylist() for c in ("registration_id", "old_value", "new_value")), strict=True)
    for registration, old, new in rows:
        pairs += [(n, registration) for n in (old, new) if n]
    folded = {(fold_width(a), fold_width(b)) for a, b in pairs}
    return sorted((a, b) for a, b in folded if a and b and a != b)
