"""Commands that look at a snapshot: household, trace, worklist, scoreboard."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import not_found, print_json, print_table, screen
from yihu.cli.wording import say, titles
from yihu.lens.home import Home
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.worklist import WorklistFilter

LEVELS = {"HIGH": "高", "MEDIUM": "中", "LOW": "低", "NONE": "无"}


def _open(reference: str, as_json: bool) -> tuple[Snapshot, str]:
    snapshot = Snapshot.open(Home.from_env())
    found = snapshot.find_household(reference)
    if found is None:
        not_found(reference, as_json=as_json)
    return snapshot, found


def household(reference: Annotated[str, typer.Argument()], as_json: JsonFlag = False) -> None:
    snapshot, found = _open(reference, as_json)
    whole = describe_household(snapshot, found)
    if as_json:
        print_json(whole)
        return
    profile = whole["profile"]
    screen.print(f"{profile['name']}  {found}  {profile['division_name'] or ''}  {profile['industry_name'] or ''}")
    screen.print(f"风险：{LEVELS.get(profile['level_code'], '—')}  {profile['score']}")
    for reason in whole["reasons"]:
        screen.print(f"  · {reason['sentence']}", markup=False)
    print_table(titles("number"), [[number] for number in whole["registrations"]])
    print_table(
        titles("party", "side", "amount", "count"),
        [[c["name"], c["side"], c["amount"], c["invoice_count"]] for c in whole["counterparties"][:20]],
    )
    print_table(
        titles("time", "event", "amount"),
        [[e["occurred_at"], e["title"], e["amount"]] for e in whole["timeline"][:30]],
    )


def describe_household(snapshot: Snapshot, household_id: str) -> dict[str, Any]:
    """Everything the contract for scripts promises of one household, and the snapshot it was read from."""
    profile = snapshot.household(household_id) or {}
    registrations = [r["registration_id"] for r in profile.pop("registrations", [])]
    parties = [
        {"side": side, **party}
        for side in ("sales", "purchases")
        for party in snapshot.counterparties(household_id, side, limit=200)
    ]
    return {
        "household": household_id,
        "snapshot": snapshot.id,
        "registrations": registrations,
        "profile": profile,
        "quality": snapshot.quality(household_id),
        "reasons": snapshot.reasons(household_id),
        "timeline": snapshot.timeline(household_id, limit=1_000),
        "counterparties": parties,
        "people": snapshot.people(household_id),
        "links": snapshot.links(household_id),
        "indicators": snapshot.indicators(household_id),
    }


def trace(
    reference: Annotated[str, typer.Argument()],
    up: Annotated[int, typer.Option(min=0, max=10)] = 1,
    down: Annotated[int, typer.Option(min=0, max=10)] = 1,
    min_amount: Annotated[str, typer.Option()] = "0",
    time_ordered: Annotated[bool, typer.Option("--time-ordered")] = False,
    max_nodes: Annotated[int, typer.Option(min=1)] = 100_000,
    as_json: JsonFlag = False,
) -> None:
    snapshot, found = _open(reference, as_json)
    chain = snapshot.trace(
        found,
        up=up,
        down=down,
        min_amount=_amount(min_amount),
        time_ordered=time_ordered,
        max_nodes=max_nodes,
    )
    if as_json:
        print_json(chain)
        return
    screen.print(say("trace_summary", nodes=len(chain["nodes"]), edges=len(chain["edges"])))
    names = {n["household"]: n.get("name") or n["household"] for n in chain["nodes"]}
    print_table(
        titles("seller", "buyer", "amount", "first", "last"),
        [
            [names[e["seller"]], names[e["buyer"]], e["amount"], e["first_date"], e["last_date"]]
            for e in chain["edges"][:200]
        ],
    )


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(say("bad_amount", text=text)) from error


def worklist(
    limit: Annotated[int, typer.Option(min=1)] = 20,
    level: Annotated[list[str] | None, typer.Option()] = None,
    division: Annotated[str, typer.Option()] = "",
    as_json: JsonFlag = False,
) -> None:
    wanted = WorklistFilter(levels=tuple(level or ()), division=division)
    listed = [
        {
            "household": row["household_id"],
            "name": row["name"],
            "registrations": row["registration_ids"],
            "score": row["score"],
            "level": row["level_code"],
            "reasons": row["reasons"],
        }
        for row in Snapshot.open(Home.from_env()).worklist(wanted, limit=limit)
    ]
    if as_json:
        print_json(listed)
        return
    print_table(
        titles("household", "name", "score", "level", "reasons"),
        [
            [
                r["household"],
                r["name"],
                r["score"],
                LEVELS.get(r["level"], r["level"]),
                "\n".join(r["reasons"][:3]),
            ]
            for r in listed
        ],
    )


def scoreboard(
    truth: Annotated[Path, typer.Option(exists=True, file_okay=False)],
    capacity: Annotated[int, typer.Option(min=1, help=say("capacity"))] = 100,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.scoreboard.run import scoreboard as score

    result = score(Home.from_env(), truth, capacity=capacity)
    if as_json:
        print_json(result)
        return
    screen.print(say("resolution", **result["resolution"]))
    print_table(
        titles("scheme", "positives", "base_rate", "average_precision", "lift", "lag"),
        [
            [
                name,
                s["positives"],
                round(s["base_rate"], 5),
                round(s["average_precision"] or 0.0, 4),
                s.get("lift"),
                s["detection_lag"]["median_days"],
            ]
            for name, s in result["schemes"].items()
        ],
    )
