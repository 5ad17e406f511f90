"""A child's rows of the Missing module as reports and findings.

The return knows days only, and any length of time counts, so a child may be missing twice from
one day: rows that differ in kind or end are episodes of their own.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from producers.ssda903.findings import Findings
from producers.ssda903.rows import MissingRow
from producers.ssda903.statements import Child, Statements, Step, Told, on

NumberedRow = tuple[int, MissingRow]


def distinct_missing(rows: Sequence[MissingRow], findings: Findings) -> list[NumberedRow]:
    """Take each episode once, in order of time, numbered from 0 among those of its first day.

    A row without an end says the same as one of its kind and day that has it.
    """
    taken: list[NumberedRow] = []
    ordered = sorted(rows, key=lambda row: (row.starts, row.ends or date.max, row.kind))
    seen: dict[tuple[str, date], set[date | None]] = {}
    number_of_day: dict[date, int] = {}
    for row in ordered:
        ends = seen.setdefault((row.kind, row.starts), set())
        if row.ends in ends:
            findings.add("said-twice", row.source)
        elif row.ends is None and ends:
            findings.add("said-with-end", row.source)
        else:
            ends.add(row.ends)
            number = number_of_day.get(row.starts, 0)
            number_of_day[row.starts] = number + 1
            taken.append((number, row))
    return taken


def missing_told(
    rows: Sequence[NumberedRow], child: Child, statements: Statements, findings: Findings
) -> Iterator[Told]:
    """Make the events of distinct rows, which are in order of time."""
    until = date.min
    for number, row in rows:
        if row.starts < until:
            findings.add("missing-overlap", row.source, "MIS_START")
        until = max(until, row.ends or date.max)
        subject = child.or_born(row.born)
        where = (row.child, row.starts.isoformat(), str(number))
        episode = statements.reference("missing", *where)
        report = statements.event(
            "missing-report",
            statements.reference("missing-report", *where),
            subject,
            row.starts,
            episode=episode,
            # The return does not say who reported it.
            reported_by="not_known",
            last_seen=on(row.starts),
            kind=statements.implied("MISSING", row.kind)["kind"],
        )
        yield Told(row.starts, Step.MISSING, row.source, report)
        if row.ends is not None:
            reference = statements.reference("missing-found", *where)
            found = statements.event("missing-found", reference, subject, row.ends, episode=episode)
            yield Told(row.ends, Step.FOUND, row.source, found)
