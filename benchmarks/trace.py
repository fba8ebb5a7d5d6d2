"""
Trace k steps downstream in Yihu, networkx, igraph and the embedded graph database ladybug: same edges, same seeds.

    python benchmarks/trace.py --edges 1_000_000 --seeds 60

Every engine must find the same households for every seed and depth, or the run fails. Each trace is run three times and
its fastest run counts, so that other work on the machine hurts no engine; all run in one process, one after the other.
A trace passes relations of at least `--min-amount` that were in use in the last `--days` days. Yihu and ladybug apply
this filter while they walk; networkx and igraph walk a graph built for this one filter, so igraph's rows are given
without and with that build, which every change of the filter costs again.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import igraph
import ladybug
import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.network.layout import NAMES_FILE, make_side, save_side
from yihu.lens.network.trace import EPOCH, Limits, Network

DEPTHS = (2, 3, 4)
DAYS = 730
RUNS = 3
LAST_DAY = 20_000
Reach = Callable[[int, int], set[int]]


@dataclass(frozen=True)
class Edges:
    """Distinct directed relations; amounts in cents, days since 1970-01-01."""

    nodes: int
    seller: np.ndarray
    buyer: np.ndarray
    amount: np.ndarray
    first: np.ndarray
    last: np.ndarray


def make_edges(count: int, seed: int) -> Edges:
    """A power-law trading network: sellers and buyers of rank r occur in proportion to r^-0.8; 10 edges a node."""
    chance = np.random.default_rng(seed)
    nodes = max(100, count // 10)
    weight = np.cumsum(np.arange(1, nodes + 1) ** -0.8)
    drawn = int(count * 1.3)
    ends = [chance.permutation(nodes)[np.searchsorted(weight, chance.random(drawn) * weight[-1])] for _ in range(2)]
    pairs = np.unique(ends[0] * nodes + ends[1])
    pairs = np.sort(chance.permutation(pairs[pairs // nodes != pairs % nodes])[:count])
    first = LAST_DAY - chance.integers(0, DAYS, len(pairs))
    last = np.minimum(first + chance.integers(0, DAYS, len(pairs)), LAST_DAY)
    amount = np.exp(chance.normal(13.5, 1.6, len(pairs))).astype(np.int64) + 1
    return Edges(nodes, pairs // nodes, pairs % nodes, amount, first, last)


@contextmanager
def clock(label: str, figures: dict[str, float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    figures[label] = time.perf_counter() - begun


def write_yihu(edges: Edges, folder: Path) -> None:
    for prefix, row, other in (("out", edges.seller, edges.buyer), ("in", edges.buyer, edges.seller)):
        order = np.lexsort((other, -edges.amount, row))
        columns = {"source": row, "node": other, "amount": edges.amount, "first": edges.first, "last": edges.last}
        columns = {name: column[order] for name, column in columns.items()}
        columns["invoices"] = np.ones(len(order), np.int32)
        save_side(make_side(edges.nodes, columns), folder, prefix)
    np.save(folder / NAMES_FILE, np.array([f"H{i:09}".encode() for i in range(edges.nodes)]))


def load_ladybug(edges: Edges, folder: Path) -> ladybug.Connection:
    pq.write_table(pa.table({"id": np.arange(edges.nodes)}), folder / "nodes.parquet")
    columns = {"a": edges.seller, "b": edges.buyer, "amount": edges.amount, "last": edges.last}
    pq.write_table(pa.table(columns), folder / "edges.parquet")
    connection = ladybug.Connection(ladybug.Database(str(folder / "graph.lb")))
    connection.execute("CREATE NODE TABLE Household(id INT64, PRIMARY KEY(id))")
    connection.execute("CREATE REL TABLE Sold(FROM Household TO Household, amount INT64, last INT64)")
    connection.execute(f"COPY Household FROM '{folder / 'nodes.parquet'}'")
    connection.execute(f"COPY Sold FROM '{folder / 'edges.parquet'}'")
    return connection


def ladybug_reach(connection: ladybug.Connection, least: int, after: int) -> Reach:
    # Literals: this engine takes no parameters in the condition of a recursive pattern.
    texts = {
        k: f"MATCH (a:Household {{id: $seed}})-[e:Sold* SHORTEST 1..{k} "
        f"(r, n | WHERE r.amount >= {least} AND r.last >= {after})]->(b:Household) RETURN b.id"
        for k in DEPTHS
    }

    def reach(seed: int, k: int) -> set[int]:
        return {row[0] for row in connection.execute(texts[k], {"seed": seed}).get_all()} | {seed}

    return reach


def engines(
    edges: Edges, folder: Path, least: int, after: int, figures: dict[str, float], skip: set[str]
) -> dict[str, Reach]:
    """A reach function for each engine; what it took to get there goes into `figures`."""
    with clock("yihu set-up", figures):
        write_yihu(edges, folder)
    with clock("yihu open", figures):
        network = Network.open(folder)
    limits = Limits(min_amount=least, after=EPOCH + timedelta(after), max_nodes=edges.nodes)
    found: dict[str, Reach] = {
        "yihu": lambda s, k: network.reach(s, k, limits)[0],
        "yihu with edges": lambda s, k: network.walk_side(s, k, limits, upstream=False).nodes,
    }
    kept = (edges.amount >= least) & (edges.last >= after)
    if "igraph" not in skip:
        with clock("igraph build", figures):
            whole = igraph.Graph(n=edges.nodes, edges=np.column_stack([edges.seller, edges.buyer]), directed=True)
        with clock("igraph filter", figures):
            sub = whole.subgraph_edges(np.flatnonzero(kept).tolist(), delete_vertices=False)
        found["igraph, prefiltered"] = lambda s, k: sub.neighborhood(s, order=k, mode="out")
    if "networkx" not in skip:
        with clock("networkx filter", figures):
            graph = nx.DiGraph()
            graph.add_nodes_from(range(edges.nodes))
            graph.add_edges_from(zip(edges.seller[kept].tolist(), edges.buyer[kept].tolist(), strict=True))
        found["networkx, prefiltered"] = lambda s, k: nx.single_source_shortest_path_length(graph, s, cutoff=k)
    if "ladybug" not in skip:
        with clock("ladybug load", figures):
            connection = load_ladybug(edges, folder)
        found["ladybug"] = ladybug_reach(connection, least, after)
    return found


def measure(reach: Reach, seeds: list[int], k: int) -> tuple[list[float], list[set[int]]]:
    """Seconds of each seed's fastest run, and its answer."""
    times, answers = [], []
    for seed in seeds:
        runs = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            answer = reach(seed, k)
            runs.append(time.perf_counter() - begun)
        times.append(min(runs))
        answers.append({int(node) for node in answer})
    return times, answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--min-amount", type=int, default=3_000, help="yuan")
    parser.add_argument("--days", type=int, default=270)
    parser.add_argument("--random", type=int, default=1)
    parser.add_argument("--skip", nargs="*", default=[], choices=["igraph", "networkx", "ladybug"])
    given = parser.parse_args()
    edges = make_edges(given.edges, given.random)
    least, after = given.min_amount * 100, LAST_DAY - given.days
    kept = (edges.amount >= least) & (edges.last >= after)
    sellers = np.unique(edges.seller[kept])
    seeds = np.random.default_rng(given.random).choice(sellers, given.seeds, replace=False).tolist()
    degree = np.bincount(edges.seller, minlength=edges.nodes)
    print(
        f"{len(edges.seller):,} edges, {edges.nodes:,} nodes, out-degree median {np.median(degree):.0f}, "
        f"max {degree.max():,}; {kept.mean():.0%} of the edges pass; {given.seeds} seeds, the same everywhere\n"
    )
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        compare(engines(edges, Path(folder), least, after, figures, set(given.skip)), seeds, figures)


def compare(found: dict[str, Reach], seeds: list[int], figures: dict[str, float]) -> None:
    """Measure, check that all answers are equal, print the tables."""
    print("| engine | k | nodes a trace | p50 ms | p95 ms | nodes/s | Yihu is |\n|---|---|---|---|---|---|---|")
    for k in DEPTHS:
        expected, ours = None, 0.0
        for name, reach in found.items():
            times, answers = measure(reach, seeds, k)
            expected = expected or answers
            if answers != expected:
                raise AssertionError(f"{name} disagrees at k={k}")
            rate = sum(map(len, answers)) / sum(times)
            ours = ours or rate
            low, high = np.quantile(times, [0.5, 0.95]) * 1000
            mean = np.mean([len(a) for a in answers])
            print(f"| {name} | {k} | {mean:,.0f} | {low:.3f} | {high:.3f} | {rate:,.0f} | {ours / rate:.1f}x |")
            if name.startswith("igraph"):
                built = sum(map(len, answers)) / (sum(times) + figures["igraph filter"] * len(seeds))
                print(
                    f"| igraph, filter built each time | {k} | {mean:,.0f} | | | {built:,.0f} | {ours / built:.1f}x |"
                )
    print("\nanswers of all engines equal for every seed and depth\n\n| set-up | s |\n|---|---|")
    for name, seconds in figures.items():
        print(f"| {name} | {seconds:.3f} |")


if __name__ == "__main__":
    main()
