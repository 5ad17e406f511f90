"""placement-with-parent-agreed: that a child lives with a parent is decided as it must be (3.15).

Care Planning, Placement and Case Review (England) Regulations 2010, regulations 17 to 19. Before a
child under a care order is placed with a parent it is assessed whether that is right, and an
officer who is named for it decides. Where the child cannot wait, or does not, the assessment is
completed within ten working days of her coming, and the decision is recorded within ten more. In
the review the child moved in of her own volition, before it was agreed, and the regulations were
followed then.

So a stay with a parent opens an expectation, and a decision for it meets it, before she comes or
after: a return to parents by the regulations, or an approval of living with parents. A refusal does
not; nor does a meeting that supports it. Which events belong to one stay is for
``placement_with_parent`` to say, and nothing is awaited where that rule is not in force. Nothing is
awaited any more where she has left, or where the order has ended and with it what the regulations
ask. No parent and no carer reads of it.
"""

from collections.abc import Iterator
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_working_day
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.placement.placement_with_parent import PlacementWithParent
from safeguarding.rules.placement.placement_with_parent_stays import END, RETURN, START, Stay, stays
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

APPROVAL = "placement-approval"
LEFT = "the child lives there no more"
ORDER_ENDED = "the order has ended"

_ACT = ("social_worker", "team_manager")
_READS = ("iro", "senior_manager")
_BY_REGULATIONS = "with_parents_regulations"
_NO_ORDER = "order_discharged"


class PlacementWithParentAgreed(Absence):
    """One expectation for each stay with a parent, named by what first tells that she is there."""

    id = "placement-with-parent-agreed"
    paragraphs: tuple[str, ...] = ("3.14", "3.15")
    why = (
        "A child who is drawn home goes there before anybody has looked at who else is in it. "
        "Whether she is safe there is to be found out, and decided, by somebody who answers for it."
    )
    asks = (PlacementWithParent.id,)
    opens = frozenset({START, RETURN})
    meets = frozenset({RETURN, APPROVAL})
    bears = frozenset({END})

    def window(self, thresholds: Thresholds) -> timedelta:
        """As far as the events of one stay lie from each other."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str]:
        """The event that may be the first to tell that she lives there."""
        return (ground_key("stay", opening.agency, opening.reference),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The decision, where this is the first that tells of the stay."""
        stay = self._begun_by(opening, case, thresholds)
        if stay is None:
            return
        days: int = thresholds["working_days"]
        due_at = end_of_working_day(opening.placed_at, days, calendar)
        said = self._approvals(stay, opening, case, thresholds)
        agreed = [each for each in (*stay.begun, *said) if _agrees(each)]
        by = min(agreed, key=lambda each: (each.placed_at, each.key), default=None)
        met = None if by is None else Met(by, by.placed_at)
        in_time = met is not None and met.at < due_at
        over = self._over(stay, opening, case, thresholds)
        over_by_then = over is not None and over.placed_at < due_at
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a decision that the child may live with a parent",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, met, over, days, refused=any(map(_refuses, said))),
            cancelled=_because(over) if over_by_then and not in_time else None,
        )

    def _begun_by(self, opening: Event, case: Case, thresholds: Thresholds) -> Stay | None:
        """The stay of which this is the first that tells that she lives there."""
        figures = thresholds["asked"].get(PlacementWithParent.id)
        if figures is None:
            return None
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        for stay in stays(case, since, until, figures):
            first = next(filter(_lives_there, stay.begun), None)
            if first is not None and first.key == opening.key:
                return stay
        return None

    def _approvals(
        self, stay: Stay, opening: Event, case: Case, thresholds: Thresholds
    ) -> list[Event]:
        """What was decided of this placement; of living with a parent at all, where it has none."""
        around = self.window(thresholds)
        placements = {
            (each.agency, each.details["placement"]) for each in stay.begun if each.type == START
        }
        told = case.events({APPROVAL}, opening.placed_at - around, opening.placed_at + around)
        return [
            each
            for each in told
            if each.details["what"] == "with_parents"
            and (not placements or (each.agency, each.details["placement"]) in placements)
        ]

    def _over(self, stay: Stay, opening: Event, case: Case, thresholds: Thresholds) -> Event | None:
        """What ended the stay, or the order under which she was placed."""
        until = opening.placed_at + self.window(thresholds)
        no_order = (
            each
            for each in case.events({RETURN}, opening.placed_at, until)
            if each.details["footing"] == _NO_ORDER
        )
        ends = (*stay.ends, *no_order)
        return min(ends, key=lambda each: (each.placed_at, each.key), default=None)


def _lives_there(event: Event) -> bool:
    return event.type == START or event.details["step"] == "started"


def _agrees(event: Event) -> bool:
    if event.type == APPROVAL:
        return bool(event.details["decision"] == "approved")
    return event.type == RETURN and event.details["footing"] == _BY_REGULATIONS


def _refuses(event: Event) -> bool:
    return bool(event.details["decision"] == "refused")


def _because(over: Event | None) -> str:
    no_order = over is not None and over.type == RETURN and over.details["footing"] == _NO_ORDER
    return ORDER_ENDED if no_order else LEFT


def _missed(
    opening: Event, met: Met | None, over: Event | None, days: int, *, refused: bool
) -> Finding:
    settled = met is not None or over is not None
    if met is not None:
        headline = "Living with a parent was decided on late"
        what = "That the child lives with a parent was agreed later than the regulations say."
    else:
        headline = "No decision on living with a parent is known"
        what = (
            f"{days} working days after the child came to live with a parent, nobody has told that "
            "it was assessed and agreed as the regulations say."
        )
        what += " It was refused." if refused else ""
        what += f" Since then {_because(over)}." if over is not None else ""
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=Route(
            act=() if settled else _ACT,
            readers=tuple(Reader(role) for role in ((*_ACT, *_READS) if settled else _READS)),
            office_work=True,
            tells_speakers=True,
        ),
        level=0 if settled else 1,
        settled=settled,
    )
