"""Allegations: what several rules read in them. An allegation is no fact, and stays one.

What becomes of it (no further action, unfounded) is an outcome and takes nothing back: only the
agency's retraction does. Nobody reads here of what the child is said to have done.
"""

from safeguarding.events import Event
from safeguarding.rules.rule import ground_key

ALLEGATION = "allegation"

_HARMED = frozenset({"victim", "both"})
# By the last word of what they are called: a male foster carer is one, her mother's friend is none.
_CARERS = frozenset(
    {"mother", "father", "parent", "parents", "stepmother", "stepfather", "carer", "carers"}
)


def key(event: Event) -> str:
    """The allegation, by its agency's own number of it."""
    return ground_key("allegation", event.agency, event.details["allegation"])


def of_harm(event: Event) -> bool:
    """Whether it says that the child was harmed, whatever else it says of the child."""
    return event.details["child_is"] in _HARMED


def names_a_carer(event: Event) -> bool:
    """Whether it is against somebody who looks after the child, as it says, or as they are called.

    A form on which that was not ticked still says that it is against her mother.
    """
    ticked = event.details["against_carer"]
    if ticked is not None:
        return bool(ticked)
    called = (event.details["against"] or "").replace("_", " ").casefold().split()
    return bool(called) and called[-1] in _CARERS
