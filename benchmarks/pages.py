"""
How long the workbench's pages take, for one user and for four at once.

    yihu serve --background && python benchmarks/pages.py [--users 1 4] [--rounds 5]

Signs in with two demo accounts of `YIHU_HOME` (real sessions, loopback only; an account may hold three at once), then
asks for every kind of page about the riskiest households of one office and those of it that trade most. Every user
asks for all pages of a round in an order of his own, without pause. Printed: median and 95th percentile of milliseconds
until the last byte, and, from /proc, processor milliseconds that the web server spent a request (what a shared machine
cannot inflate by making us wait).

Beside it, the same questions about one household put to the gathered batches as they lie there, by DuckDB without the
snapshot's layout; the answers are asserted equal.
"""

import argparse
import http.client
import os
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from yihu.hub.config import running
from yihu.hub.subsystems.household.choices import Tab
from yihu.lens.backends.duck import parquet_source
from yihu.lens.home import Home
from yihu.lens.ingest.batches import table_files
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.worklist import WorklistFilter

TABS = tuple(tab.value for tab in Tab)
# The section chief sees one office only, so that is the office asked about.
ACCOUNTS = ("director", "chief")
FIELD = re.compile(r"<input[^>]*>")
SEED = 7


class Visitor:
    """One browser: a kept connection and its cookies."""

    def __init__(self, address: str) -> None:
        # Coming from the worklist says why a taxpayer is opened; without it every page would ask for the purpose first.
        self._referer = f"{address.rstrip('/')}/worklist/"
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str, float]:
        """Status, body and seconds; redirects are not followed."""
        return self._ask("GET", path)

    def sign_in(self, account: str, password: str) -> None:
        """
        Fill the form that an unknown visitor is sent to.

        :raises RuntimeError: the account was not let in
        """
        self.get("/")
        form = self._location
        _, page, _ = self.get(form)
        fields = {_attribute(f, "name"): f for f in FIELD.findall(page) if _attribute(f, "name")}
        said = {name: _attribute(f, "value") for name, f in fields.items() if 'type="hidden"' in f}
        secret = next(name for name, f in fields.items() if 'type="password"' in f)
        named = next(name for name, f in fields.items() if name not in said and name != secret)
        self._ask("POST", form, urlencode(said | {named: account, secret: password}))
        if self.get("/")[0] != 200:
            raise RuntimeError(f"{account} 未能登录")

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, float]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        headers |= {"Referer": self._referer}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        seconds = time.perf_counter() - begun
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {key: morsel.value for key, morsel in SimpleCookie(line).items()}
        self._location = answer.headers.get("Location", "")
        return answer.status, text, seconds


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def pages(snapshot: Snapshot, office_name: str) -> dict[str, list[str]]:
    """Paths by kind of page, about five of the riskiest and five of the largest households of an office."""
    found = snapshot.row("SELECT office_code FROM households WHERE office_name = ?", [office_name])
    office = WorklistFilter(offices=(found["office_code"] if found else "",))
    risky = [row["household_id"] for row in snapshot.worklist(office, limit=5)]
    large = [row["household_id"] for row in snapshot.worklist(office, sort="sales", limit=5)]
    chosen = [*risky, *large]
    firms = snapshot.rows("SELECT name, uscc FROM households WHERE list_contains(?, household_id)", [chosen])
    busy = snapshot.rows(
        "SELECT DISTINCT natural_person_id FROM roles WHERE list_contains(?, household_id) ORDER BY 1 LIMIT 5", [chosen]
    )
    asked = {
        "home": ["/"],
        "home: risk": ["/panels/risk/"],
        "home: lately": ["/panels/recent/"],
        "worklist": ["/worklist/", "/worklist/?page=3"],
        "worklist, filtered": ["/worklist/?level=HIGH", f"/worklist/?q={quote('贸易')}"],
        "search by name": [f"/search/?q={quote(firm['name'][2:5])}" for firm in firms],
        "suggest by number": [f"/search/suggest/?q={firm['uscc'][:8]}" for firm in firms if firm["uscc"]],
        "person": [f"/person/{person['natural_person_id']}/" for person in busy],
    }
    asked |= {f"tab: {tab}": [f"/household/{h}/{tab}/" for h in chosen] for tab in TABS}
    asked["network.json"] = [f"/household/{h}/network.json" for h in chosen]
    asked["trace, 5 up 5 down"] = [f"/trace/?household={h}&up=5&down=5" for h in chosen]
    return asked


def visit(visitor: Visitor, asked: dict[str, list[str]], rounds: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of every request of one user, by kind."""
    taken: dict[str, list[float]] = defaultdict(list)
    chance = random.Random(seed)
    for _ in range(rounds):
        for kind in chance.sample(sorted(asked), len(asked)):
            path = chance.choice(asked[kind])
            status, _, seconds = visitor.get(path)
            if status != 200:
                raise RuntimeError(f"{path}: {status}")
            taken[kind].append(seconds * 1000)
    return taken


def processor_seconds(root: int) -> float:
    """User and system seconds of a process and everything below it."""
    parents, spent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[pid] = int(fields[1])
        spent[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def below(pid: int) -> bool:
        while pid and pid != root:
            pid = parents.get(pid, 0)
        return pid == root

    return sum(seconds for pid, seconds in spent.items() if below(pid))


def measure(visitors: list[Visitor], pid: int, asked: dict[str, list[str]], rounds: int) -> None:
    """Print the table of as many users as there are visitors."""
    users = len(visitors)
    visit(visitors[0], asked, 1, SEED)
    before, begun = processor_seconds(pid), time.perf_counter()
    with ThreadPoolExecutor(users) as pool:
        found = list(pool.map(lambda n: visit(visitors[n], asked, rounds, SEED + n), range(users)))
    spent, wall = processor_seconds(pid) - before, time.perf_counter() - begun
    count = sum(len(ms) for one in found for ms in one.values())
    print(f"\n{users} user(s), {count} requests in {wall:.1f} s, {1000 * spent / count:.0f} ms of processor a request,")
    print(f"load {os.getloadavg()[0]:.1f}\n\n| page | median ms | 95 % ms |\n|---|---:|---:|")
    for kind in asked:
        times = sorted(ms for one in found for ms in one[kind])
        print(f"| {kind} | {statistics.median(times):.0f} | {times[int(0.95 * (len(times) - 1))]:.0f} |")


def compare(home: Home, snapshot: Snapshot) -> None:
    """One household's invoices and buyers, from the snapshot and from the batches as gathered."""
    household = snapshot.worklist(sort="sales", limit=1)[0]["household_id"]
    numbers = [r["registration_id"] for r in snapshot.registrations(household)]
    gathered = f"FROM {parquet_source(table_files(home, 'invoices'))} WHERE list_contains(?, seller_number)"
    valid = "coalesce(status_code, '') <> 'VOID'"
    questions: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "invoices sold: count, sum": (
            lambda: snapshot.invoices(household, "sales")["amount"],
            lambda: snapshot.row(f"SELECT sum(amount) FILTER ({valid}) AS n {gathered}", [numbers])["n"],
        ),
        "sales by buyer": (
            lambda: sum(p["amount"] for p in snapshot.counterparties(household, "sales", limit=10**6)),
            lambda: sum(
                r["n"]
                for r in snapshot.rows(
                    f"SELECT sum(amount) AS n {gathered} AND {valid} GROUP BY buyer_number", [numbers]
                )
            ),
        ),
    }
    print("\n| question | snapshot ms | batches as gathered ms | times |\n|---|---:|---:|---:|")
    for name, (ours, theirs) in questions.items():
        if ours() != theirs():
            raise AssertionError(f"{name}: {ours()} ≠ {theirs()}")
        quick, slow = (min(_clock(ask) for _ in range(5)) * 1000 for ask in (ours, theirs))
        print(f"| {name} | {quick:.0f} | {slow:.0f} | {slow / quick:.1f} |")


def _clock(ask: Callable[[], Any]) -> float:
    begun = time.process_time()
    ask()
    return time.process_time() - begun


def read_accounts(home: Home) -> dict[str, tuple[str, str]]:
    """Password and office of each demo account."""
    lines = (home.root / "demo-accounts.txt").read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines if "\t" in line]
    return {account: (password, office) for account, password, _, office in cells}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    home, present = Home.from_env(), running.find()
    if present is None:
        raise SystemExit("工作台没有在运行：请先运行 yihu serve --background")
    accounts = read_accounts(home)
    snapshot = Snapshot.open(home)
    asked = pages(snapshot, accounts[ACCOUNTS[-1]][1])
    visitors = [Visitor(present.address) for _ in range(max(options.users))]
    for visitor, account in zip(visitors, cycle(ACCOUNTS), strict=False):
        visitor.sign_in(account, accounts[account][0])
    for users in options.users:
        measure(visitors[:users], present.supervisor, asked, options.rounds)
    compare(home, snapshot)


if __name__ == "__main__":
    main()
