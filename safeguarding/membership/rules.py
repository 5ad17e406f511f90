"""Which memberships follow from events, and what a newcomer is sent: chosen, and versioned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from safeguarding.membership.custody import Custody
from safeguarding.membership.hospital import Hospital
from safeguarding.membership.placement import Placement
from safeguarding.membership.stay import Reading
from safeguarding.rules.rule import Need, Thresholds

READINGS: tuple[Reading, ...] = (Custody(), Hospital(), Placement())
# A whole childhood: a stay's end must not lie outside of what is at hand.
_LIFE = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class NetworkRules:
    """See the module. ``thresholds`` are by reading.

    ``briefed`` are the rules whose alerts a newcomer is sent, as far as they were last told
    within ``briefing_window``; what was told longer ago than ``urgent_window`` is not urgent.
    """

    version: str
    thresholds: Mapping[str, Thresholds]
    published_days: int
    briefed: frozenset[str]
    briefing_window: timedelta
    urgent_window: timedelta

    def watching(self, *types: str) -> list[Reading]:
        """The readings that any of these event types may change."""
        return [each for each in READINGS if not each.watches.isdisjoint(types)]

    def needs(self, event_type: str) -> list[Need]:
        """The events that must be at hand to read the stays that this type may change."""
        return [Need(each.watches, _LIFE, _LIFE) for each in self.watching(event_type)]
