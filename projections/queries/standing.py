"""Which version of each statement stands, among the entries that are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from projections.queries.timeline import Shown
from safeguarding.events import ABOUT_ALERTS, RETRACTION, Event, Reference
from safeguarding.facts import Moved


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of a statement: another version stands in its place, or none does here.

    ``by`` is the sequence of that version, or of the entry that moved the statement to
    another child. ``retracted`` says that the statement was taken back; ``before_it_came``
    that what replaces it was there first, so it never stood.
    """

    by: int
    retracted: bool
    before_it_came: bool


def replaced(entries: Iterable[Shown]) -> dict[int, Replaced]:
    """The entries whose statement does not stand, by sequence. The highest version stands."""
    versions: dict[Reference, list[tuple[int, int, str]]] = {}
    moved: dict[Reference, int] = {}
    for shown in entries:
        event = shown.body
        if isinstance(event, Moved) and event.away:
            moved[event.agency, event.reference] = shown.sequence
        if isinstance(event, Event) and event.type not in ABOUT_ALERTS:
            entry = (event.version, shown.sequence, event.type)
            versions.setdefault(event.key, []).append(entry)
    result: dict[int, Replaced] = {}
    for reference, found in versions.items():
        highest, by, kind = max(found)
        if moved.get(reference, 0) > by:
            # It was about another child: here no version of it stands.
            gone = Replaced(moved[reference], retracted=True, before_it_came=False)
            result |= {sequence: gone for _, sequence, _ in found}
            continue
        for version, sequence, _ in found:
            if version < highest:
                result[sequence] = Replaced(by, kind == RETRACTION, by < sequence)
    return result
