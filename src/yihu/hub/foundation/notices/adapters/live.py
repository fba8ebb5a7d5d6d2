"""
The live process: an ASGI application that holds one open stream for each page in view, and one connection that listens.

A stream says what the frame shows (`summary`), never a body. It reads the session that the page has, keeps it no longer
alive, and ends when the session ends. Nothing is written here.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.http.request import validate_host

from yihu.hub.base.live import PATH
from yihu.hub.foundation.notices.adapters.live_sessions import find_readers, summaries_of
from yihu.hub.foundation.notices.services.waking import CHANNEL

log = structlog.get_logger("yihu.live")
MOST, MOST_EACH = 10_000, 8
BEAT_SECONDS, CHECK_SECONDS, GATHER_SECONDS = 25.0, 60.0, 0.1
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


class Stream:
    """One page: whose it is, by which session, and what it has not been told yet (the newest state only)."""

    def __init__(self, user_id: int, session: str) -> None:
        self.user_id, self.session = user_id, session
        self.news: bytes | None = None
        self.over = False
        self.stirred = asyncio.Event()

    def tell(self, body: bytes) -> None:
        self.news = body
        self.stirred.set()

    def end(self) -> None:
        self.over = True
        self.stirred.set()


class Live:
    """The application. `streams` by user; `waiting` are users whose inbox changed and who are about to be told."""

    def __init__(self, connect: Callable[[], Awaitable[psycopg.AsyncConnection[Any]]]) -> None:
        self.connect = connect
        self.streams: dict[int, set[Stream]] = defaultdict(set)
        self.waiting: set[int] = set()
        self.asking: dict[str, asyncio.Future[int | None]] = {}
        self.knocked = asyncio.Event()
        self.listens = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    @property
    def count(self) -> int:
        return sum(map(len, self.streams.values()))

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.tasks = [
                    asyncio.create_task(work()) for work in (self._listen, self._admit, self._tell, self._check)
                ]
                await send({"type": "lifespan.startup.complete"})
            else:
                for task in self.tasks:
                    task.cancel()
                for stream in self._all():
                    stream.end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = _own_origin(headers)
        if scope["path"] != PATH or scope["method"] != "GET" or origin is None:
            await _refuse(send, 404)
            return
        session = _session_key(headers.get("cookie", ""))
        try:
            reader = await self._reader_of(session) if session else None
        except ConnectionError:
            await _refuse(send, 503, origin)
            return
        if reader is None:
            await _refuse(send, 401, origin)
        elif self.count >= MOST or len(self.streams[reader]) >= MOST_EACH:
            await _refuse(send, 503, origin)
        else:
            await self._stream(Stream(reader, session), receive, send, origin)

    async def _reader_of(self, session: str) -> int | None:
        """Whose session it is. Those who ask at one moment are looked up together: after a restart everybody does."""
        asked = self.asking.setdefault(session, asyncio.get_running_loop().create_future())
        self.knocked.set()
        return await asyncio.shield(asked)

    async def _admit(self) -> None:
        while True:
            await self.knocked.wait()
            self.knocked.clear()
            asked, self.asking = self.asking, {}
            try:
                found = await sync_to_async(find_readers)(list(asked))
            except Exception as error:
                log.warning("nobody let in", reason=type(error).__name__)
                for waiting in asked.values():
                    waiting.set_exception(ConnectionError())
                continue
            for session, waiting in asked.items():
                waiting.set_result(found.get(session))

    async def _stream(self, stream: Stream, receive: Receive, send: Send, origin: str) -> None:
        self.streams[stream.user_id].add(stream)
        self.waiting.add(stream.user_id)
        gone = asyncio.create_task(_until_gone(receive, stream))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _headers(origin)})
            await send(_chunk(b"retry: 5000\n\n"))
            while not stream.over:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stream.stirred.wait(), BEAT_SECONDS)
                stream.stirred.clear()
                body, stream.news = stream.news, None
                # A comment keeps proxies from closing what is silent.
                await send(_chunk(b"event: inbox\ndata: " + body + b"\n\n" if body else b": beat\n\n"))
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            self._forget(stream)

    def _forget(self, stream: Stream) -> None:
        self.streams[stream.user_id].discard(stream)
        if not self.streams[stream.user_id]:
            del self.streams[stream.user_id]

    async def _listen(self) -> None:
        """Hear what the commits say; after a break everybody is told anew, for something may have been missed."""
        while True:
            try:
                async with await self.connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.listens.set()
                    self.waiting |= set(self.streams)
                    async for heard in connection.notifies():
                        named = json.loads(heard.payload)
                        self.waiting |= set(self.streams) if named == "all" else set(named) & set(self.streams)
            except Exception as error:
                # Whatever it was: a listener that is gone without a word would leave all pages silent.
                self.listens.clear()
                log.warning("not listening", reason=type(error).__name__)
                await asyncio.sleep(2)

    async def _tell(self) -> None:
        """Once a moment, one look at the inboxes of all who wait: a fan-out to thousands is a few queries."""
        while True:
            await asyncio.sleep(GATHER_SECONDS)
            users, self.waiting = self.waiting, set()
            if not users:
                continue
            try:
                found = await sync_to_async(summaries_of)(sorted(users))
            except Exception as error:
                log.warning("not told", reason=type(error).__name__)
                self.waiting |= users
                await asyncio.sleep(2)
                continue
            for user, body in found.items():
                for stream in list(self.streams.get(user, ())):
                    stream.tell(body)

    async def _check(self) -> None:
        """End the streams whose session ended, was idle too long, or whose person lost the right."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            streams = self._all()
            with contextlib.suppress(Exception):
                alive = await sync_to_async(find_readers)(sorted({s.session for s in streams}))
                for stream in streams:
                    if alive.get(stream.session) != stream.user_id:
                        stream.end()

    def _all(self) -> list[Stream]:
        return [stream for some in list(self.streams.values()) for stream in some]


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _own_origin(headers: dict[str, str]) -> str | None:
    """The page's origin when it is of this host, "" when the request names none; None for anybody else's page."""
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return None
    origin = headers.get("origin", "")
    named = urlsplit(origin)
    return origin if not origin or named.hostname == host else None


def _session_key(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


def _headers(origin: str) -> list[tuple[bytes, bytes]]:
    found = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return found + _cors(origin)


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


def _chunk(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _refuse(send: Send, status: int, origin: str = "") -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), *_cors(origin)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
