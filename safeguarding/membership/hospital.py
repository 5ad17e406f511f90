"""hospital: the hospital's teams while the child is there (3.19 to 3.26)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.membership.stay import Stay, all_events, first_end, named
from safeguarding.network import Directory
from safeguarding.rules.rule import Thresholds, ground_key

ATTENDANCE = "emergency-attendance"
ADMISSION = "hospital-admission"
DISCHARGE = "hospital-discharge"
TRANSFER = "hospital-transfer"


class Hospital:
    """One stay for each attendance, each spell in a hospital, and each transfer that it took.

    An attendance ends after some hours, or when the child leaves the site. A spell ends with its
    discharge, or with a transfer that is not from ward to ward, whichever hospital tells of it.
    The hospital that takes the child by a transfer, and tells of it, has her until it says that
    she left, or another says that it took her: it need not admit her besides.
    """

    id = "hospital"
    watches = frozenset({ATTENDANCE, ADMISSION, DISCHARGE, TRANSFER})

    def stays(self, case: Case, thresholds: Thresholds, directory: Directory) -> Iterator[Stay]:
        """See the class."""
        left = [each for each in all_events(case, DISCHARGE, TRANSFER) if _leaves(each)]
        yield from self._attendances(case, left, thresholds, directory)
        last = {(each.agency, each.details["spell"]): each for each in all_events(case, ADMISSION)}
        for (_, spell), each in last.items():
            end = first_end(each, (one for one in left if _of_spell(each, one)))
            yield self._stay(f"spell/{spell}", each, end, thresholds, directory)
        for each in _taken(case, left):
            end = first_end(each, (one for one in left if _ends_transfer(each, one)))
            yield self._stay(f"transfer/{each.reference}", each, end, thresholds, directory)

    def _attendances(
        self, case: Case, left: Sequence[Event], thresholds: Thresholds, directory: Directory
    ) -> Iterator[Stay]:
        hours = timedelta(hours=thresholds["attendance_hours"])
        for each in all_events(case, ATTENDANCE):
            end = first_end(each, (one for one in left if _same_site(each, one)))
            limit = each.placed_at + hours
            ended = "An attendance without an admission lasts no longer"
            if end is not None and end.over_at <= limit:
                limit, ended = end.over_at, f"Left: {named(end)}"
            ground = ground_key(self.id, each.agency, f"attendance/{each.reference}")
            teams = tuple(directory.in_roles(thresholds["roles"], each.agency))
            yield Stay(
                ground, teams, each.placed_at, limit, f"In the hospital: {named(each)}", ended
            )

    def _stay(
        self,
        name: str,
        since: Event,
        end: Event | None,
        thresholds: Thresholds,
        directory: Directory,
    ) -> Stay:
        return Stay(
            ground_key(self.id, since.agency, name),
            tuple(directory.in_roles(thresholds["roles"], since.agency)),
            since.placed_at,
            None if end is None else end.over_at,
            f"In the hospital: {named(since)}",
            "" if end is None else f"Left: {named(end)}",
        )


def _leaves(event: Event) -> bool:
    return event.type == DISCHARGE or event.details["kind"] != "within"


def _site(event: Event) -> str:
    site: str = event.details["from_site" if event.type == TRANSFER else "site"]
    return site


def _same_site(there: Event, left: Event) -> bool:
    return (there.agency, _site(there)) == (left.agency, _site(left))


def _of_spell(admission: Event, left: Event) -> bool:
    spell = left.details["spell"]
    if left.type == TRANSFER and left.details["to_site"] == admission.details["site"]:
        return False  # By this one the child came.
    if left.agency != admission.agency:
        # Who took the child tells of it under a number of its own; the site is known to all.
        return left.type == TRANSFER and admission.details["site"] == _site(left)
    return _same_site(admission, left) if spell is None else spell == admission.details["spell"]


def _taken(case: Case, left: Sequence[Event]) -> Iterator[Event]:
    """The transfers whose publisher the child did not leave by them.

    No file says whose a site is, so an agency's own are those where it says that it had her.
    """
    there = all_events(case, ATTENDANCE, ADMISSION, DISCHARGE)
    own = {(each.agency, each.details["site"]) for each in there}
    spells = {
        (each.agency, each.details["spell"]): each.details["site"]
        for each in there
        if each.type == ADMISSION
    }
    for each in left:
        if each.type != TRANSFER:
            continue
        to_site = each.details["to_site"]
        of_spell = spells.get((each.agency, each.details["spell"]), to_site)
        if (each.agency, _site(each)) in own or of_spell != to_site:
            continue
        own.add((each.agency, to_site))
        yield each


def _ends_transfer(taken: Event, left: Event) -> bool:
    if left.key == taken.key:
        return False
    there: bool = _site(left) == taken.details["to_site"]
    if left.type == TRANSFER:
        return there
    of_spell: bool = left.details["spell"] == taken.details["spell"]
    return left.agency == taken.agency and (there or of_spell)
