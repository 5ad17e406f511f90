"""What the append would load around an event, out of a case that holds everything."""

from collections.abc import Iterable
from dataclasses import replace

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.rule import Need


def windowed(case: Case, about: Event, needs: Iterable[Need]) -> Case:
    """The case with the events alone that these needs name."""
    kept = {
        key: one
        for need in needs
        for key, one in case.standings.items()
        if one.type in need.types
        and about.placed_at - need.before <= one.occurred_at <= about.placed_at + need.after
    }
    return replace(case, standings=type(case.standings)(kept))
