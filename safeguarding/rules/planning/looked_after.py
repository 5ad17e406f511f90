"""What says that a child is looked after, or no more, and what a visit to one is."""

from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.rule import Thresholds

PLACEMENT_START = "placement-start"
PLACEMENT_END = "placement-end"
VISIT = "statutory-visit"
REVIEW = "review"
MEETING = "meeting"
REVIEWS = frozenset({REVIEW, MEETING})
"""The types of event that tell of a review of the care plan."""
SAYS_IN_CARE = frozenset({PLACEMENT_START, PLACEMENT_END, REVIEW, "legal-status"})
"""The types of event that say that a child is looked after."""
CARE_ENDED = "the child is not looked after any more"

# SSDA903, reason an episode ended: every code but X1 (another begins) says that care ends.
_REASONS = "ssda903.rec"
_GOES_ON = "X1"


def reason_of(end: Event) -> str | None:
    """Why a placement ended, as the code of SSDA903, where that is said."""
    reason = end.details["reason"] or {}
    return reason.get("code") if reason.get("system") == _REASONS else None


def ends_care(event: Event) -> bool:
    """Whether it is the end of a placement with which care ends."""
    return event.type == PLACEMENT_END and reason_of(event) not in {None, _GOES_ON}


def care_ended(case: Case, since: datetime, until: datetime) -> Event | None:
    """The end of care from the one to before the other, if there is one: the first."""
    ends = case.events({PLACEMENT_END}, since, until)
    return next((each for each in ends if ends_care(each) and each.placed_at < until), None)


def known_in_care(case: Case, since: datetime, at: datetime) -> bool:
    """Whether something says that the child is looked after at that time.

    That is a placement, a review of the care plan or a legal status of looked-after children since
    then, unless care ended after the last of them. The order itself may be many years old.
    """
    told = [each for each in case.events(SAYS_IN_CARE, since, at) if _says_in_care(each)]
    ended = [each.placed_at for each in case.events({PLACEMENT_END}, since, at) if ends_care(each)]
    return bool(told) and (not ended or told[-1].placed_at > ended[-1])


def _says_in_care(event: Event) -> bool:
    match event.type:
        case "review":
            return bool(event.details["kind"] == "looked_after")
        case "legal-status":
            return bool(event.details["status"]["system"] == "ssda903.ls")
        case _:
            return not ends_care(event)


def is_review(event: Event) -> bool:
    """Whether a review of the care plan was held, told of as such or as a meeting."""
    says = event.details
    if event.type == MEETING:
        return bool(says["kind"] == "looked_after_review" and says["step"] == "held")
    return event.type == REVIEW and bool(says["kind"] == "looked_after")


def begins_care(opening: Event, case: Case, thresholds: Thresholds) -> bool:
    """A placement before which nothing shows, since care last ended, that she was in care."""
    says = opening.details
    if opening.type != PLACEMENT_START or says["kind"]["code"] in thresholds["temporary_codes"]:
        return False
    began = opening.placed_at
    since = began - timedelta(days=thresholds["care_known_days"])
    before = case.events({PLACEMENT_START, PLACEMENT_END} | REVIEWS, since, began)
    # The order of what is told of one day says nothing: only its own end, and care's, do not count.
    ended = max((each.placed_at for each in before if ends_care(each)), default=since)
    return not any(
        each.placed_at >= ended and not ends_care(each)
        for each in before
        if _shows_care(each, opening)
    )


def _shows_care(event: Event, opening: Event) -> bool:
    if event.type in REVIEWS:
        return is_review(event) and event.placed_at < opening.placed_at
    own = event.details["placement"] == opening.details["placement"]
    if event.type == PLACEMENT_START:
        place = (event.placed_at, event.key)
        return not own and place < (opening.placed_at, opening.key)
    return not own


def is_visit(event: Event, thresholds: Thresholds) -> bool:
    """Whether the authority's representative visited, and saw the child.

    A reviewing officer's visit is another thing (Care Planning, Placement and Case Review (England)
    Regulations 2010, regulations 28 and 36).
    """
    says = event.details
    return event.type == VISIT and says["by"] in thresholds["visitors"] and bool(says["seen"])
