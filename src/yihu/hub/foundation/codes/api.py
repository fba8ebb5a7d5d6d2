"""What other bands may use of code standards."""

from datetime import date

from yihu.hub.foundation.codes.models import CodeTable
from yihu.hub.foundation.codes.selectors.calendars import work_calendar
from yihu.hub.foundation.codes.selectors.index import Code, DayView
from yihu.hub.foundation.codes.selectors.live import live_tables, register_live_table
from yihu.hub.foundation.codes.selectors.numbers import examine
from yihu.hub.foundation.codes.selectors.tables import list_tables, lookup
from yihu.hub.foundation.codes.services.drafting import Imported, UnableToImportError, Wanted, import_version
from yihu.hub.foundation.codes.services.reading import SourceFile
from yihu.hub.foundation.codes.services.shipped import load_shipped_tables

__all__ = [
    "Code",
    "CodeTable",
    "DayView",
    "Imported",
    "SourceFile",
    "UnableToImportError",
    "Wanted",
    "examine",
    "import_version",
    "list_tables",
    "live_tables",
    "load_shipped_tables",
    "lookup",
    "name_of",
    "register_live_table",
    "work_calendar",
]


def name_of(table: str, code: str, *, on: date) -> str:
    """The name of one code on a day; the code itself where none is known. For many codes use `lookup` once."""
    view = lookup(table, on=on)
    return view.name_of(code) if view else code
