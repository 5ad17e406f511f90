"""How often a child harmed themselves, where several agencies may have told of one harm.

Each report of self-harm has its own alert elsewhere, since a guess that joined two would hide one.
A count is another matter: a carer's report and the hospital's of the same overdose must not pass
for two. So what may be one counts as one, and a count says "at least". Reports may be of one harm

* where a child came to an emergency department within some hours after an incident, whoever told
  of the incident. What happens after she came is not why she came;
* where two agencies tell, within these hours, of the same method, or one does not say which.

Two incidents that one agency tells of under references of its own are always two.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.self_harm_reports import ATTENDANCE, REPORTS, is_self_harm, method_of

# No report says less of a time than its month.
_LONGEST = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class Episode:
    """One harm, with the reports that may be of it, the earliest first."""

    reports: tuple[Event, ...]

    @property
    def began(self) -> datetime:
        """Its place in the child's history."""
        return self.reports[0].placed_at

    @property
    def dated(self) -> bool:
        """Whether anybody knows when it was, be it the month."""
        return self.reports[0].occurred.precision is not Precision.UNKNOWN

    @property
    def methods(self) -> frozenset[str]:
        """The methods that the reports name."""
        return frozenset(method for each in self.reports if (method := method_of(each)))


def episodes(case: Case, since: datetime, until: datetime, thresholds: Thresholds) -> list[Episode]:
    """The harms that began in [since, until], oldest first.

    ``thresholds`` holds ``self_harm_codes`` and ``same_episode_hours``.
    """
    within = timedelta(hours=thresholds["same_episode_hours"])
    found: list[list[Event]] = []
    for report in case.events(REPORTS, since, until):
        if not is_self_harm(report, thresholds["self_harm_codes"]):
            continue
        for reports in reversed(found):
            if report.placed_at - reports[0].placed_at > within + _LONGEST:
                found.append([report])  # Nor of one with any before those.
                break
            # With every one of them: two of one agency stay two, though a third lies between.
            if all(_may_be_one(each, report, within) for each in reports):
                reports.append(report)
                break
        else:
            found.append([report])
    return [Episode(tuple(reports)) for reports in found]


def _may_be_one(earlier: Event, later: Event, within: timedelta) -> bool:
    if Precision.UNKNOWN in {earlier.occurred.precision, later.occurred.precision}:
        return False
    if (earlier.type == ATTENDANCE) is not (later.type == ATTENDANCE):
        came_first = earlier.type == ATTENDANCE
        attendance, incident = (earlier, later) if came_first else (later, earlier)
        soon = attendance.placed_at - incident.over_at <= within
        return soon and incident.placed_at <= attendance.over_at
    if earlier.agency == later.agency or later.placed_at - earlier.over_at > within:
        return False
    return len({method_of(earlier), method_of(later)} - {None}) <= 1
