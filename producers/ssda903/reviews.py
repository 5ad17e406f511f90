"""A child's rows of the Reviews module as reviews of a looked-after child."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from producers.ssda903.findings import Findings
from producers.ssda903.rows import ReviewRow
from producers.ssda903.statements import Child, Statements, Step, Told


def reviews_told(
    rows: Sequence[ReviewRow], child: Child, statements: Statements, findings: Findings
) -> Iterator[Told]:
    """Make one event for each day of a review.

    Where rows of one day differ, a review was held, and how the child took part is not known: the
    event says that much, since it is what the rows agree on.
    """
    by_day = defaultdict[date, list[ReviewRow]](list)
    for row in rows:
        by_day[row.held].append(row)
    for held, same_day in by_day.items():
        first = same_day[0]
        participations = {row.participation for row in same_day}
        for row in same_day[1:]:
            findings.add("said-twice", row.source)
        if len(participations) > 1:
            for row in same_day:
                findings.add("participation-differs", row.source, "REVIEW_CODE")
        participation = participations.pop() if len(participations) == 1 else None
        event = statements.event(
            "review",
            statements.reference("review", first.child, held.isoformat()),
            child.or_born(first.born),
            held,
            kind="looked_after",
            participation=statements.code("REVIEW_CODE", participation),
        )
        yield Told(held, Step.REVIEW, first.source, event)
