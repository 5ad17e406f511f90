"""What is on record of the conditions under which a placement began, for placement-conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event, Reference
from safeguarding.rules.rule import Thresholds

START = "placement-start"
END = "placement-end"
APPROVAL = "placement-approval"
MEETING = "meeting"
HOST = "host_authority"

_OUT_OF_AREA = frozenset({"out_of_area", "distant"})
_NOT_GIVEN = frozenset({"refused", "without"})
_HAD_A_SAY = frozenset({"attended", "sent_views"})


@dataclass(frozen=True, slots=True)
class Record:
    """What a placement is that needs more than others, and what is on record for it.

    ``approvals`` is the last decision on each thing that was put to somebody; ``meetings`` are
    those at which several agencies decided something, from shortly before it until it was over;
    ``host_told`` is what first shows that the authority of the area knew; ``over`` ends it.
    """

    registration: str
    emergency: bool
    out_of_area: bool
    approvals: Mapping[str, Event]
    host_told: Event | None
    meetings: Sequence[Event]
    over: Event | None
    grounds: Sequence[Event]

    @property
    def lacking(self) -> tuple[str, ...]:
        """What is not on record, as names of conditions: see the words."""
        decisions = {what: each.details["decision"] for what, each in self.approvals.items()}
        not_given = [
            f"{decision}:{what}" for what, decision in decisions.items() if decision in _NOT_GIVEN
        ]
        conditions = {
            "registration": self.registration == "unregistered",
            "decision": self._needs_decision and not self.meetings,
            "approval": self.out_of_area
            and decisions.get("out_of_area") not in {"approved", *_NOT_GIVEN},
            "host": self.out_of_area and self.host_told is None,
        }
        return (*(name for name, lacks in conditions.items() if lacks), *not_given)

    @property
    def completed_by(self) -> Event | None:
        """The last of what it needed, once all of it is on record; None until then."""
        if self.lacking:
            return None
        needed = [
            *(self.meetings[:1] if self._needs_decision else ()),
            *([self.approvals["out_of_area"]] if self.out_of_area else ()),
            *([self.host_told] if self.out_of_area and self.host_told else ()),
        ]
        return max(needed, key=lambda each: (each.placed_at, each.key), default=None)

    @property
    def is_grave(self) -> bool:
        """Whether it is not only the record that lacks something."""
        return self.registration == "unregistered" or any(
            each.details["decision"] in _NOT_GIVEN for each in self.approvals.values()
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
    last: dict[str, Event] = {}
    for each in approvals:
        what = each.details["what"]
        last["out_of_area" if what in _OUT_OF_AREA else what] = each
    given = all(each.details["decision"] not in _NOT_GIVEN for each in last.values())
    plain = registration not in {"unregulated", "unregistered"}
    if plain and not emergency and not out_of_area and given:
        return None
    over = _over(start, case, thresholds)
    held = _held(start, over, case, thresholds)
    meetings = [each for each in held if _is_joint(each, thresholds)]
    told = [each for each in approvals if each.details["host_told"] is not None]
    host = min([*told, *filter(_with_the_host, held)], key=_place, default=None)
    return Record(
        registration=registration,
        emergency=emergency,
        out_of_area=out_of_area,
        approvals=last,
        host_told=host,
        meetings=meetings,
        over=over,
        grounds=(*approvals, *(each for each in held if each in meetings or each is host)),
    )


def _place(event: Event) -> tuple[datetime, Reference]:
    return (event.placed_at, event.key)


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


def over_before(start: Event, at: datetime, case: Case, thresholds: Thresholds) -> bool:
    """Whether the placement was over before then."""
    over = _over(start, case, thresholds)
    return over is not None and over.placed_at < at


def _over(start: Event, case: Case, thresholds: Thresholds) -> Event | None:
    """Its end, or another placement of the same authority, where nobody tells of the end."""
    until = start.placed_at + timedelta(days=thresholds["look_around_days"])
    for each in case.events({START, END}, start.placed_at, until):
        own = placement(each) == placement(start)
        if each.type == END and own:
            return each
        later = each.agency == start.agency and each.placed_at > start.placed_at
        if each.type == START and later and not own and not is_temporary(each, thresholds):
            return each
    return None


def _held(start: Event, over: Event | None, case: Case, thresholds: Thresholds) -> list[Event]:
    """The meetings from shortly before the start until it was over, in time or late."""
    since = start.placed_at - timedelta(days=thresholds["decision_days_before"])
    until = start.placed_at + timedelta(days=thresholds["look_around_days"])
    return [
        each
        for each in case.events({MEETING}, since, over.placed_at if over else until)
        if each.details["step"] == "held"
    ]


def _with_the_host(meeting: Event) -> bool:
    """Whether the authority of the area where she is placed was there, or sent its views."""
    return any(
        each["role"] == HOST and each["attendance"] in _HAD_A_SAY
        for each in meeting.details["invitees"]
    )


def _is_joint(meeting: Event, thresholds: Thresholds) -> bool:
    says = meeting.details
    agencies = {
        each["agency"] or meeting.agency
        for each in says["invitees"]
        if each["attendance"] in _HAD_A_SAY
    }
    return (
        says["kind"] in thresholds["decision_kinds"]
        and bool(says["decisions"])
        and len(agencies) > 1
    )
