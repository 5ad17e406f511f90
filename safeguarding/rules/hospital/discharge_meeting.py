"""Which meeting plans a discharge from hospital, and who is needed for it (3.21, 3.22)."""

from collections.abc import Collection, Iterable, Sequence

from safeguarding.events import Event
from safeguarding.rules.hospital.hospital_stay import HospitalStay

MEETING = "meeting"
PLANNED = "discharge-planned"

_HOSPITAL = frozenset({"ward", "a_and_e", "safeguarding_nurse", "doctor"})
_CAMHS = frozenset({"camhs_community", "camhs_crisis", "camhs_outreach"})
_RESPONSIBLE = frozenset({"social_worker", "team_manager", "senior_manager"})
_HOST = frozenset({"host_authority"})
# Whoever has the child next, where the discharge does not name them by role.
_CARERS = frozenset({"placement", "foster_carer", "mother", "father", "parent", "relative"})
# Who sent what they had to say had a part in it.
_TOOK_PART = frozenset({"attended", "sent_views"})


def named_in_plans(plans: Iterable[Event], stay: HospitalStay) -> frozenset[str]:
    """The meetings that the hospital names as having planned this discharge."""
    return frozenset(
        each.details["meeting_reference"]
        for each in plans
        if stay.has(each.details["site"], each.details["spell"])
        and each.details["meeting_reference"] is not None
    )


def plans(
    meeting: Event, stay: HospitalStay, about: Collection[str], named: Collection[str]
) -> bool:
    """Whether it was held to plan the discharge from this stay.

    One that names what it is about must name this stay. One that does not is about it where it was
    held while it went on.
    """
    says = meeting.details
    if says["kind"] != "discharge_planning" or says["step"] != "held":
        return False
    if meeting.over_at < stay.admission.placed_at:
        return False
    if meeting.reference in named or says["meeting"] in named:
        return True
    if says["about_reference"] is not None:
        return says["about_reference"] in about
    return _during(meeting, stay)


def without(meeting: Event, stay: HospitalStay, *, out_of_area: bool) -> tuple[str, ...]:
    """Who was needed for it and had no part in it, as far as it says who had."""
    there = [each for each in meeting.details["invitees"] if each["attendance"] in _TOOK_PART]
    roles = {each["role"] for each in there}
    to = None if stay.end is None else stay.end.details["destination"]
    parts = {
        "the hospital": any(_of_hospital(each["agency"], each["role"], stay) for each in there),
        "CAMHS": not roles.isdisjoint(_CAMHS),
        "the responsible authority": not roles.isdisjoint(_RESPONSIBLE),
        "the host authority": not out_of_area or not roles.isdisjoint(_HOST),
        "whoever has the child next": not roles.isdisjoint(_CARERS | {to}),
    }
    return tuple(name for name, present in parts.items() if not present)


def others(meetings: Iterable[Event], stay: HospitalStay, plan: Sequence[Event]) -> list[str]:
    """Which other kinds of meeting were held during the stay."""
    during = [
        each
        for each in meetings
        if each.details["step"] == "held" and each not in plan and _during(each, stay)
    ]
    return list(dict.fromkeys(each.details["kind"] for each in during))


def _during(meeting: Event, stay: HospitalStay) -> bool:
    until = None if stay.end is None else stay.end.over_at
    return meeting.over_at >= stay.admission.placed_at and (
        until is None or meeting.placed_at <= until
    )


def _of_hospital(agency: str | None, role: str, stay: HospitalStay) -> bool:
    return role in _HOSPITAL if agency is None else agency in stay.agencies
