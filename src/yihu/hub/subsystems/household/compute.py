"""The one door from the workbench to the lens: sketches, lineage, source rows, judgements."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from yihu.hub.registers.snapshots.api import Snapshot, code_name
from yihu.hub.screens import figures
from yihu.kit.masks import mask_address, mask_id, mask_phone, veil
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import find_indicator, sentence
from yihu.lens.network.sketch import Sketch
from yihu.lens.resolve import journal
from yihu.lens.schema import TABLES

__all__ = ["Sketch"]

# Columns that identify a person are never shown whole, by table where the name alone does not tell.
MASKED: Mapping[str, Callable[[str], str | None]] = {
    "id_number": mask_id,
    "legal_representative_id": mask_id,
    "phone": mask_phone,
    "persons.address": mask_address,
    "old_value": veil,
    "new_value": veil,
    "text": veil,
    "item_name": veil,
    "goods_name": veil,
    "note": veil,
}
OWNER_COLUMNS = ("registration_id", "seller_number", "buyer_number", "subject_number")
# What a row of each table is recognised by in a list.
RECOGNISED_BY = {
    "invoices": ("issued_at", "invoice_number", "seller_name", "buyer_name", "amount", "tax_amount"),
    "registrations": ("registration_id", "name", "registered_on", "status_code"),
    "returns": ("period_end", "form_code", "sales_amount", "tax_payable"),
    "payments": ("paid_on", "tax_code", "amount"),
    "customs_declarations": ("declared_on", "direction_code", "goods_name", "amount"),
    "third_party": ("occurred_on", "source_code", "item_name", "amount"),
    "inspections": ("opened_on", "selected_by_code", "outcome_code", "amount_due"),
}


class JudgementRefusedError(ValueError):
    """The journal did not take a judgement; the text says why."""


def describe_lineage(snapshot: Snapshot, household_id: str, code: str) -> dict[str, Any]:
    """
    How one indicator of one household came about, down to rows that can be opened.

    :raises KeyError: no such indicator
    """
    traced = snapshot.lineage(household_id, code)
    (figure,) = snapshot.indicators(household_id, {code})
    item = find_indicator(code)
    return {
        "lineage": traced,
        "figure": figure,
        "sentence": sentence(item, figure["value"], figure) if item else "",
        "sources": [_describe_rows(source) for source in traced["sources"]],
    }


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a gathered row stands."""

    table: str
    batch_id: str
    source_file: str
    source_row: int


def find_source(
    snapshot: Snapshot, household: Mapping[str, Any], place: SourcePlace, *, open_cases: bool
) -> dict[str, Any] | None:
    """
    One row as gathered and its batch; None when it is absent, not this household's or not told.

    :param open_cases: whether rows of inspections not yet concluded are told
    """
    found = snapshot.source_row(**asdict(place)) if place.table in TABLES else None
    return found if found and _is_told(household, place.table, found["row"], open_cases) else None


def describe_source(place: SourcePlace, found: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of a row that `find_source` found, personal numbers masked."""
    columns = TABLES[place.table].columns
    batch = found["batch"]
    file = next((f for f in batch["files"] if f["file"] == place.source_file), {})
    facts = [
        ("批次", place.batch_id),
        ("采集时间", figures.minute(batch.get("gathered_at"))),
        ("何人采集", batch.get("by")),
        ("源文件 SHA-256", file.get("sha256", figures.BLANK)),
        ("文件编码", file.get("encoding") or figures.BLANK),
    ]
    return {
        "table_name": TABLES[place.table].zh,
        "source_file": place.source_file,
        "source_row": place.source_row,
        "cells": [(c.zh, write_cell(place.table, name, found["row"].get(name))) for name, c in columns.items()],
        "batch_facts": facts,
    }


def describe_clear_person(snapshot: Snapshot, person: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A person's cells in the clear, {title, value, place}, read from the vault."""
    clear = snapshot.clear_person(person["natural_person_id"])
    return [_clear_cell("persons", name, found) for name, found in clear.items()]


def describe_clear_row(place: SourcePlace, found: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The masked cells of a row that `find_source` found, in the clear; nothing of none."""
    row = found["row"] if found else {}
    hidden = [name for name in TABLES[place.table].columns if row.get(name) and _mask(place.table, name)] if row else []
    return [_clear_cell(place.table, name, {**row, "value": row[name]}) for name in hidden]


def _clear_cell(table: str, column: str, found: Mapping[str, Any]) -> dict[str, Any]:
    place = f"{found['batch_id']} {found['source_file']} {found['source_row']}"
    return {"title": TABLES[table].columns[column].zh, "value": found["value"], "place": place}


def _mask(table: str, column: str) -> Callable[[str], str | None] | None:
    return MASKED.get(f"{table}.{column}", MASKED.get(column))


def write_cell(table: str, column: str, value: Any) -> str:
    """A source value as the page shows it: codes by name, money with separators, personal numbers masked."""
    definition = TABLES[table].columns[column]
    if value is None or value == "":
        return figures.BLANK
    if mask := _mask(table, column):
        return mask(str(value)) or figures.BLANK
    if definition.code:
        return code_name(definition.code, value)
    writers = {"money": figures.money, "date": figures.day, "timestamp": figures.minute, "integer": figures.count}
    return writers.get(definition.type, str)(value)


def read_evidence(evidence: str | None) -> list[str]:
    """Why a registration belongs to its household, as sentence pieces."""
    if not evidence:
        return []
    found = json.loads(evidence)
    return [str(piece) for piece in found if piece] if isinstance(found, list) else [str(found)]


def list_judgements(snapshot: Snapshot, household: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What people judged of the household's numbers, newest first; `pending` until a build has read it."""
    own = {household["household_id"], *(r["registration_id"] for r in household["registrations"])}
    built = snapshot.manifest["created_from"]["journal_position"]
    lines = journal.read(snapshot.home)
    concerned = [(at, line) for at, line in enumerate(lines) if own & {line.left, line.right}]
    return [
        {**asdict(line), "word": journal.WORDS[line.kind], "pending": at >= built} for at, line in reversed(concerned)
    ]


def merge(left: str, right: str, *, by: str, reason: str, force: bool, now: datetime) -> None:
    """
    Record that two numbers are one taxpayer.

    :raises JudgementRefusedError: it contradicts a standing judgement and `force` is not set
    """
    _record(journal.merge, left, right, by=by, reason=reason, force=force, now=now)


def unmerge(left: str, right: str, *, by: str, reason: str, force: bool, now: datetime) -> None:
    """
    Take back that two numbers are one taxpayer.

    :raises JudgementRefusedError: it contradicts a standing judgement and `force` is not set
    """
    _record(journal.unmerge, left, right, by=by, reason=reason, force=force, now=now)


def _record(act: Callable[..., object], left: str, right: str, **rest: Any) -> None:
    try:
        act(Home.from_env(), left, right, **rest)
    except journal.ConflictError as error:
        said = "；".join(
            f"{j.by} 于 {j.recorded_at[:10]} 认定{journal.WORDS[j.kind]}：{j.reason}" for j in error.standing
        )
        raise JudgementRefusedError(f"与先前的认定冲突：{said}。核实后仍要改判，请勾选“已知悉冲突”再提交。") from error
    except (ValueError, LookupError) as error:
        raise JudgementRefusedError(str(error)) from error


def _describe_rows(source: Mapping[str, Any]) -> dict[str, Any]:
    columns = RECOGNISED_BY[source["table"]]
    rows = [
        {"values": [write_cell(source["table"], name, row.get(name)) for name in columns], "place": row}
        for row in source["rows"]
    ]
    titles = [TABLES[source["table"]].columns[name].zh for name in columns]
    return {**source, "titles": titles, "rows": rows}


def _is_told(household: Mapping[str, Any], table: str, row: Mapping[str, Any], open_cases: bool) -> bool:
    is_open = table == "inspections" and (row["closed_on"] is None or row["outcome_code"] == "PENDING")
    return _owns(household, row) and (open_cases or not is_open)


def _owns(household: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    numbers = {r["registration_id"] for r in household["registrations"]}
    return any(row.get(column) in numbers for column in OWNER_COLUMNS)
