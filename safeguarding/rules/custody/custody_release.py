"""custody-release: what must be said before a child leaves custody, and to whom (3.17).

In the review nothing said that a child had tried to ligature in custody: not the arresting
officer's assessment, which was made before, and no other followed. A rule that waits to read of
harm would have been silent. So every detention is followed by a declaration that answers yes or no
to four matters, a risk assessment, and a handover to whoever receives the child. At night, too: the
child is on the way to a carer.

One expectation, since it is one release, and its alert names what is missing. What others say
(an appropriate adult, a custody nurse, the force in an event of its own) counts for what it says.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.custody import custody_release_words as words
from safeguarding.rules.custody.custody_matters import MATTERS, SAY_MATTERS, Said, first_said
from safeguarding.rules.rule import Thresholds, ground_key

DETENTION = "custody-detention"
RELEASE = "custody-release"
DECLARATION = "pre-release-declaration"
ASSESSMENT = "pre-release-risk-assessment"
HANDOVER = "custody-handover"

_REQUIRED = frozenset({DECLARATION, ASSESSMENT, HANDOVER})
# These name the force's record by its number, and come from whoever sent the adult or the nurse.
_OF_ANY_AGENCY = frozenset(
    {"appropriate-adult-report", "custody-nurse-report", "custody-healthcare"}
)


class CustodyRelease(Absence):
    """One expectation for each detention, due at its release."""

    id = "custody-release"
    paragraphs: tuple[str, ...] = ("3.17",)
    why = (
        "Whoever receives a child from custody must know what happened there. "
        "Where a form is silent, nobody can tell nothing from not said."
    )
    opens = frozenset({DETENTION})
    meets = _REQUIRED
    bears = SAY_MATTERS | {RELEASE}

    def window(self, thresholds: Thresholds) -> timedelta:
        """A detention lasts days at most; what is said late is looked for so long."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The detention: a child may return to a custody record on bail."""
        return (ground_key("detention", opening.agency, opening.reference),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """What is due soon after the release that ends this detention."""
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        of_record = [
            each for each in case.events(self.watches, since, until) if _same_record(each, opening)
        ]
        releases = [each for each in of_record if each.type == RELEASE]
        if _told_before(opening, of_record, releases):
            return  # The first report of a detention opens it.
        release = next((each for each in releases if each.over_at >= opening.placed_at), None)
        minutes = timedelta(minutes=thresholds["minutes_after_release"])
        said = _said(_during(opening, release, of_record), release, calendar)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a declaration, a risk assessment and a handover at the release from custody",
            opening=opening,
            due_at=None if release is None else release.over_at + minutes,
            awaits=self.meets,
            agencies=frozenset({opening.agency}),
            met=said.met,
            missed=words.missed(opening, release, said),
        )


def _same_record(event: Event, opening: Event) -> bool:
    number = event.details.get("custody_record")
    ours = event.agency == opening.agency or event.type in _OF_ANY_AGENCY
    return ours and number == opening.details["custody_record"]


def _told_before(opening: Event, of_record: Sequence[Event], releases: Sequence[Event]) -> bool:
    """Whether another report of the record was not ended by a release before this one."""
    detentions = [each for each in of_record if each.type == DETENTION]
    before = detentions[: [each.key for each in detentions].index(opening.key)]
    return bool(before) and not any(
        before[-1].placed_at <= each.placed_at <= opening.placed_at for each in releases
    )


def _during(opening: Event, release: Event | None, of_record: Sequence[Event]) -> list[Event]:
    """What was said since the detention, until the child returned to the record."""
    returns = [
        each.placed_at
        for each in of_record
        if each.type == DETENTION and release is not None and each.placed_at > release.placed_at
    ]
    return [
        each
        for each in of_record
        if each.over_at >= opening.placed_at and (not returns or each.placed_at < returns[0])
    ]


def _said(events: Sequence[Event], release: Event | None, calendar: Calendar) -> Said:
    matters = first_said(events)
    # One at the end of a shift says nothing of the hours that follow.
    declared = [
        Met(each, each.placed_at)
        for each in events
        if each.type == DECLARATION and each.details["occasion"] == "at_release"
    ]
    if len(matters) == len(MATTERS):
        last = max((each for each, _ in matters.values()), key=lambda each: each.placed_at)
        declared.append(Met(last, last.placed_at))
    handovers = [each for each in events if each.type == HANDOVER]
    at_night = release is not None and not calendar.office_hours(release.over_at)
    enough = [each for each in handovers if not at_night or _told_night_team(each)]
    return Said(
        matters=matters,
        declared=min(declared, key=lambda each: each.at, default=None),
        assessed=_first([each for each in events if each.type == ASSESSMENT]),
        handed_over=_first(enough),
        told_no_night_team=bool(handovers) and not enough,
    )


def _told_night_team(handover: Event) -> bool:
    says = handover.details
    return bool(says["out_of_hours_told"]) or says["to_role"] in {"edt", "emergency_duty_team"}


def _first(events: Sequence[Event]) -> Met | None:
    return Met(events[0], events[0].placed_at) if events else None
