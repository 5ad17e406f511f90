"""What a rule has worked out of a case, kept for as long as what it read stands.

A rule that looks over months does so at each event, and most events change nothing of what it
reads. Whoever replays a history, or appends event after event, asks again and again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.rule import Thresholds

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    """What was worked out, from when on, of which events, by which thresholds."""

    found: T
    since: datetime
    events: Sequence[Event]
    thresholds: Thresholds


def kept(
    case: Case,
    name: str,
    since: datetime,
    events: Sequence[Event],
    thresholds: Thresholds,
    work_out: Callable[[], T],
) -> T:
    """What ``work_out`` gives, which reads these events of the case alone.

    It may be what was worked out from an earlier ``since`` on: the caller passes over what lies
    before. So it must be that what it gives for a later one is the same without that.
    """
    known: _Kept[T] | None = case.kept.get(name)
    # An event that stands is the same object: comparing them takes no time.
    same = known is not None and known.thresholds is thresholds and known.events == events
    if known is not None and same and known.since <= since:
        return known.found
    found = work_out()
    case.kept[name] = _Kept(found, since, events, thresholds)
    return found
