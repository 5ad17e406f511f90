"""What is on record of the conditions under which a placement began, for placement-conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.rule import Thresholds

START = "placement-start"
END = "placement-end"
APPROVAL = "placement-approval"
MEETING = "meeting"

_OUT_OF_AREA = frozenset({"out_of_area", "distant"})
_NOT_GIVEN = frozenset({"refused", "without"})
_HAD_A_SAY = frozenset({"attended", "sent_views"})


@dataclass(frozen=True, slots=True)
class Record:
    """What a placement is that needs more than others, and what is on record for it.

    ``approvals`` is the last decision on each thing that was put to somebody; ``meetings`` are
    those at which several agencies decided something around that time.
    """

    registration: str
    emergency: bool
    out_of_area: bool
    approvals: Mapping[str, str]
    host_told: bool
    meetings: Sequence[Event]
    grounds: Sequence[Event]

    @property
    def lacking(self) -> tuple[str, ...]:
        """What is not on record, as names of conditions: see the words."""
        not_given = [
            f"{decision}:{what}"
            for what, decision in self.approvals.items()
            if decision in _NOT_GIVEN
        ]
        out_of_area = self.approvals.get("out_of_area")
        conditions = {
            "registration": self.registration == "unregistered",
            "decision": self._needs_decision and not self.meetings,
            "approval": self.out_of_area and out_of_area not in {"approved", *_NOT_GIVEN},
            "host": self.out_of_area and not self.host_told,
        }
        return (*(name for name, lacks in conditions.items() if lacks), *not_given)

    @property
    def is_grave(self) -> bool:
        """Whether it is not only the record that lacks something."""
        return self.registration == "unregistered" or any(
            decision in _NOT_GIVEN for decision in self.approvals.values()
        )

    @property
    def _needs_decision(self) -> bool:
        return self.emergency or self.registration in {"unregulated", "unregistered"}


def placement(event: Event) -> tuple[str, str]:
    """The authority, and its number of the placement."""
    return (event.agency, event.details["placement"])


def is_temporary(event: Event, thresholds: Thresholds) -> bool:
    """Whether its code, if it has one, is that of a temporary absence."""
    return (event.details["kind"] or {}).get("code") in thresholds["temporary_codes"]


def record_of(start: Event, case: Case, thresholds: Thresholds) -> Record | None:
    """The record of a placement that needs more than others, or None where this one does not."""
    says = start.details
    if is_temporary(start, thresholds):
        return None
    registration = _registration(start, thresholds)
    emergency, out_of_area = bool(says["emergency"]), bool(says["out_of_area"])
    approvals = _approvals(start, case, thresholds)
    last: dict[str, str] = {}
    for each in approvals:
        what = each.details["what"]
        last["out_of_area" if what in _OUT_OF_AREA else what] = each.details["decision"]
    plain = registration not in {"unregulated", "unregistered"}
    if plain and not emergency and not out_of_area and _NOT_GIVEN.isdisjoint(last.values()):
        return None
    meetings = _meetings(start, case, thresholds)
    return Record(
        registration=registration,
        emergency=emergency,
        out_of_area=out_of_area,
        approvals=last,
        host_told=any(each.details["host_told"] is not None for each in approvals),
        meetings=meetings,
        grounds=(*approvals, *meetings),
    )


def _registration(start: Event, thresholds: Thresholds) -> str:
    """As the authority states it; by the code's own meaning where it does not."""
    stated = str(start.details["registration"])
    code = start.details["kind"]["code"]
    if stated == "not_known" and code in thresholds["unregulated_codes"]:
        return "unregulated"
    return stated


def _approvals(start: Event, case: Case, thresholds: Thresholds) -> list[Event]:
    around = timedelta(days=thresholds["approval_days"])
    return [
        each
        for each in case.events({APPROVAL}, start.placed_at - around, start.placed_at + around)
        if placement(each) == placement(start)
    ]


def _meetings(start: Event, case: Case, thresholds: Thresholds) -> list[Event]:
    """Those held around the start at which more than one agency had a say, with a decision."""
    since = start.placed_at - timedelta(days=thresholds["decision_days_before"])
    until = start.placed_at + timedelta(days=thresholds["decision_days_after"])
    return [each for each in case.events({MEETING}, since, until) if _is_joint(each, thresholds)]


def _is_joint(meeting: Event, thresholds: Thresholds) -> bool:
    says = meeting.details
    agencies = {
        each["agency"] or meeting.agency
        for each in says["invitees"]
        if each["attendance"] in _HAD_A_SAY
    }
    return (
        says["step"] == "held"
        and says["kind"] in thresholds["decision_kinds"]
        and bool(says["decisions"])
        and len(agencies) > 1
    )
