"""Lists as files: CSV that Excel opens in Chinese, and Excel itself."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so would be run as a formula by a spreadsheet (OWASP, CSV injection).
FORMULA = re.compile(r"^[=+\-@\t\r]")


def respond_with_file(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """
    A download named `name` in Chinese.

    :param kind: ``csv`` or ``xlsx``
    :raises KeyError: another kind
    """
    return {"csv": _csv, "xlsx": _xlsx}[kind](name, header, rows)


def cut_row(kept: int, unit: str) -> list[str]:
    """The last row of a file that holds only the first `kept` rows."""
    return [f"以上只是前 {kept:,} {unit}，其余没有列入：请用条件缩小范围，分次导出"]


def _csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    response = StreamingHttpResponse(_csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    return _named(response, f"{name}.csv")


def _csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for row in (header, *rows):
        writer.writerow([_plain(cell) for cell in row])
        yield buffer.getvalue().encode("utf-8")
        buffer.seek(0)
        buffer.truncate()


def _xlsx(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, value=title) for title in header]
    for cell in titles:
        cell.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([_plain(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return _named(HttpResponse(content.getvalue(), content_type=XLSX), f"{name}.xlsx")


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime) and cell.tzinfo:
        return cell.replace(tzinfo=None)
    if isinstance(cell, list | tuple):
        cell = "；".join(str(part) for part in cell)
    return "'" + cell if isinstance(cell, str) and FORMULA.match(cell) else cell


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
