"""Chains of trade: drawn, listed, exported."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.exports import respond_with_file
from yihu.hub.subsystems.household.choices import Level
from yihu.hub.subsystems.household.forms import MAX_STEPS, TraceRequest, read_trace
from yihu.hub.subsystems.household.selectors import MAX_DRAWN, Desk
from yihu.hub.subsystems.household.views.door import at_desk, page

HEADER = ("销方", "销方层", "购方", "购方层", "金额（元）", "首次", "末次", "销方风险", "购方风险")
LISTED = 200
DRAWN = 150


@at_desk("household.view")
def trace(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The question, and when one household is named, its chain."""
    asked = read_trace(request.GET)
    context: dict[str, Any] = {"asked": asked, "steps": range(MAX_STEPS + 1), "max_nodes": MAX_DRAWN}
    if asked.reference:
        context |= _answer(desk, asked)
        _record(request, context, "trace.view")
    return page(request, "household/trace.html", desk, context)


@at_desk("household.export")
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
        detail={"edges": len(answer["edges"]), "query": request.GET.urlencode()},
    )


def _answer(desk: Desk, asked: TraceRequest) -> dict[str, Any]:
    household = desk.get_household(asked.reference)
    chain = desk.trace(household["household_id"], asked)
    nodes = {node["household"]: node for node in chain["nodes"]}
    edges = [{**e, "from": nodes[e["seller"]], "to": nodes[e["buyer"]]} for e in chain["edges"]]
    edges.sort(key=lambda e: -float(e["amount"]))
    return {
        "household": household,
        "nodes": chain["nodes"],
        "edges": edges,
        "listed": edges[:LISTED],
        "truncated": [nodes.get(hub, {"name": hub}) for hub in chain["truncated"]],
        "drawing": _drawing(household["household_id"], chain["nodes"], edges),
        "layers": _layers(chain["nodes"]),
    }


def _drawing(centre: str, nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> dict[str, Any]:
    """What fits on a canvas: the largest edges and the nodes they join."""
    drawn = edges[:DRAWN]
    kept = {centre, *(e["seller"] for e in drawn), *(e["buyer"] for e in drawn)}
    return {
        "centre": centre,
        "nodes": [
            {
                "id": n["household"],
                "name": n.get("name") or n["household"],
                "level": n.get("level_code"),
                "division": n.get("division_name"),
                "industry": n.get("industry_name"),
                "open": n["open"],
                "depth": n["depth"],
            }
            for n in nodes
            if n["household"] in kept
        ],
        "edges": [
            {
                "seller": e["seller"],
                "buyer": e["buyer"],
                "amount": str(e["amount"]),
                "first": str(e["first_date"]),
                "latest": str(e["last_date"]),
            }
            for e in drawn
        ],
        "left_out": len(edges) - len(drawn),
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
