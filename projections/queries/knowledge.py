"""What one agency could know, and since when: its own words, and what reached its teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from projections.queries.timeline import Copy, Shown, Timeline, by_sequence
from safeguarding.facts import Acknowledged, HandedOver


@dataclass(frozen=True, slots=True)
class Learned:
    """An entry as one agency knew it. ``at`` is hub time.

    ``copies`` are those that told it; none where the agency said it itself.
    """

    at: datetime
    shown: Shown
    copies: tuple[Copy, ...] = ()


def known_to(timeline: Timeline, agency: str, until: datetime | None = None) -> Sequence[Learned]:
    """What the agency could know by ``until``, in the order in which it learned it.

    Of its own event an agency knows since the moment that it states itself, which may be
    long before the hub was told, so ``timeline`` must hold the log to its end. Of
    everything else it knows what was delivered to its teams.
    """
    learned: list[Learned] = []
    copies = by_sequence(timeline.copies)
    for shown in timeline.entries:
        reached = {
            copy: copy.reached_at
            for copy in copies.get(shown.sequence, ())
            if copy.recipient.agency == agency
            and copy.reached_at is not None
            and (until is None or copy.reached_at <= until)
        }
        own = _own(shown, agency)
        if reached:
            learned.append(Learned(min(reached.values()), shown, tuple(reached)))
        elif own is not None and (until is None or own <= until):
            learned.append(Learned(own, shown))
    return sorted(learned, key=lambda each: (each.at, each.shown.sequence))


def _own(shown: Shown, agency: str) -> datetime | None:
    """Since when the agency knows what it said itself; None for what it did not say."""
    header = shown.header
    if header.agency == agency:
        received_at = header.received_at or header.entered_at
        stated = header.known_at if header.known_precision != "unknown" else None
        # Nobody reports what they learn of only later: such a time is a mistake.
        return min(stated, received_at) if stated is not None else received_at
    fact = shown.body
    if isinstance(fact, Acknowledged) and fact.recipient.agency == agency:
        return fact.acknowledged_at
    if isinstance(fact, HandedOver) and fact.recipient.agency == agency:
        return fact.handed_over_at
    return None
