"""placement-with-parent: a child goes to live with a parent, or a carer is alleged against (3.15).

In the review the child moved to her mother of her own accord, before that was agreed, and alleged
three weeks later that her mother supplied her with drugs. Both are told to those who can act. No
parent and no carer joins a network by it, and of an allegation no carer reads here: who is told of
it is for those who decide. An outcome withdraws nothing.

Whether it is agreed and assessed in time is for ``placement_with_parent_agreed``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.groups import standing_key
from safeguarding.rules.harm import allegations
from safeguarding.rules.placement import placement_with_parent_words as words
from safeguarding.rules.placement.placement_with_parent_stays import END, RETURN, START, Stay, stays
from safeguarding.rules.readers import CLOSE, WITHOUT_CARERS
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key
from safeguarding.rules.statements import last_said

_ABLE_TO_ACT = ("social_worker", "team_manager", "edt")
_LIVES_THERE = 2
_NOT_AGREED = frozenset({"not_agreed", "before_assessment"})


class PlacementWithParent:
    """One alert for each stay with a parent, and one for each allegation against a carer."""

    id = "placement-with-parent"
    paragraphs: tuple[str, ...] = ("3.15", "3.16", "3.17")
    why = (
        "A child is drawn home, and may be in danger there. Those who can act must know where "
        "the child lives, on what footing, and what is said of whoever looks after the child."
    )
    watches = frozenset({START, END, RETURN, allegations.ALLEGATION})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any stay or allegation that the event may bear on."""
        around = 2 * timedelta(days=thresholds["look_around_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every stay and allegation at hand: an event may part what was one stay."""
        at_hand = [about, *case.standings.of(self.watches)]
        return {_key(each) for each in at_hand if each.type in self.watches}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each stay that the event may bear on, or about the allegation."""
        around = timedelta(days=thresholds["look_around_days"])
        since, until = about.placed_at - around, about.placed_at + around
        findings: dict[str, Finding | None] = {_key(about): None}
        if about.type == allegations.ALLEGATION:
            said = case.events({about.type}, since, until)
            same = [each for each in said if _key(each) == _key(about)]
            return {_key(about): _of_allegation(last_said(same)) if same else None}
        for stay in stays(case, since - around, until + around, thresholds):
            if any(since <= each.placed_at <= until for each in stay.events):
                names = [_key(each) for each in stay.begun]
                findings |= dict.fromkeys(names)
                findings[standing_key(case, self.id, names)] = _of_stay(stay)
        return findings


def calls_for_discussion(case: Case, since: datetime, until: datetime) -> list[Event]:
    """Of each allegation against a carer in [since, until] what was said last."""
    told = case.events({allegations.ALLEGATION}, since, until)
    keys = dict.fromkeys(_key(each) for each in told)
    said = [last_said(each for each in told if _key(each) == key) for key in keys]
    return [each for each in said if _is_told(each)]


def _key(event: Event) -> str:
    if event.type == allegations.ALLEGATION:
        return allegations.key(event)
    return ground_key("stay", event.agency, event.reference)


def _of_stay(stay: Stay) -> Finding:
    unsure = stay.lives_there and not stay.ended and _is_unsure(stay)
    return Finding(
        severity=Severity.HIGH if unsure else Severity.MEDIUM,
        headline=words.headline(stay),
        what=words.happened(stay, unsure=unsure),
        where=None,
        occurred=stay.events[-1].occurred,
        grounds=tuple(stay.events),
        route=Route(act=() if stay.ended else _ABLE_TO_ACT, readers=CLOSE, office_work=not unsure),
        # An end that is taken back is a rise: the child lives there, and it is told like new.
        level=0 if stay.ended else _LIVES_THERE if stay.lives_there else 1,
    )


def _is_unsure(stay: Stay) -> bool:
    """Whether nobody has said that it was agreed and assessed before the child came."""
    if stay.footing is not None:
        return stay.footing in _NOT_AGREED
    return any(each.details["emergency"] or each.details["planned"] is False for each in stay.begun)


def _is_told(said: Event) -> bool:
    return allegations.names_a_carer(said) and said.details["child_is"] != "suspect"


def _of_allegation(said: Event) -> Finding | None:
    if not _is_told(said):
        return None
    return Finding(
        severity=Severity.HIGH,
        headline="An allegation against a carer",
        what=words.alleged(said),
        where=None,
        occurred=said.occurred,
        grounds=(said,),
        route=Route(act=_ABLE_TO_ACT, readers=(*WITHOUT_CARERS, Reader("lado"))),
    )
