"""
Many users at once, open loop: each act starts at its planned moment, whatever became of the ones before, and its time
counts from then. So a server that falls behind shows it. Plain HTTP/1.1 over kept connections, one process.

Users come in with the session the benchmark made for them; the mix and the think times are in `MIX`.
"""

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

# Seconds between two acts of one kind by one user.
MIX = {"badge": 60, "list": 240, "open": 240, "approve": 600}
CONNECTIONS = 128
ROW = re.compile(rb'name="row" value="(\d+)"')


class Line:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self.port, self.reader, self.writer = port, None, None

    async def ask(self, method: str, path: str, session: str, body: bytes = b"") -> tuple[int, bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: yihu_session={session}; yihu_csrf={'a' * 32}\r\nX-CSRFToken: {'a' * 32}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        try:
            return await self._answer()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.writer.close()
            self.writer = None
            return 599, b""

    async def _answer(self) -> tuple[int, bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            return status, await self._chunks()
        length = re.search(r"content-length: (\d+)", head)
        return status, await self.reader.readexactly(int(length[1])) if length else b""

    async def _chunks(self) -> bytes:
        found = b""
        while True:
            size = int((await self.reader.readline()).strip(), 16)
            found += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
            if not size:
                return found


class Load:
    """Plans acts for all users and carries them out over a pool of lines."""

    def __init__(self, port: int, users: list[dict[str, object]], seconds: float, *, warming: bool) -> None:
        self.users, self.seconds = users, seconds
        # Warming up takes to-dos from the other end, so that none is approved a second time when it counts.
        self.taken = 0 if warming else -1
        self.lines: asyncio.Queue[Line] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self.lines.put_nowait(Line(port))
        self.times: dict[str, list[float]] = defaultdict(list)
        self.wrong: dict[str, int] = defaultdict(int)

    async def run(self) -> None:
        chance = random.Random(7)
        plan = sorted(
            (moment, kind, user)
            for kind, every in MIX.items()
            for user in range(len(self.users))
            for moment in _moments(chance, every, self.seconds)
        )
        began, acts = time.perf_counter(), set()
        for moment, kind, user in plan:
            await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
            act = asyncio.create_task(self._act(kind, self.users[user], began + moment))
            acts.add(act)
            act.add_done_callback(acts.discard)
        await asyncio.gather(*acts)

    async def _act(self, kind: str, user: dict[str, object], planned: float) -> None:
        line = await self.lines.get()
        try:
            status, body = await self._do(kind, user, line)
        finally:
            self.lines.put_nowait(line)
        self.times[kind].append(time.perf_counter() - planned)
        self.wrong[f"{kind} {status}"] += status not in {200, 302} or (kind == "list" and not ROW.search(body))

    async def _do(self, kind: str, user: dict[str, object], line: Line) -> tuple[int, bytes]:
        session, todos = str(user["session"]), user["todos"]
        if kind == "badge":
            return await line.ask("GET", "/tasks/badge/", session)
        if kind == "list":
            return await line.ask("GET", "/tasks/", session)
        if kind == "open":
            return await line.ask("GET", f"/tasks/{random.choice(todos)}/open/", session)
        body = f"row={todos.pop(self.taken)}&verdict=AGREE&opinion="
        return await line.ask("POST", "/tasks/batch/", session, body.encode())


def _moments(chance: random.Random, every: float, seconds: float) -> list[float]:
    found, moment = [], chance.expovariate(1 / every)
    while moment < seconds:
        found.append(moment)
        moment += chance.expovariate(1 / every)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--users", type=Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--warming", action="store_true")
    asked = parser.parse_args()
    users = json.loads(asked.users.read_text())[: asked.count]
    load = Load(asked.port, users, asked.seconds, warming=asked.warming)
    began = time.perf_counter()
    asyncio.run(load.run())
    took = time.perf_counter() - began
    json.dump(
        {"took": took, "times": load.times, "wrong": {k: v for k, v in load.wrong.items() if v}}, sys.stdout
    )  # fmt: skip


if __name__ == "__main__":
    main()
