"""custody: the custody suite, and liaison and diversion, while a child is detained.

In the review those in custody did not know what others knew of her, and others not what happened
there (3.16, 3.17).
"""

from collections.abc import Iterator
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.membership.stay import Stay, all_events, first_end, named
from safeguarding.network import Directory
from safeguarding.rules.rule import Thresholds, ground_key

DETENTION = "custody-detention"
RELEASE = "custody-release"


class Custody:
    """One stay for each custody record: its last detention, to the release or to the limit."""

    id = "custody"
    watches = frozenset({DETENTION, RELEASE})

    def stays(self, case: Case, thresholds: Thresholds, directory: Directory) -> Iterator[Stay]:
        """See the class. Nobody stays for ever because a release was never told."""
        last = {_record(each): each for each in all_events(case, DETENTION)}
        releases = all_events(case, RELEASE)
        longest = timedelta(hours=thresholds["longest_hours"])
        for ground, detention in last.items():
            release = first_end(detention, (r for r in releases if _record(r) == ground))
            limit = detention.placed_at + longest
            ended = "No detention lasts longer"
            if release is not None and release.over_at <= limit:
                limit, ended = release.over_at, f"Released: {named(release)}"
            yield Stay(
                ground,
                (
                    *directory.in_roles(thresholds["roles"], detention.agency),
                    *directory.in_roles(thresholds["roles_of_area"]),
                ),
                detention.placed_at,
                limit,
                f"Detained: {named(detention)}",
                ended,
            )


def _record(event: Event) -> str:
    return ground_key("custody", event.agency, event.details["custody_record"])
