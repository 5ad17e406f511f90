"""A row of each module that is imported, once its cells are read."""

from dataclasses import dataclass
from datetime import date

from producers.ssda903.findings import Source


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """Who a child is. ``upn`` is as written, checked by whoever sends it."""

    source: Source
    child: str
    born: date | None
    upn: str


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode of care: one legal status in one placement."""

    source: Source
    child: str
    starts: date
    new_because: str
    legal_status: str
    place: str
    provider: str | None
    ends: date | None
    ended_because: str | None
    place_change_because: str | None
    postcode: str | None
    urn: str | None

    @property
    def dated(self) -> tuple[str, date]:
        """The field and day of its beginning."""
        return "DECOM", self.starts

    @property
    def placement(self) -> tuple[str, str | None, str | None, str | None]:
        """What makes two episodes be in the same placement (validation rule 434)."""
        return (self.place, self.provider, self.postcode, self.urn)

    @property
    def within_a_day(self) -> bool:
        """Whether it ends on the day it starts."""
        return self.ends == self.starts


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A time that a child was missing or away."""

    source: Source
    child: str
    born: date | None
    kind: str
    starts: date
    ends: date | None

    @property
    def dated(self) -> tuple[str, date]:
        """The field and day of its beginning."""
        return "MIS_START", self.starts


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review that was held."""

    source: Source
    child: str
    born: date | None
    held: date
    participation: str | None

    @property
    def dated(self) -> tuple[str, date]:
        """The field and day of its beginning."""
        return "REVIEW", self.held


Row = HeaderRow | EpisodeRow | MissingRow | ReviewRow
