"""The stage on which cases are played: a city's bureau, two branches, the cast at their posts, one taxpayer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from yihu.hub.centres.matters.catalogue.plays import Play
from yihu.hub.centres.matters.catalogue.registries import props
from yihu.hub.foundation.org.api import OfficeOnStage, User, put_on_stage
from yihu.hub.registers.taxpayers.api import put_taxpayer_on_stage


def _package(part: str) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w") as package:
        package.writestr(part, "<x/>")
    return body.getvalue()


# The least that is a file of each kind.
PDF = {
    "pdf": b"%PDF-1.4\n%play\n", "jpg": b"\xff\xd8\xff\xe0play", "png": b"\x89PNG\r\n\x1a\nplay", "txt": b"play ",
    "csv": b"a,b\n1,", "docx": _package("word/document.xml"), "xlsx": _package("xl/workbook.xml"),
    "ofd": _package("OFD.xml"), "zip": _package("a.txt"),
}  # fmt: skip
OFFICES = (
    OfficeOnStage("bureau", "演示市税务局", "9999", ""),
    OfficeOnStage("east", "演示城东税务所", "999901", "bureau"),
    OfficeOnStage("west", "演示城西税务所", "999902", "bureau"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """People by the names of the cast; the taxpayer's number, "" without one."""

    people: Mapping[str, User]
    taxpayer_number: str


def set_stage(play: Play, *, now: datetime) -> Stage:
    """Put offices, people and the taxpayer there; the caller takes them back with its transaction."""
    cast = {name: (p.duty, p.office, p.name or name) for name, p in play.cast.items()}
    people = put_on_stage(offices=OFFICES, cast=cast, now=now)
    number = ""
    if play.taxpayer is not None:
        number = play.taxpayer.number
        office = people.offices[play.taxpayer.office]
        put_taxpayer_on_stage(number=number, name=play.taxpayer.name, office=office)
    for put in props():
        put(offices=people.offices, now=now)
    return Stage(people.people, number)


def plain(form: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """What a case file says as a form keeps it: days as text, names of the cast as their accounts."""

    def put(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: put(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [put(inner) for inner in value]
        if isinstance(value, date | datetime):
            return value.isoformat()
        if isinstance(value, str) and value in stage.people:
            return stage.people[value].username
        return value

    return {key: put(value) for key, value in form.items()}
