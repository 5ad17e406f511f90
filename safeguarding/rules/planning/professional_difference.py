"""professional-difference: somebody disagrees, challenges, or declines what was asked (3.8, 3.14).

In the review everybody was worried, and nobody challenged. Where a difference is on record, those
whom it concerns are told where it stands and what the next step is. A request that is declined is
one, where somebody else had asked. A child who is assessed and lawfully not detained is none, nor
is a provider who does not take a child. That nobody challenges is for a rule about what is due.

One alert for each matter; for declined assessments once in a stay in hospital.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.network import is_person
from safeguarding.rules.groups import standing_key
from safeguarding.rules.planning import professional_difference_words as words
from safeguarding.rules.planning.professional_difference_matters import (
    CHALLENGE,
    REQUESTS,
    STAYS,
    is_difference,
    matters,
    open_ones,
)
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key

_LEVELS = {"disagreed": 1, "declined": 1, "challenged": 2, "escalated": 3}
# Who can take the next step at each level.
_ABLE_TO_ACT = {
    0: (),
    1: ("social_worker", "team_manager"),
    2: ("team_manager", "iro"),
    3: ("team_manager", "iro", "senior_manager"),
}
_READERS = ("social_worker", "team_manager", "iro")


class ProfessionalDifference:
    """One alert for each matter; its level is the step that it has come to, 0 once settled."""

    id = "professional-difference"
    paragraphs: tuple[str, ...] = ("1.8", "3.8", "3.9", "3.14")
    why = (
        "Professionals see a child differently, and may. It helps the child if they say so to "
        "each other, and if somebody settles it in time."
    )
    watches = REQUESTS | {CHALLENGE} | STAYS

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any matter that the event may bear on, and the stays around it."""
        around = 3 * timedelta(days=thresholds["look_around_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every difference at hand: an event may join matters that were two."""
        at_hand = [about, *case.standings.of(self.watches)]
        return {_key(each) for each in at_hand if _may_open(each)}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each matter that the event may bear on."""
        around = timedelta(days=thresholds["look_around_days"])
        since, until = about.placed_at - around, about.placed_at + around
        findings: dict[str, Finding | None] = {}
        if _may_open(about):
            findings[_key(about)] = None  # Unless it is the name of a matter, which is seen below.
        for matter in matters(case, since - around, until + around, around):
            if not any(since <= each.placed_at <= until for each in matter):
                continue
            names = [_key(each) for each in matter if is_difference(each)]
            findings |= dict.fromkeys(names)
            findings[standing_key(case, self.id, names)] = _finding(matter)
        return findings


def _finding(matter: Sequence[Event]) -> Finding:
    undecided = open_ones(matter)
    level = max((_LEVELS[each.details["step"]] for each in undecided), default=0)
    return Finding(
        severity=Severity.HIGH if level == max(_LEVELS.values()) else Severity.MEDIUM,
        headline=words.headline(
            level, only_declined=all(each.type != CHALLENGE for each in undecided)
        ),
        what=words.happened(matter, level),
        where=None,
        occurred=(undecided or matter)[-1].occurred,
        grounds=tuple(matter),
        # What is urgent for the child itself is told by other rules, at any hour.
        route=Route(act=_ABLE_TO_ACT[level], readers=_readers(matter), office_work=True),
        level=level,
        settled=not undecided,
    )


def _key(event: Event) -> str:
    return ground_key("difference", event.agency, event.reference)


def _may_open(event: Event) -> bool:
    return event.type == CHALLENGE or event.type in REQUESTS


def _readers(matter: Sequence[Event]) -> tuple[Reader, ...]:
    """Those who differ, and those who answer for the child's plan. Not who only looks after her."""
    parties: list[Reader] = []
    for event in matter:
        says = event.details
        if event.type == CHALLENGE:
            parties.append(Reader(says["by_role"], says["by_agency"] or event.agency))
            parties.append(Reader(says["to_role"] or "", says["to_agency"]))
        else:
            parties.append(Reader(says["asked_by"] or ""))
            parties.append(Reader(event.said_by or "", event.agency))
    every = dict.fromkeys([*map(Reader, _READERS), *parties])
    return tuple(each for each in every if each.role and not is_person(each.role))
