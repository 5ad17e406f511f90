"""All that a return says, child by child, as events in order of time. Sends nothing."""

from collections.abc import Iterator

from producers.ssda903.care_history import CareHistory
from producers.ssda903.episodes import distinct_episodes
from producers.ssda903.findings import Findings
from producers.ssda903.missing_episodes import distinct_missing, missing_told
from producers.ssda903.reading import ChildRows, Return
from producers.ssda903.reviews import reviews_told
from producers.ssda903.rows import EpisodeRow, MissingRow, ReviewRow
from producers.ssda903.statements import Child, Statements, Told
from safeguarding.identifiers import Identifier, Scheme, Valid, check

# The return's own codes for "no UPN, and why".
_NO_UPN = frozenset({"", "UN1", "UN2", "UN3", "UN4", "UN5"})


def told_of_each_child(
    folder: Return, statements: Statements, findings: Findings
) -> Iterator[list[Told]]:
    """Yield what is told of one child after the other, each child's oldest first.

    Children come in the order in which the files first name them; one of whom only the Header
    knows gives an empty list.
    """
    history = CareHistory(statements, findings)
    for identifier, rows in folder.children.items():
        child = _identified(identifier, rows, findings)
        _warn_of_births(rows, child, findings, header_expected=folder.has_header)
        told = [
            *history.told(distinct_episodes(rows.episodes, findings), child),
            *missing_told(distinct_missing(rows.missing, findings), child, statements, findings),
            *reviews_told(rows.reviews, child, statements, findings),
        ]
        told.sort(key=lambda one: one[:2])
        yield told


def _identified(identifier: str, rows: ChildRows, findings: Findings) -> Child:
    births, upns = set(), set()
    for header in rows.headers:
        if header.born is not None:
            births.add(header.born)
        if isinstance(check(Identifier(Scheme.UPN, header.upn)), Valid):
            upns.add(header.upn)
        elif header.upn not in _NO_UPN:
            findings.add("upn-doubtful", header.source, "UPN")
    differ = len(births) > 1 or len(upns) > 1
    for header in rows.headers[1:]:
        findings.add("headers-differ" if differ else "said-twice", header.source)
    return Child(
        identifier,
        births.pop() if len(births) == 1 else None,
        upns.pop() if len(upns) == 1 else None,
    )


def _warn_of_births(
    rows: ChildRows, child: Child, findings: Findings, *, header_expected: bool
) -> None:
    """Compare dates with the date of birth, and dates of birth with the Header's."""
    modules_told: set[str] = set()
    dated: list[EpisodeRow | MissingRow | ReviewRow] = [
        *rows.episodes,
        *rows.missing,
        *rows.reviews,
    ]
    for row in dated:
        source, own_birth = row.source, None if isinstance(row, EpisodeRow) else row.born
        if header_expected and not rows.headers and source.module not in modules_told:
            modules_told.add(source.module)
            findings.add("child-not-in-header", source, "CHILD")
        if None not in (own_birth, child.born) and own_birth != child.born:
            findings.add("birth-date-differs", source, "DOB")
        born = child.born or own_birth
        field, day = row.dated
        if born is not None and day < born:
            findings.add("date-before-birth", source, field)
