"""placement: the provider while the child lives there, unless an allegation names a carer.

A placement that nobody ended is over when the same authority says that another has started, but
for a temporary absence from it.

In the review an emergency carer was not told of knife and ligature (3.18); and a carer was alleged
to have supplied drugs (3.15 to 3.17). An allegation proves nothing: it suspends what follows
automatically until somebody has decided.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.membership.stay import Stay, all_events, first_end, named
from safeguarding.network import Directory
from safeguarding.rules.rule import Thresholds, ground_key

START = "placement-start"
END = "placement-end"
ALLEGATION = "allegation"
OUTCOME = "allegation-outcome"


class Placement:
    """One stay for each placement whose provider the agencies file names."""

    id = "placement"
    watches = frozenset({START, END, ALLEGATION, OUTCOME})

    def stays(self, case: Case, thresholds: Thresholds, directory: Directory) -> Iterator[Stay]:
        """See the class. A placement that was alleged against ends here with the allegation."""
        last = {_placement(each): each for each in all_events(case, START)}
        lasting = [each for each in last.values() if not _temporary(each, thresholds)]
        ends = all_events(case, END)
        open_ones = list(_undecided(case, thresholds["restoring_outcomes"]))
        for ground, start in last.items():
            provider = _provider(start, directory)
            if provider is None:
                continue
            end = first_end(start, (each for each in ends if _placement(each) == ground))
            ends_at = None if end is None else end.over_at
            ended = "" if end is None else f"The placement ended: {named(end)}"
            after = _next(start, lasting)
            if end is None and after is not None:
                ends_at, ended = after.placed_at, f"Placed elsewhere: {named(after)}"
            against = _first_within(open_ones, start.placed_at, ends_at)
            if against is not None:
                ends_at = max(against.placed_at, start.placed_at)
                ended = f"Suspended until somebody decides: {named(against)}"
            yield Stay(
                ground,
                tuple(directory.in_roles(thresholds["roles"], provider)),
                start.placed_at,
                ends_at,
                f"Placed there: {named(start)}",
                ended,
            )


def _placement(event: Event) -> str:
    return ground_key("placement", event.agency, event.details["placement"])


def _temporary(start: Event, thresholds: Thresholds) -> bool:
    return start.details["kind"]["code"] in thresholds["temporary_codes"]


def _next(start: Event, starts: Iterable[Event]) -> Event | None:
    """The authority's next placement; of two that start at one instant neither ends the other."""
    later = (s for s in starts if s.agency == start.agency and s.placed_at > start.placed_at)
    return min(later, key=lambda each: (each.placed_at, each.key), default=None)


def _provider(start: Event, directory: Directory) -> str | None:
    """The agency that provides it, by the regulator's number. No guess: nobody where it is new."""
    return directory.providers.get((start.details["urn"] or "").strip().upper())


def _undecided(case: Case, restoring: Iterable[str]) -> Iterator[Event]:
    """Allegations against somebody who looks after the child, which nobody has cleared."""
    last = {_allegation(each): each for each in all_events(case, OUTCOME)}
    cleared = {name for name, each in last.items() if each.details["outcome"] in restoring}
    for each in all_events(case, ALLEGATION):
        if each.details["against_carer"] and _allegation(each) not in cleared:
            yield each


def _allegation(event: Event) -> str:
    return ground_key("allegation", event.agency, event.details["allegation"])


def _first_within(
    allegations: Iterable[Event], starts_at: datetime, ends_at: datetime | None
) -> Event | None:
    """The first allegation about a time of the stay, which a day or a month may only touch."""
    for each in allegations:
        latest = each.occurred.latest
        begun = max(each.placed_at, latest) if latest is not None else each.placed_at
        if begun >= starts_at and (ends_at is None or each.placed_at < ends_at):
            return each
    return None
