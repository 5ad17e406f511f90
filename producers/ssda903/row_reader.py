"""How a row is read from its cells.

A row is refused for what nothing can be said without; a detail that cannot be read is left out
with a warning, and the rest of the row is told.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from producers.ssda903.findings import Findings, Source
from producers.ssda903.modules import COLUMNS, Module
from producers.ssda903.rows import EpisodeRow, HeaderRow, MissingRow, ReviewRow, Row
from producers.ssda903.values import (
    child_fault,
    is_other_regulator,
    read_date,
    read_postcode,
    read_urn,
)
from schemas.code_lists import CodeList

EARLIEST_EPISODE = date(1991, 10, 14)
"""The Children Act 1989 came into force (SSDA903 validation rule 353)."""


class _RefusedError(Exception):
    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class RowReader:
    """Reads rows, and notes what is wrong with them. ``today`` tells dates that are to come."""

    def __init__(self, code_lists: Mapping[str, CodeList], findings: Findings, today: date) -> None:
        self._codes = {field: frozenset(listed.codes) for field, listed in code_lists.items()}
        self._findings = findings
        self._today = today
        self._readers: Mapping[str, Callable[[Source, Sequence[str]], Row]] = {
            Module.HEADER: self._header,
            Module.EPISODES: self._episode,
            Module.MISSING: self._missing,
            Module.REVIEWS: self._review,
        }

    def read(self, source: Source, cells: Sequence[str], columns: int) -> Row | None:
        """Read a row of a module whose header row has this many columns; None when refused."""
        needed = len(COLUMNS[Module(source.module)])
        try:
            _check(cells, columns)
            return self._readers[source.module](source, cells[:needed])
        except _RefusedError as refused:
            self._findings.add(refused.reason, source, refused.field)
            return None

    def _header(self, source: Source, cells: Sequence[str]) -> HeaderRow:
        child, _, born, _, upn, _, _ = cells
        return HeaderRow(source, child, self._born(source, born), upn.upper())

    def _episode(self, source: Source, cells: Sequence[str]) -> EpisodeRow:
        # CIN and HOME_POST are not sent: no event has a place for the one, and the other says
        # where the family lives.
        child, decom, rne, ls, cin, place, provider, dec, rec, change, _, postcode, urn = cells
        starts, ends = self._period(("DECOM", decom), ("DEC", dec))
        row = EpisodeRow(
            source=source,
            child=child,
            starts=starts,
            new_because=self._code("RNE", rne),
            legal_status=self._code("LS", ls),
            place=self._code("PLACE", place),
            provider=self._detail_code(source, "PLACE_PROVIDER", provider),
            ends=ends,
            ended_because=self._detail_code(source, "REC", rec),
            place_change_because=self._detail_code(source, "REASON_PLACE_CHANGE", change),
            postcode=self._detail(source, "PL_POST", postcode, read_postcode),
            urn=None if is_other_regulator(urn) else self._detail(source, "URN", urn, read_urn),
        )
        self._detail_code(source, "CIN", cin)
        self._doubt(source, ("DECOM", starts), ("DEC", ends))
        if starts < EARLIEST_EPISODE:
            self._findings.add("date-too-early", source, "DECOM")
        return row

    def _missing(self, source: Source, cells: Sequence[str]) -> MissingRow:
        child, born, kind, mis_start, mis_end = cells
        kind = self._code("MISSING", kind)
        starts, ends = self._period(("MIS_START", mis_start), ("MIS_END", mis_end))
        self._doubt(source, ("MIS_START", starts), ("MIS_END", ends))
        return MissingRow(source, child, self._born(source, born), kind, starts, ends)

    def _review(self, source: Source, cells: Sequence[str]) -> ReviewRow:
        child, born, review, code = cells
        held = self._date("REVIEW", review)
        self._doubt(source, ("REVIEW", held))
        participation = self._detail_code(source, "REVIEW_CODE", code)
        return ReviewRow(source, child, self._born(source, born), held, participation)

    def _date(self, field: str, text: str) -> date:
        day = read_date(text)
        if day is None:
            raise _RefusedError("date-wrong" if text else "date-missing", field)
        return day

    def _period(self, start: tuple[str, str], end: tuple[str, str]) -> tuple[date, date | None]:
        starts = self._date(*start)
        if not end[1]:
            return starts, None
        ends = self._date(*end)
        if ends < starts:
            raise _RefusedError("end-before-start", end[0])
        return starts, ends

    def _doubt(self, source: Source, *dates: tuple[str, date | None]) -> None:
        for field, day in dates:
            if day is not None and day > self._today:
                self._findings.add("date-in-future", source, field)

    def _born(self, source: Source, text: str) -> date | None:
        born = read_date(text)
        if born is None:
            self._findings.add("birth-date-wrong", source, "DOB")
        return born

    def _code(self, field: str, text: str) -> str:
        code = text.upper()
        if code not in self._codes[field]:
            raise _RefusedError("code-unknown" if code else "code-missing", field)
        return sys.intern(code)

    def _detail_code(self, source: Source, field: str, text: str) -> str | None:
        code = text.upper()
        if not code:
            return None
        if code not in self._codes[field]:
            self._findings.add("detail-code-unknown", source, field)
            return None
        return sys.intern(code)

    def _detail(
        self, source: Source, field: str, text: str, read: Callable[[str], str | None]
    ) -> str | None:
        if not text:
            return None
        detail = read(text)
        if detail is None:
            self._findings.add("detail-malformed", source, field)
        return detail


def _check(cells: Sequence[str], columns: int) -> None:
    if len(cells) < columns or any(cells[columns:]):
        raise _RefusedError("wrong-number-of-fields", "")
    fault = child_fault(cells[0])
    if fault is not None:
        raise _RefusedError(fault, "CHILD")
