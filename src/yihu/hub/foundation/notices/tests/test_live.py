"""The live process: who may listen, what is told and when, what a stream says, and when it ends."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client

from yihu.hub.foundation.notices.adapters import live
from yihu.hub.foundation.notices.adapters.live import Live
from yihu.hub.foundation.notices.adapters.live_sessions import find_readers
from yihu.hub.foundation.notices.api import notify, take_back
from yihu.hub.foundation.notices.models import Notice
from yihu.hub.foundation.notices.services import waking
from yihu.hub.foundation.notices.services.inbox import mark_read
from yihu.hub.foundation.notices.tests.conftest import NOON, TEMPLATE
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Appointment

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "127.0.0.1:9600"
PAGE = "http://127.0.0.1:8600"
# Seconds before a test gives up; nothing is measured here.
PATIENCE = 60


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def connect() -> psycopg.AsyncConnection[Any]:
    at = connection.settings_dict
    return await psycopg.AsyncConnection.connect(
        host=at["HOST"], dbname=at["NAME"], user=at["USER"], autocommit=True
    )  # fmt: skip


class Page:
    """One open stream as a browser sees it."""

    def __init__(
        self, app: Live, key: str, *, origin: str = PAGE, host: str = HOST, path: str = "/notices/live"
    ) -> None:
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self.gone = asyncio.Event()
        headers = [(b"host", host.encode()), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode())]
        if origin:
            headers.append((b"origin", origin.encode()))
        scope = {"type": "http", "path": path, "method": "GET", "headers": headers}
        self.task = asyncio.create_task(app(scope, self._receive, self.sent.put))

    async def _receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def start(self) -> tuple[int, dict[bytes, bytes]]:
        message = await asyncio.wait_for(self.sent.get(), PATIENCE)
        return message["status"], dict(message["headers"])

    async def told(self, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next word of the stream that fits."""
        while True:
            body = (await asyncio.wait_for(self.sent.get(), PATIENCE)).get("body", b"")
            if body.startswith(b"event: inbox") and fits(found := json.loads(body.split(b"data: ", 1)[1])):
                return found

    async def end(self) -> None:
        self.gone.set()
        await asyncio.wait_for(self.task, PATIENCE)


def play(journey: Callable[[Live], Any]) -> None:
    """Run a journey against a live process with its listener."""

    async def run() -> None:
        app = Live(connect)
        asked, answered = asyncio.Queue(), asyncio.Queue()
        life = asyncio.create_task(app({"type": "lifespan"}, asked.get, answered.put))
        await asked.put({"type": "lifespan.startup"})
        assert (await answered.get())["type"] == "lifespan.startup.complete"
        await asyncio.wait_for(app.listens.wait(), PATIENCE)
        try:
            await journey(app)
        finally:
            await asked.put({"type": "lifespan.shutdown"})
            await asyncio.wait_for(life, PATIENCE)
            await sync_to_async(lambda: connection.close())()

    asyncio.run(run())


def write(receiver: Any, title: str = "请假") -> None:
    notify(receiver=receiver, template=TEMPLATE, context={"title": title}, now=NOON, about="todo:7")


def test_a_page_is_told_at_once_of_what_is_written_read_and_recalled(client_of, officer) -> None:
    async def journey(app: Live) -> None:
        page = Page(app, key_of(client_of[StandardDuty.OFFICER]))
        status, headers = await page.start()
        assert (status, headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
        assert headers[b"access-control-allow-origin"] == PAGE.encode()
        assert (await page.told())["unread"] == 0
        await sync_to_async(write)(officer)
        found = await page.told(lambda t: t["unread"] == 1)
        assert found["newest"]["title"] == "新待办：请假"
        assert "body" not in found["newest"]
        await sync_to_async(write)(officer)
        await page.told(lambda t: t["unread"] == 2)
        await sync_to_async(take_back)(about="todo:7", now=NOON)
        assert (await page.told(lambda t: t["unread"] == 0))["newest"] is None
        await page.end()
        assert app.count == 0

    play(journey)


def test_one_hears_of_ones_own_inbox_only_and_on_every_page(client_of, officer, chief) -> None:
    async def journey(app: Live) -> None:
        mine = [Page(app, key_of(client_of[StandardDuty.OFFICER])) for _ in range(2)]
        other = Page(app, key_of(client_of[StandardDuty.SECTION_CHIEF]))
        for page in (*mine, other):
            await page.start()
            await page.told()
        await sync_to_async(write)(officer)
        for page in mine:
            await page.told(lambda t: t["unread"] == 1)
        await asyncio.sleep(0.4)
        assert other.sent.empty()
        await sync_to_async(mark_read)(actor=officer, numbers=None, now=NOON)
        await mine[0].told(lambda t: t["unread"] == 0)

    play(journey)


def test_strangers_other_sites_and_other_paths_are_refused(client_of) -> None:
    key = key_of(client_of[StandardDuty.OFFICER])

    async def journey(app: Live) -> None:
        for page, status in (
            (Page(app, "nonsense"), 401),
            (Page(app, ""), 401),
            (Page(app, key, origin="https://evil.example"), 404),
            (Page(app, key, host="evil.example"), 404),
            (Page(app, key, path="/notices/live/x"), 404),
            (Page(app, key, origin=""), 200),
        ):
            assert (await page.start())[0] == status
        assert app.count == 1

    play(journey)


def test_one_person_holds_so_many_streams_and_no_more(client_of) -> None:
    async def journey(app: Live) -> None:
        pages = [Page(app, key_of(client_of[StandardDuty.OFFICER])) for _ in range(live.MOST_EACH)]
        assert [(await page.start())[0] for page in pages] == [200] * live.MOST_EACH
        assert (await Page(app, key_of(client_of[StandardDuty.OFFICER])).start())[0] == 503
        await pages[0].end()
        assert (await Page(app, key_of(client_of[StandardDuty.OFFICER])).start())[0] == 200

    play(journey)


@pytest.mark.parametrize("how", ["signed out", "idle", "password changed", "left", "post ended"])
def test_a_stream_ends_with_the_right_to_it(client_of, officer, monkeypatch, how: str) -> None:
    client = client_of[StandardDuty.OFFICER]
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.2)

    def end_it() -> None:
        if how == "signed out":
            client.logout()
        elif how == "idle":
            session = client.session
            session["seen"] = 1
            session.save()
        elif how == "password changed":
            officer.set_password("another-horse-battery")
            officer.save()
        elif how == "left":
            officer.is_active = False
            officer.save()
        else:
            Appointment.objects.filter(user=officer).delete()

    async def journey(app: Live) -> None:
        page = Page(app, key_of(client))
        await page.start()
        await page.told()
        await asyncio.sleep(0.5)
        assert app.count == 1, "nothing ends without a reason"
        await sync_to_async(end_it)()
        await asyncio.wait_for(page.task, PATIENCE)
        assert app.count == 0

    play(journey)


def test_listening_does_not_keep_a_session_alive(client_of) -> None:
    client = client_of[StandardDuty.OFFICER]
    session = client.session
    session["seen"] = session["began"] = time.time() - 1000
    session.save()
    assert find_readers([key_of(client)]) == {key_of(client): int(session[SESSION_KEY])}
    assert client.session["seen"] == session["seen"]


def test_a_break_of_the_listening_connection_is_made_good(client_of, officer) -> None:
    async def journey(app: Live) -> None:
        page = Page(app, key_of(client_of[StandardDuty.OFFICER]))
        await page.start()
        await page.told()

        def cut_and_write() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %%' "
                    "AND pid <> pg_backend_pid()"
                )
                assert cursor.rowcount == 1
            Notice.objects.create(
                receiver=officer, template="t.t", kind="TASK", title="断线时写的", body="b", created_at=NOON
            )

        await sync_to_async(cut_and_write)()
        assert (await page.told(lambda t: t["unread"] == 1))["newest"]["title"] == "断线时写的"

    play(journey)


def test_a_fan_out_to_thousands_is_one_word_to_the_listener(client_of, officer, monkeypatch) -> None:
    monkeypatch.setattr(waking, "TOLD_BY_NAME", 0)

    async def journey(app: Live) -> None:
        page = Page(app, key_of(client_of[StandardDuty.OFFICER]))
        await page.start()
        await page.told()
        await sync_to_async(write)(officer)
        await page.told(lambda t: t["unread"] == 1)

    play(journey)
