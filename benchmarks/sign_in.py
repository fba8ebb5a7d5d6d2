"""
How long signing in takes, end to end over HTTP: one after the other, and eight at once; with many accounts beside.

    python benchmarks/sign_in.py --people 800_000 --tries 60

Starts a workbench of its own below a temporary directory, with the real password hash (its cost is in
`identity/hashers.py`) and the embedded PostgreSQL, and stops it. A try is one POST of name and password to the answer
that leads home; the page with the form was fetched before. Beside it: the bare hash in this process, an unknown name, a
wrong password.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

PORT = 8676
HERE = f"http://127.0.0.1:{PORT}"
CALL = "from yihu.hub.config.serve import serve, stop; raise SystemExit({})"
ADD = """
INSERT INTO org_user (username, password, display_name, office_id, is_active, created_at)
SELECT 'p' || n, '!', '人员' || n, (SELECT min(id) FROM org_office), true, now() FROM generate_series(1, {}) n;
ANALYZE org_user;
"""


def run(code: str, home: Path, **more: str) -> None:
    """Run Python against the benchmark's own state directory."""
    environment = {**os.environ, "YIHU_HOME": str(home), **more}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=900)


def add_people(home: Path, count: int) -> None:
    """Accounts that only stand in the way."""
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        f"with connection.cursor() as cursor: cursor.execute('''{ADD.format(count)}''')"
    )
    run(code, home, DJANGO_SETTINGS_MODULE="yihu.hub.config.settings", YIHU_DATABASE_ROLE="owner")


def one_try(name: str, password: str) -> float:
    """Seconds from sending name and password to the answer."""
    browser = requests.Session()
    page = browser.get(f"{HERE}/account/sign-in/", timeout=60).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    form = {"csrfmiddlewaretoken": token, "login": name, "password": password}
    began = time.perf_counter()
    answer = browser.post(f"{HERE}/account/sign-in/", form, allow_redirects=False, timeout=60)
    seconds = time.perf_counter() - began
    assert answer.status_code in {200, 302}, answer.status_code
    return seconds


def told(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    print(f"{name:34} n={len(ordered):4}  median {middle * 1000:7.0f} ms   p95 {late * 1000:7.0f} ms", flush=True)


def bare_hash(tries: int) -> list[float]:
    """Argon2 alone, as the workbench calls it."""
    from argon2 import PasswordHasher

    from yihu.hub.foundation.identity.hashers import PasswordHasher as Ours

    hasher = PasswordHasher(time_cost=Ours.time_cost, memory_cost=Ours.memory_cost, parallelism=Ours.parallelism)
    found = []
    for _ in range(tries):
        began = time.perf_counter()
        hasher.hash("correct-horse-battery")
        found.append(time.perf_counter() - began)
    return found


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=0)
    asked.add_argument("--tries", type=int, default=60)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as folder:
        home = Path(folder)
        run(CALL.format(f"serve(host='127.0.0.1', port={PORT}, background=True)"), home)
        try:
            measure(home, options.people, options.tries)
        finally:
            run(CALL.format("stop()"), home)


def measure(home: Path, people: int, tries: int) -> None:
    lines = (home / "demo-accounts.txt").read_text("utf-8").splitlines()
    passwords = dict(line.split("\t")[:2] for line in lines if "\t" in line)
    if people:
        add_people(home, people)
    names = list(passwords)
    given = [(names[n % len(names)], passwords[names[n % len(names)]]) for n in range(tries)]
    print(f"accounts: {people + len(names)}, load {os.getloadavg()[0]:.1f}")
    one_try(*given[0])
    told("argon2 alone, this process", bare_hash(20))
    told("sign-in, one after the other", [one_try(*one) for one in given])
    with ThreadPoolExecutor(8) as at_once:
        told("sign-in, eight at once", list(at_once.map(lambda one: one_try(*one), given)))
    told("unknown name", [one_try(f"nobody{n}", "wrong") for n in range(20)])
    told("wrong password", [one_try(name, "wrong") for name in names for _ in range(3)])


if __name__ == "__main__":
    main()
