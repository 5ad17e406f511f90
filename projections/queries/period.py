"""A stretch of a child's time, to show what happened in it."""

from dataclasses import dataclass
from datetime import datetime

from projections.queries.timeline import Shown


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` on and before ``end``; None where it is open to that side."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, shown: Shown) -> bool:
        """Whether the entry happened in it.

        What an agency said happened when the agency says it did, however late it was told; what
        the hub did happened when it did it. An event of which nobody knows when stands at its
        entry.
        """
        at = happened_at(shown)
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


ALWAYS = Period()


def happened_at(shown: Shown) -> datetime:
    """The instant at which an entry stands; of a day or month, its first."""
    header = shown.header
    if header.occurred_at is None or header.occurred_precision in (None, "unknown"):
        return header.entered_at
    return header.occurred_at
