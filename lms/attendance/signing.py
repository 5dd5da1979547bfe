"""Sheets to sign on paper: one row for each student, one column for each class of some days; as a page and as PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fpdf import FPDF
from sqlalchemy import select

from lms.accounts.models import Cohort
from lms.accounts.services import students_of
from lms.core.config import ROOT
from lms.core.db import db
from lms.programmes.calendars import zone_of
from lms.programmes.models import ClassSession, SessionStatus
from lms.programmes.week import Meeting

GEEZ = re.compile("[\u1200-\u139f\u2d80-\u2ddf]")
JOINED = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
"""Scripts that are read from the right, whose letters change with their neighbours."""
FONTS = ROOT / "lms" / "core" / "fonts"
COLUMNS = 5
"""Classes on one sheet: each needs room for a name written by hand."""
SPARE_ROWS = 2
MOST_SESSIONS = 60
SMALLEST = 5.0
MARGIN, TITLE, HEAD, ROW, NAME_WIDTH = 12.0, 9.0, 14.0, 11.0, 52.0  # millimetres


@dataclass(frozen=True, slots=True)
class Column:
    """One class: its day, its hours and its part of the day, in the reader's words."""

    day: str
    hours: str
    part: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to sign."""

    columns: tuple[Column, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the table, in the reader's language."""

    title: str
    school: str
    name: str
    instructor: str
    rtl: bool


def meetings_between(cohort: Cohort, first: date, last: date) -> list[Meeting]:
    """The classes of these days by the class's clock, cancelled ones left out."""
    zone = zone_of(cohort)
    found = db.session.scalars(
        select(ClassSession)
        .where(
            ClassSession.cohort_id == cohort.id,
            ClassSession.starts_at >= _midnight(first, zone),
            ClassSession.starts_at < _midnight(last + timedelta(days=1), zone),
            ClassSession.status != SessionStatus.CANCELLED,
        )
        .order_by(ClassSession.starts_at)
        .limit(MOST_SESSIONS)
    )
    return [Meeting(session, cohort, zone, absent=False) for session in found]


def sheets_of(cohort: Cohort, columns: Sequence[Column]) -> list[Sheet]:
    """The pages for these classes; each has the whole list of names and some empty rows."""
    names = (*(user.name for user in students_of(cohort)), *("",) * SPARE_ROWS)
    return [
        Sheet(tuple(columns[place : place + COLUMNS]), names) for place in range(0, len(columns), COLUMNS)
    ]


def as_pdf(sheets: Sequence[Sheet], words: Words) -> bytes:
    """The sheets as A4 pages on their side. Columns go from the right where the language does; Arabic is shaped."""
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(MARGIN)
    pdf.set_title(words.title)
    pdf.add_font("sheet", "", str(FONTS / "DejaVuSans.ttf"))
    written = "".join(_texts(sheets, words))
    if GEEZ.search(written):  # a second font takes as long as the first
        pdf.add_font("ethiopic", "", str(FONTS / "NotoSansEthiopic.ttf"))
        pdf.set_fallback_fonts(["ethiopic"])
    pdf.set_text_shaping(use_shaping_engine=JOINED.search(written) is not None)
    for sheet in sheets:
        rows = list(sheet.names)
        while rows:
            rows = rows[_page(pdf, sheet.columns, rows, words) :]
    return bytes(pdf.output())


def _texts(sheets: Sequence[Sheet], words: Words) -> Iterator[str]:
    """All that is written on the sheets."""
    yield from (words.title, words.school, words.name, words.instructor)
    for sheet in sheets:
        yield from sheet.names
        for column in sheet.columns:
            yield from (column.day, column.hours, column.part)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The table on a page: where its columns stand and how wide they are, from whichever side it is read."""

    pdf: FPDF
    width: float
    rtl: bool

    def cell(self, column: int, y: float, height: float, *lines: str) -> None:
        """A framed cell with its lines, each made smaller until it fits; column 0 holds the names."""
        width = NAME_WIDTH if column == 0 else self.width
        x = self._place(column, width)
        self.pdf.rect(x, y, width, height)
        step = height / max(len(lines), 1)
        for number, line in enumerate(lines):
            _fit(self.pdf, line, 9.0, width - 2)
            self.pdf.set_xy(x, y + number * step)
            self.pdf.cell(width, step, line, align="R" if self.rtl else "L")

    def _place(self, column: int, width: float) -> float:
        offset = 0.0 if column == 0 else NAME_WIDTH + (column - 1) * self.width
        return float(self.pdf.w - MARGIN - offset - width) if self.rtl else MARGIN + offset


def _fit(pdf: FPDF, line: str, size: float, width: float) -> None:
    """Set the font to this size, or smaller until the line has room."""
    pdf.set_font("sheet", size=size)
    while size > SMALLEST and pdf.get_string_width(line) > width:
        size -= 0.5
        pdf.set_font("sheet", size=size)


def _page(pdf: FPDF, columns: Sequence[Column], names: Sequence[str], words: Words) -> int:
    """One page; how many rows found room on it."""
    pdf.add_page()
    align = "R" if words.rtl else "L"
    for text, size, height in ((words.title, 14.0, TITLE), (words.school, 9.0, 6.0)):
        _fit(pdf, text, size, pdf.epw)
        pdf.cell(0, height, text, align=align, new_x="LMARGIN", new_y="NEXT")
    grid = _Grid(pdf, (pdf.epw - NAME_WIDTH) / max(len(columns), 1), words.rtl)
    top = pdf.get_y() + 2
    grid.cell(0, top, HEAD, words.name)
    for number, column in enumerate(columns, start=1):
        grid.cell(number, top, HEAD, column.day, column.hours, column.part)
    shown = names[: int((pdf.h - MARGIN - ROW - top - HEAD) // ROW)]
    for line, name in enumerate([*shown, words.instructor]):
        y = top + HEAD + line * ROW
        grid.cell(0, y, ROW, name)
        for number in range(1, len(columns) + 1):
            grid.cell(number, y, ROW)
    return len(shown)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
