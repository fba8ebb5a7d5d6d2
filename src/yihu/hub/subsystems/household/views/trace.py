"""Chains of trade: drawn, listed, exported."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.snapshots.api import Level
from yihu.hub.screens.exports import respond_with_file
from yihu.hub.subsystems.household.compute import Sketch
from yihu.hub.subsystems.household.forms import read_trace
from yihu.hub.subsystems.household.selectors import MAX_DRAWN, MAX_STEPS, Desk, TraceRequest
from yihu.hub.subsystems.household.views.door import at_desk, page

HEADER = ("销方", "销方层", "购方", "购方层", "金额（元）", "首次", "末次", "销方风险", "购方风险")
LISTED = 50
# Households drawn in one layer: more would not be legible.
DRAWN_IN_LAYER = 14


@at_desk("household.view", reads="trace")
def trace(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The question, and when one household is named, its chain."""
    asked = read_trace(request.GET)
    context: dict[str, Any] = {"asked": asked, "steps": range(MAX_STEPS + 1), "max_nodes": MAX_DRAWN}
    if asked.reference:
        context |= _picture(_answer(desk, asked, Sketch(DRAWN_IN_LAYER, LISTED)))
        _record(request, context, "trace.view")
    return page(request, "household/trace.html", desk, context)


@at_desk("household.export", reads="trace")
def export_trace(request: HttpRequest, desk: Desk, kind: str) -> HttpResponseBase:
    """Every edge of the chain as a file; recorded."""
    asked = read_trace(request.GET)
    if kind not in {"csv", "xlsx"} or not asked.reference:
        raise Http404
    answer = _answer(desk, asked)
    _record(request, answer, "trace.export")
    rows = ([*_cells(edge)] for edge in answer["edges"])
    return respond_with_file(kind, f"链条 {answer['household']['name']}", HEADER, rows)


def _record(request: HttpRequest, answer: dict[str, Any], verb: str) -> None:
    record(
        verb=verb,
        request=request,
        target=f"household:{answer['household']['household_id']}",
        target_name=answer["household"]["name"] or "",
        detail={"edges": answer["edge_count"], "query": request.GET.urlencode()},
    )


def _answer(desk: Desk, asked: TraceRequest, sketch: Sketch | None = None) -> dict[str, Any]:
    """The chain with its edges, largest first, holding their ends; with a sketch only the edges it shows."""
    household = desk.get_household(asked.reference)
    chain = desk.trace(household["household_id"], asked, sketch)
    nodes = {node["household"]: node for node in chain["nodes"]}
    edges = [{**e, "from": nodes[e["seller"]], "to": nodes[e["buyer"]]} for e in chain["edges"]]
    edges.sort(key=lambda e: -float(e["amount"]))
    return {
        **chain,
        "household": household,
        "edges": edges,
        "truncated": [nodes[hub] for hub in dict.fromkeys(cut["household"] for cut in chain["truncated"])],
    }


def _months(edges: list[dict[str, Any]]) -> list[str]:
    """Every month from the first trade of the edges to the last, as YYYY-MM."""
    days = [str(edge[name])[:7] for edge in edges for name in ("first_date", "last_date") if edge[name]]
    if not days:
        return []
    year, month = (int(part) for part in min(days).split("-"))
    last, found = max(days), []
    while f"{year:04d}-{month:02d}" <= last:
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _picture(answer: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of an answer that was made with a sketch."""
    return {
        **answer,
        "listed": answer["edges"][:LISTED],
        "drawing": _drawing(answer),
        "layers": _layers(answer["nodes"]),
        "months": _months(answer["edges"]),
    }


def _drawing(answer: dict[str, Any]) -> dict[str, Any]:
    """What can be read on a canvas: in each layer the households that trade most with those already drawn."""
    kept = set(answer["drawn"])
    return {
        "centre": answer["household"]["household_id"],
        "nodes": [_drawn_node(n) for n in answer["nodes"] if n["household"] in kept],
        "edges": [_drawn_edge(e) for e in answer["edges"] if e["seller"] in kept and e["buyer"] in kept],
        "left_out": len(answer["nodes"]) - len(kept),
    }


def _drawn_node(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": node["household"],
        "name": node.get("name") or node["household"],
        "level": node.get("level_code"),
        "division": node.get("division_name"),
        "industry": node.get("industry_name"),
        "open": node["open"],
        "depth": node["depth"],
    }


def _drawn_edge(edge: dict[str, Any]) -> dict[str, Any]:
    return {
        "seller": edge["seller"],
        "buyer": edge["buyer"],
        "amount": edge["amount"],
        "count": edge["invoice_count"],
        "first": edge["first_date"],
        "latest": edge["last_date"],
    }


def _layers(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: dict[int, int] = {}
    risky: dict[int, int] = {}
    for node in nodes:
        depth = node["depth"]
        counts[depth] = counts.get(depth, 0) + 1
        risky[depth] = risky.get(depth, 0) + (node.get("level_code") == Level.HIGH)
    return [{"depth": d, "count": counts[d], "high": risky[d]} for d in sorted(counts)]


def _cells(edge: dict[str, Any]) -> list[Any]:
    seller, buyer = edge["from"], edge["to"]
    levels = [Level(n["level_code"]).label if n.get("level_code") else "" for n in (seller, buyer)]
    return [
        seller.get("name"),
        seller["depth"],
        buyer.get("name"),
        buyer["depth"],
        edge["amount"],
        edge["first_date"],
        edge["last_date"],
        *levels,
    ]
