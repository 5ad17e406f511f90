"""hospital: the hospital's teams while the child is there (3.19 to 3.26)."""

from collections.abc import Iterator
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
    """One stay for each attendance and for each spell in a hospital.

    An attendance ends after some hours, or when the child leaves the site. A spell ends with its
    discharge, or with a transfer that is not from ward to ward, whichever hospital tells of it.
    """

    id = "hospital"
    watches = frozenset({ATTENDANCE, ADMISSION, DISCHARGE, TRANSFER})

    def stays(self, case: Case, thresholds: Thresholds, directory: Directory) -> Iterator[Stay]:
        """See the class."""
        left = [each for each in all_events(case, DISCHARGE, TRANSFER) if _leaves(each)]
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
        last = {(each.agency, each.details["spell"]): each for each in all_events(case, ADMISSION)}
        for (agency, spell), each in last.items():
            end = first_end(each, (one for one in left if _of_spell(each, one)))
            yield Stay(
                ground_key(self.id, agency, f"spell/{spell}"),
                tuple(directory.in_roles(thresholds["roles"], agency)),
                each.placed_at,
                None if end is None else end.over_at,
                f"In the hospital: {named(each)}",
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
    if left.agency != admission.agency:
        # Who took the child tells of it under a number of its own; the site is known to all.
        return left.type == TRANSFER and admission.details["site"] == _site(left)
    return _same_site(admission, left) if spell is None else spell == admission.details["spell"]
