"""absconded-detained: a child leaves a hospital, or is detained under the Mental Health Act.

In the review she left the ward after three days and was found on a pylon (3.20); in December she
left again (3.24). One alert for each report that she left, since no reference says that two are
of one absence. A return settles it, or a detention that began after she left: she is found, also
where the hospital never says so. That she is sought no longer does not, since she is not back.
Detained, she was moved to a ward for adults (3.25), of which the regulator is to be told.

What stands of detentions is in ``mental_health_status``. Left to other rules: what she does
meanwhile (self-harm), a child who leaves where she lives (missing), custody. This rule says when a
time of the law will have run out; that it has, is for the clock to find (detention-end).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.hospital import absconded_detained_words as words
from safeguarding.rules.hospital import mental_health_status as status
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key

ABSCONDED = "absconded"

_ABLE_TO_ACT = ("social_worker", "edt", "missing_coordinator", "placement", "foster_carer")
_PLACES = frozenset({"hospital", "place_of_safety"})


class AbscondedDetained:
    """One alert for each report that the child left, and one for each detention that began."""

    id = "absconded-detained"
    paragraphs: tuple[str, ...] = ("3.20", "3.24", "3.25")
    why = (
        "A child who leaves a hospital where she was kept safe may be in danger within the hour. "
        "A detention has a clock that the law sets: whoever plans for her must know when it ends."
    )
    watches = frozenset({ABSCONDED, status.DETENTION, status.TRANSFER})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any absence or detention that the event may bear on."""
        around = 2 * timedelta(days=thresholds["look_around_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every absence and detention at hand: an event may end one, or say more of it."""
        at_hand = [about, *case.standings.of(self.watches)]
        return {_key(each) for each in at_hand if _is_absence(each) or status.begins(each)}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each absence and each detention that the event may bear on.

        As for self-harm, it follows from what can be seen from the absence itself.
        """
        around = timedelta(days=thresholds["look_around_days"])
        findings: dict[str, Finding | None] = {}
        if _is_absence(about) or status.begins(about):
            findings[_key(about)] = None  # Unless it stands, which is seen below.
        for each in case.events(self.watches, about.placed_at - around, about.placed_at + around):
            since, until = each.placed_at - around, each.placed_at + around
            if _is_absence(each):
                beside = case.events({ABSCONDED}, since, until)
                detentions = case.events({status.DETENTION}, since, until)
                findings[_key(each)] = _absence(each, beside, detentions, thresholds)
            elif status.begins(each):
                detentions = case.events({status.DETENTION}, since, until)
                transfers = case.events({status.TRANSFER}, since, until)
                findings[_key(each)] = status.finding(each, detentions, transfers, thresholds)
        return findings


def _key(event: Event) -> str:
    kind = "absence" if event.type == ABSCONDED else "detention"
    return ground_key(kind, event.agency, event.reference)


def _is_absence(event: Event) -> bool:
    """Whether it says that she left, and it was no home, court or cell without such a detention."""
    if event.type != ABSCONDED or event.details["step"] != "left":
        return False
    says = event.details
    return says["from_kind"] in _PLACES or says["authority"] in words.SECTIONS_OF


def _absence(
    left: Event, beside: Sequence[Event], detentions: Sequence[Event], thresholds: Thresholds
) -> Finding:
    ends = [each for each in beside if _is_end_of(left, each, beside)]
    back = next((each for each in ends if each.details["step"] == "returned"), None)
    held = status.began_after(left, detentions)
    over = [each for each in (back, held) if each is not None]
    # Whichever was first, so that the other says nothing more.
    found = min(over, key=lambda each: each.over_at, default=None)
    ended = found or next(iter(ends), None)
    detention = status.in_force(left, detentions)
    section = left.details["authority"] in words.SECTIONS_OF
    return Finding(
        severity=Severity.CRITICAL,
        headline=words.left_headline(left, ended),
        what=words.left(left, ended, status.clock_for(left, detention, detentions, thresholds)),
        where=left.details["from_name"] if held is None or back is found else held.details["place"],
        occurred=(ended or left).occurred,
        grounds=tuple(each for each in (detention, left, ended) if each is not None),
        route=Route(act=(*_ABLE_TO_ACT, "amhp") if section else _ABLE_TO_ACT),
        # A return that is taken back is a rise: she is gone, and it is told like new.
        level=0 if found else 1,
        settled=found is not None,
    )


def _is_end_of(left: Event, end: Event, beside: Sequence[Event]) -> bool:
    """Whether it ends this absence. In doubt it does not, and the alert stays open."""
    if end.details["step"] == "left" or end.over_at < left.placed_at or not _of_place(left, end):
        return False
    # The end of a day whose hour is not known belongs to the first absence of that day.
    return end.placed_at >= left.placed_at or not any(
        each.details["step"] == "left"
        and _of_place(left, each)
        and end.placed_at <= each.placed_at < left.placed_at
        for each in beside
    )


def _of_place(left: Event, other: Event) -> bool:
    """Whether they speak of one place: by number of the stay, kind of place, or name."""
    mine, theirs = left.details, other.details
    if left.agency != other.agency:
        return _name(mine) == _name(theirs) and mine["from_kind"] == theirs["from_kind"]
    if mine["spell"] and theirs["spell"]:
        return bool(mine["spell"] == theirs["spell"])
    return bool(mine["from_kind"] == theirs["from_kind"])


def _name(says: Mapping[str, str]) -> str:
    return says["from_name"].strip().casefold()
