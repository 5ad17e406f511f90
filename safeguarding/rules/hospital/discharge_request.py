"""discharge-request: "not to be discharged until" is a request, and no power (3.19).

In the review social care told the hospital that she was not to be discharged until CAMHS had
assessed her. Nothing but an authority keeps a child on a ward; three days later she left. So the
request is told to those who are to keep to it, with what authority there is and what to do if she
leaves; who asked is told too where that is open. It is looked at again when the hospital
discharges her.

What was asked for is free text, which no rule reads. It is quoted, and beside it stands what is
recorded since of the kinds that count. Where there is nothing of them at the discharge, it rises.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key
from safeguarding.rules.wording import plain, sentence

REQUEST = "discharge-request"
DISCHARGE = "hospital-discharge"
ASSESSMENT = "psychosocial-assessment"
CONTACT = "camhs-contact"

# The longest there is, when the clocks go back.
_A_DAY = timedelta(hours=25)
_NO_AUTHORITY = frozenset({"none", "not_recorded"})
_ON_THE_WARD = ("ward", "safeguarding_nurse", "social_worker", "edt")
# Whoever has her now, and who can see to it that what was asked for happens all the same.
_AFTERWARDS = (
    "social_worker",
    "edt",
    "camhs_crisis",
    "placement",
    "foster_carer",
    "safeguarding_nurse",
)
_READERS = (
    *_AFTERWARDS,
    *("ward", "a_and_e", "team_manager", "iro", "camhs_community", "camhs_outreach"),
)
_ANSWERS = {"agreed": "agreed", "declined": "declined", "none_yet": "none yet"}
_IN_WORDS = {ASSESSMENT: "a psychosocial assessment", CONTACT: "a CAMHS contact"}


class DischargeRequest:
    """One alert for each request; a discharge of which nothing is recorded before is a rise."""

    id = "discharge-request"
    paragraphs: tuple[str, ...] = ("3.19",)
    why = (
        "A request keeps nobody on a ward. Who is asked must know by what authority, if any, and "
        "what to do if the child leaves; who asked must know if she was discharged before."
    )
    watches = frozenset({REQUEST, DISCHARGE, ASSESSMENT, CONTACT})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Requests before it, and what followed from them: all within the span of a stay."""
        stay = timedelta(days=thresholds["stay_days"]) + _A_DAY
        return (Need(self.watches, stay, stay),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every request at hand: an event may be what was asked for, or the discharge."""
        at_hand = [about, *case.standings.of(self.watches)]
        return {_key(each) for each in at_hand if each.type == REQUEST}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each request that the event may bear on.

        A request looks ahead only, for a stay; so whatever it sees lies within a stay of the event.
        Of a day whose hour is not known, the first moment may lie before the request.
        """
        stay = timedelta(days=thresholds["stay_days"])
        findings: dict[str, Finding | None] = {}
        if about.type == REQUEST:
            findings[_key(about)] = None  # Unless it stands, which is seen below.
        for request in case.events({REQUEST}, about.placed_at - stay, about.placed_at + _A_DAY):
            at = request.placed_at
            after = case.events(self.watches - {REQUEST}, at - _A_DAY, at + stay)
            findings[_key(request)] = _finding(request, after)
        return findings


def _key(request: Event) -> str:
    return ground_key("request", request.agency, request.reference)


def _finding(request: Event, beside: Sequence[Event]) -> Finding:
    after = [each for each in beside if each.over_at >= request.placed_at]
    discharge = next((each for each in after if _is_of_stay(request, each)), None)
    until = None if discharge is None else discharge.over_at
    recorded = [
        each
        for each in after
        if _counts(request, each) and (until is None or each.placed_at <= until)
    ]
    before = discharge is not None and not recorded
    open_question = discharge is None and _open_question(request)
    act: tuple[str, ...] = ()
    if before:
        act = _AFTERWARDS
    elif open_question:
        act = _ON_THE_WARD
    last = discharge or request
    return Finding(
        severity=Severity.HIGH if before or open_question else Severity.MEDIUM,
        headline=_headline(recorded, discharge),
        what=_what(request, recorded, discharge),
        where=request.details["site"],
        occurred=last.occurred,
        grounds=tuple(each for each in (request, *recorded[:1], discharge) if each is not None),
        route=Route(
            act=act,
            readers=tuple(Reader(role) for role in _READERS),
            # What is known since is news to who asked.
            speakers=() if recorded or discharge else (request.details["asked_by"],),
            # That it is no power and what then is open, and that nothing is recorded, nobody has
            # said yet; least of all who asked, who must agree with the ward on what is done.
            tells_speakers=before or (open_question and not recorded),
        ),
        level=1 if before else 0,
    )


def _is_of_stay(request: Event, other: Event) -> bool:
    if other.type != DISCHARGE:
        return False
    asked, left = request.details, other.details
    return bool((asked["site"], asked["spell"]) == (left["site"], left["spell"]))


def _counts(request: Event, other: Event) -> bool:
    """Whether it is an assessment in that hospital that is done, or a contact that took place."""
    says = other.details
    if other.type == ASSESSMENT:
        there: bool = says["site"] == request.details["site"]
        return there and says["step"] == "completed"
    return other.type == CONTACT and bool(says["outcome"] == "attended")


def _open_question(request: Event) -> bool:
    """Whether the child may leave and nobody has said what then, or the hospital will not keep."""
    says = request.details
    if says["authority"] not in _NO_AUTHORITY:
        return False
    return not says["if_child_leaves"] or says["answer"] == "declined"


def _headline(recorded: Sequence[Event], discharge: Event | None) -> str:
    if discharge is None:
        return "Asked not to discharge yet"
    if recorded:
        return f"Discharged after {_IN_WORDS[recorded[0].type]}"
    return "Discharged before what was asked for"


def _what(request: Event, recorded: Sequence[Event], discharge: Event | None) -> str:
    says = request.details
    asked = f"Asked by: {plain(says['asked_by'])}; not to be discharged until: {says['until']}"
    said = [
        sentence([asked, f"the hospital's answer: {_ANSWERS[says['answer']]}"]),
        sentence(_authority(says, over=discharge is not None)),
    ]
    if recorded:
        said.append(f"Recorded since: {_IN_WORDS[recorded[0].type]}.")
    if discharge is not None:
        said.append("Discharged.")
    elif _open_question(request) and recorded:
        said.append(
            "Asked: to say whether that is what was asked for and, if not, to agree what is done "
            "if the child leaves."
        )
    elif _open_question(request):
        said.append("Asked: to agree now what is done if the child leaves.")
    if discharge is not None and not recorded:
        kinds = " nor ".join(_IN_WORDS.values())
        said.append(
            f"Since it was asked neither {kinds} is recorded. Asked: to find out whether what was "
            "asked for has happened, and who sees the child next."
        )
    return " ".join(said)


def _authority(says: Mapping[str, str], *, over: bool) -> list[str]:
    """By what authority, if any, and what if the child leaves; once discharged only the first."""
    leaves = says["if_child_leaves"]
    then = f"if the child leaves: {leaves}" if leaves else "what to do then is not said"
    if says["authority"] not in _NO_AUTHORITY:
        by = f"By authority: {plain(says['authority'])}"
        return [by] if over else [by, then]
    if over:
        return ["This was a request, without authority"]
    return [
        "This is a request, without authority: it does not keep the child from leaving",
        then,
    ]
