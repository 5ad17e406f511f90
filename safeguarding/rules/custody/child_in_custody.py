"""child-in-custody: a child is arrested and detained (3.14, 3.16).

Those responsible for the child, and whoever is to receive the child, hear it at once, with what is
known of an appropriate adult. It is told of every child, looked after or not: the hub cannot be
sure that one is not, since that may have been agreed the same night and not been published. Where
nobody on the network can act, the steward and the area's emergency duty team are told.

Not in it: what the child is suspected of, and what comes of it. That is law-enforcement data, and
nobody needs it to act tonight. What happens in custody is for ``custody_ligature`` to tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key
from safeguarding.rules.wording import plain, sentence

ARREST = "custody-arrest"
DETENTION = "custody-detention"
RELEASE = "custody-release"
ADULT = "appropriate-adult-report"

_ABLE_TO_ACT = ("social_worker", "edt", "placement", "foster_carer")
# Whether each was done is for a rule about releases to find.
_BEFORE_RELEASE = (
    "before release: a risk assessment, word of what happened in custody, "
    "a handover to whoever receives the child"
)


class ChildInCustody:
    """One alert for each custody record, which the release settles."""

    id = "child-in-custody"
    paragraphs: tuple[str, ...] = ("3.14", "3.16")
    why = (
        "A child in custody needs an adult beside them, and somewhere safe to go afterwards. "
        "Both take time to arrange, so those who can must know at once."
    )
    watches = frozenset({ARREST, DETENTION, RELEASE, ADULT})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What is said of one custody record, and of a return to it."""
        around = timedelta(days=thresholds["same_record_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """The custody record, if the event names one."""
        return _records(about, case.standings.of(self.watches))

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Whether the child is in custody under this record, or was."""
        around = timedelta(days=thresholds["same_record_days"])
        events = case.events(self.watches, about.placed_at - around, about.placed_at + around)
        findings: dict[str, Finding | None] = {}
        for key in _records(about, events):
            of_it = [each for each in events if key in _records(each, events)]
            findings[key] = _finding(of_it)
        return findings


def _records(event: Event, events: Iterable[Event]) -> set[str]:
    """The custody records that the event speaks of."""
    number = event.details["custody_record"]
    if number is None:
        return set()  # Arrested, and not taken to a police station.
    if event.type != ADULT:
        return {ground_key("record", event.agency, number)}
    # Another agency may have sent the adult, and knows no more than the force's number.
    return {
        ground_key("record", each.agency, number)
        for each in events
        if each.type != ADULT and each.details["custody_record"] == number
    }


def _finding(events: Sequence[Event]) -> Finding | None:
    arrests, detentions, releases, adults = (
        [each for each in events if each.type == kind]
        for kind in (ARREST, DETENTION, RELEASE, ADULT)
    )
    if not arrests and not detentions:
        return None  # A release alone tells nobody.
    if arrests and any(_lies_between(each, detentions, arrests[-1]) for each in releases):
        # Let go, and arrested again for the same: how the first detention went is over.
        arrests, detentions = arrests[-1:], []
    # The last of them, since a child may return to a custody record on bail.
    begun = (detentions or arrests)[-1]
    release = next((each for each in releases if each.over_at >= begun.placed_at), None)
    adults = [each for each in adults if each.over_at >= begun.placed_at]
    began = "Detained" if detentions else "Arrested"
    if release is None:
        headline = f"In custody: {began.lower()}"
        what = _detained(began, arrests, detentions, adults)
    else:
        headline, what = "Released from custody", f"{began}. {_released(release)}"
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=begun.details["station" if detentions else "taken_to"],
        occurred=(release or begun).occurred,
        grounds=tuple(events),
        route=Route(act=_ABLE_TO_ACT),
        # A release that is taken back, or a return on bail, is a rise, and is told like new.
        level=0 if release else 1,
        settled=release is not None,
    )


def _lies_between(release: Event, detentions: Sequence[Event], arrest: Event) -> bool:
    """Whether it ended the last detention before this arrest."""
    return bool(detentions) and detentions[-1].placed_at <= release.over_at < arrest.placed_at


def _detained(
    began: str, arrests: Sequence[Event], detentions: Sequence[Event], adults: Sequence[Event]
) -> str:
    hurt = any(each.details["injured"] for each in arrests)
    substances = bool(detentions) and detentions[-1].details["substances_suspected"]
    return sentence(
        [
            began,
            "hurt in the arrest" if hurt else None,
            "seems to be under the influence of drink or drugs" if substances else None,
            f"appropriate adult: {_adult(arrests, detentions, adults)}",
            _BEFORE_RELEASE,
        ]
    )


def _adult(arrests: Sequence[Event], detentions: Sequence[Event], adults: Sequence[Event]) -> str:
    """Who is there, or comes, or was asked: the most that is known."""
    if adults:
        return f"{plain(adults[-1].details['who'])}, who has been there"
    comes = detentions[-1].details["appropriate_adult"] if detentions else None
    asked = [who for each in arrests if (who := each.details["appropriate_adult_asked"])]
    if comes and comes != "none_yet":
        return f"{plain(comes)} comes"
    if asked:
        return f"{plain(asked[-1])} asked, none yet"
    return "none yet" if comes else "nothing said"


def _released(release: Event) -> str:
    to = release.details["released_to"]
    return sentence(["Released", to and f"to: {plain(to)}"])
