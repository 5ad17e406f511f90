"""What an alert says of the conditions of a placement: what is on record and what is not."""

from safeguarding.events import Event
from safeguarding.rules.placement.placement_record import Record
from safeguarding.rules.wording import plain, sentence

_REGISTRATION = {
    "unregulated": "of a kind that needed no registration at the time",
    "unregistered": "in a home that should be registered and is not",
}
_LACKING = {
    "registration": "a registration",
    "decision": "a decision of several agencies on the risk",
    "approval": "an approval of the placement out of area",
    "host": "word to the authority of that area",
}
_NOT_GIVEN = {
    "refused": "approval refused",
    "without": "placed before anybody decided",
}


def headline(record: Record) -> str:
    """What is the matter, in a few words."""
    if not record.lacking:
        return "Placement: what it needs is on record"
    return "Placement: not everything that it needs is on record"


def began(record: Record) -> str:
    """What kind of placement it is, what is on record, and what is asked of the reader."""
    parts = [
        "Placed",
        "in an emergency" if record.emergency else None,
        _REGISTRATION.get(record.registration),
        "out of area" if record.out_of_area else None,
    ]
    said = sentence(parts) if any(parts[1:]) else ""
    known = _on_record(record)
    if known:
        said += f" On record: {sentence([known])}"
    not_known = "; ".join(_LACKING[each] for each in record.lacking if each in _LACKING)
    if not_known:
        said += f" Not on record: {not_known}."
    given = "; ".join(_not_given(each) for each in record.lacking if each not in _LACKING)
    if given:
        said += f" {given[0].upper()}{given[1:]}."
    if "decision" in record.lacking:
        said += " Please decide on the risk together, and put on record what was decided."
    elif record.lacking:
        said += " Please put on record what was done about it."
    return said.strip()


def without_a_place(*, elsewhere: bool) -> str:
    """What is the matter after an unplanned end, in a few words."""
    return "Another placement has begun" if elsewhere else "No other placement is on record"


def ended(end: Event, *, elsewhere: bool, in_hospital: bool) -> str:
    """That a placement ended, by whom, and whether another has begun."""
    by = end.details["ended_by"]
    said = sentence(
        ["A placement ended unplanned", None if by == "not_known" else f"by: {plain(by)}"]
    )
    if elsewhere:
        return f"{said} Another placement has begun."
    said += " No other placement is on record"
    if in_hospital:
        return f"{said}. The child was in hospital then: where to go from there must be found."
    return f"{said}: where the child is to live must be found."


def _on_record(record: Record) -> str:
    decided = record.approvals.get("out_of_area")
    said = {"approved": "an approval", "asked": "an approval was asked for"}
    return "; ".join(
        each
        for each in (
            "a decision of several agencies" if record.meetings else None,
            said.get(decided.details["decision"]) if decided else None,
            "word to the authority of that area"
            if record.out_of_area and record.host_told
            else None,
        )
        if each
    )


def _not_given(name: str) -> str:
    decision, what = name.split(":")
    return f"{_NOT_GIVEN[decision]} ({plain(what)})"
