"""Windows: which events of a child are wanted, by type and place in time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from projections.append import reads
from projections.append.reads import Window
from projections.database import Query
from safeguarding.events import Event
from safeguarding.rules.rule import Need

# So much more is read on either side, so that what is read for one event does for the next.
SLACK = timedelta(days=1)


class Held(Protocol):
    """What is remembered of a child."""

    def missing(self, event_type: str, window: Window) -> Window | None:
        """What of a window is not at hand for the type; None where all is."""


@dataclass(slots=True)
class Windows:
    """Which events are wanted: of a child and type, placed between two instants.

    Those ``under`` an alert are wanted only if it was ever raised.
    """

    plain: dict[tuple[UUID, str], Window] = field(default_factory=dict)
    under: dict[tuple[UUID, str, str, str], Window] = field(default_factory=dict)

    def widen(self, child_id: UUID, about: Event, needs: Iterable[Need]) -> None:
        """Add what is needed around this event."""
        for need in needs:
            window = about.placed_at - need.before, about.placed_at + need.after
            for event_type in need.types:
                if need.under is None:
                    _widen(self.plain, (child_id, event_type), window)
                else:
                    _widen(self.under, (child_id, event_type, *need.under(about)), window)

    def unread(self, held: Mapping[UUID, Held]) -> "Windows":
        """What is held does not answer of these, with something more on either side."""
        plain = {}
        for (child_id, event_type), window in self.plain.items():
            each = held.get(child_id)
            missing = window if each is None else each.missing(event_type, window)
            if missing is not None:
                plain[child_id, event_type] = (missing[0] - SLACK, missing[1] + SLACK)
        return Windows(plain, self.under)

    def of(self, children: Collection[UUID]) -> "Windows":
        """Those of these children that ask for no alert."""
        return Windows({key: window for key, window in self.plain.items() if key[0] in children})

    @property
    def children(self) -> set[UUID]:
        """Of whom something is wanted."""
        return {child_id for child_id, _ in self.plain} | {name[0] for name in self.under}

    @property
    def queries(self) -> list[Query]:
        """What reads the events."""
        return [reads.windows(self.plain), reads.windows_under(self.under)]


def _widen(windows: dict[Any, Window], key: tuple[Any, ...], window: Window) -> None:
    known = windows.get(key, window)
    windows[key] = (min(known[0], window[0]), max(known[1], window[1]))
