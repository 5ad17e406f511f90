"""Which version of each statement stands, among the entries that are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from projections.queries.timeline import Shown
from safeguarding.events import ACKNOWLEDGEMENT, RETRACTION, Event, Reference


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of a statement: another version stands in its place.

    ``by`` is the sequence of that version. ``retracted`` says that it takes the statement
    back; ``before_it_came`` that it was there first, so the older one never stood.
    """

    by: int
    retracted: bool
    before_it_came: bool


def replaced(entries: Iterable[Shown]) -> dict[int, Replaced]:
    """The entries whose statement does not stand, by sequence. The highest version stands."""
    versions: dict[Reference, list[tuple[int, int, str]]] = {}
    for shown in entries:
        event = shown.body
        if isinstance(event, Event) and event.type != ACKNOWLEDGEMENT:
            entry = (event.version, shown.sequence, event.type)
            versions.setdefault(event.key, []).append(entry)
    result: dict[int, Replaced] = {}
    for found in versions.values():
        highest, by, kind = max(found)
        for version, sequence, _ in found:
            if version < highest:
                result[sequence] = Replaced(by, kind == RETRACTION, by < sequence)
    return result
