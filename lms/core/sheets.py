"""Tables to take away: CSV and XLSX that a spreadsheet opens without running what somebody typed as a name.

A text that begins like a formula is data: in XLSX it is written as text, in CSV it gets an apostrophe in front
(OWASP, "CSV Injection"), since programs guess the kind of a cell from its first character there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from flask import Response
from werkzeug.utils import secure_filename

Cell = str | int | float | date | None
MOST_ROWS = 20_000
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = re.compile(r"\s*[=+\-@\t\r|%]")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, the words above its columns, its rows, and whether it is read from the right."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    rtl: bool = False


def as_csv(table: Table) -> bytes:
    """UTF-8 with a mark at its beginning, by which spreadsheets know it; lines end as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(text) for text in table.header])
    for count, row in enumerate(table.rows):
        if count >= MOST_ROWS:
            break
        writer.writerow([_harmless(cell) if isinstance(cell, str) else _plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def as_xlsx(table: Table) -> bytes:
    """One sheet with a fixed first row. Every text is a text: no formula, no link."""
    out = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_NOT_IN_A_TITLE.sub(" ", table.title).strip()[:31] or "1")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        if table.rtl:
            sheet.right_to_left()
        sheet.freeze_panes(1, 1)
        widths = [len(text) for text in table.header]
        for column, text in enumerate(table.header):
            sheet.write_string(0, column, text, bold)
        for count, row in enumerate(table.rows, start=1):
            if count > MOST_ROWS:
                break
            for column, cell in enumerate(row):
                _write(sheet, count, column, cell, day)
                widths[column] = max(widths[column], len(str(cell or "")))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width, 6), 40) + 2)
    return out.getvalue()


def download(table: Table, kind: str, name: str) -> Response:
    """A table as a file; `kind` is csv or xlsx, `name` becomes the file's name without its ending."""
    body, content_type = (as_xlsx(table), XLSX_TYPE) if kind == "xlsx" else (as_csv(table), CSV_TYPE)
    return attachment(body, content_type, f"{name}.{kind}")


def attachment(body: bytes, content_type: str, name: str) -> Response:
    """A file to keep, under a name of plain letters that no program can take for something else."""
    stem, _, ending = name.rpartition(".")
    safe = secure_filename(stem)[:80] or "table"
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}.{ending}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(cell: Cell) -> object:
    return "" if cell is None else cell


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, day: object) -> None:
    match cell:
        case None:
            return
        case str():
            sheet.write_string(row, column, cell)
        case date():
            sheet.write_datetime(row, column, cell, day)
        case _:
            sheet.write_number(row, column, cell)
