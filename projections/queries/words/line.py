"""One line of a timeline: an entry in words, ready to be laid out."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What kind of line it is, for whoever gives it a colour."""

    EVENT = "event"
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    HUB = "hub"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a child's log.

    ``happened`` is a time in words, ``asides`` say when it was known and told. ``by`` says
    who spoke, or which rule and from what; ``details`` what there is besides; ``told`` who
    was told, one recipient a line; ``struck`` why the statement does not stand.
    ``learned`` is since when one agency knew it, where the timeline is that agency's.
    """

    sequence: int
    tone: Tone
    happened: str
    title: str
    by: str | None = None
    asides: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    struck: str | None = None
    learned: str | None = None
