"""A restriction of which no authority is recorded (3.19, 3.23, 3.37).

One alert for each kind of restriction at a place of an agency, however often it is repeated. That
it stops, or that an authority is recorded, settles it. Whether a recorded authority is enough for
what is done is for lawyers: consent may be, and no rule reads why.
"""

from collections.abc import Mapping, Sequence

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key
from safeguarding.rules.wording import sentence

RESTRICTION = "restriction"

_NO_AUTHORITY = {"none": "without authority", "not_recorded": "no authority is recorded"}
# Two members of staff instead of one are more of the same.
_STAFF = {"one_to_one": 1, "two_to_one": 2}
# Over before anybody writes it down: that it stops says nothing about the next time.
_MOMENTARY = frozenset({"holding", "medication"})
_IN_WORDS = {
    "one_to_one": "a member of staff at all times",
    "two_to_one": "two members of staff at all times",
    "locked_door": "a locked door",
    "holding": "holding",
    "medication": "medication given to restrain",
    "segregation": "kept apart",
    "supervised_leave": "may leave with somebody only",
    "devices": "telephone or the like taken",
    "other": "another restriction",
}
_ASKED = (
    "asked: that whoever restricts records by what authority, or ends it, and that the "
    "responsible authority takes legal advice"
)
_ABLE_TO_ACT = ("social_worker", "safeguarding_nurse", "team_manager")
_READERS = (*_ABLE_TO_ACT, "iro", "senior_manager", "ward", "placement", "advocate")


def key(event: Event) -> str:
    """The agency's place and the kind of restriction."""
    says = event.details
    kind = "staff" if says["kind"] in _STAFF else says["kind"]
    return ground_key("restriction", event.agency, f"{says['place'].strip().casefold()}/{kind}")


def assess(
    about: Event, beside: Sequence[Event], thresholds: Thresholds
) -> Mapping[str, Finding | None]:
    """What is held about restrictions of this kind at this place."""
    kinds = frozenset(thresholds["restrictions"])
    of_it = [each for each in beside if key(each) == key(about) and each.details["kind"] in kinds]
    lacking = [each for each in of_it if _lacks(each)]
    if lacking:
        return {key(about): _finding(lacking[-1], of_it)}
    # A stop alone says nothing of how it began, which may lie out of sight.
    return {key(about): None} if about.details["step"] != "stopped" else {}


def _lacks(event: Event) -> bool:
    says = event.details
    return says["step"] != "stopped" and says["authority"] in _NO_AUTHORITY


def _finding(last: Event, of_it: Sequence[Event]) -> Finding:
    end = next((each for each in of_it if _ends(last, each)), None)
    says = last.details
    restricted = [f"Restriction: {_IN_WORDS[says['kind']]}", _NO_AUTHORITY[says["authority"]]]
    if end is None:
        what = sentence([*restricted, says["reason"] and f"reason: {says['reason']}", _ASKED])
    else:
        stopped = end.details["step"] == "stopped"
        what = f"{sentence(restricted)} {'Stopped.' if stopped else 'An authority is recorded.'}"
    return Finding(
        severity=Severity.HIGH,
        headline=f"Restriction without recorded authority{'' if end is None else ': over'}",
        what=what,
        where=says["place"],
        occurred=(end or last).occurred,
        grounds=(last,) if end is None else (last, end),
        route=Route(
            act=_ABLE_TO_ACT if end is None else (),
            readers=tuple(Reader(role) for role in _READERS),
            office_work=True,
            # Whoever restricts is asked something, and is mostly who told of it.
            tells_speakers=True,
        ),
        # One that starts again is told like new, and so is one that becomes more.
        level=0 if end else _STAFF.get(says["kind"], 1),
        settled=end is not None,
    )


def _ends(last: Event, other: Event) -> bool:
    """Whether it says that the restriction stopped, or by what authority it goes on."""
    if other.key == last.key or other.over_at < last.placed_at:
        return False
    if other.details["step"] == "stopped":
        return other.details["kind"] not in _MOMENTARY
    return not _lacks(other)
