"""What is said of a stay with a parent, and of an allegation against a carer."""

from safeguarding.events import Event
from safeguarding.rules.placement.placement_with_parent_stays import Stay
from safeguarding.rules.statements import stated, view
from safeguarding.rules.wording import plain, sentence

_FOOTINGS = {
    "with_parents_regulations": "by the regulations for placement with parents",
    "before_assessment": "by the regulations for placement with parents, before it was assessed",
    "not_agreed": "nobody has agreed to it",
    "other": "on another footing",
}
_TO_DECIDE = "Whether the child can stay there is for the authority to decide."


def headline(stay: Stay) -> str:
    """What is so now, in a few words."""
    if stay.ended:
        return "With a parent no longer"
    return "Lives with a parent" if stay.lives_there else "Is to live with a parent"


def happened(stay: Stay, *, unsure: bool) -> str:
    """Where the child lives, on what footing, what is to be watched, and what is asked."""
    said = sentence([*_footing(stay), stated(stay.told or stay.begun[-1])])
    if stay.ended:
        return f"{said} That has ended."
    return f"{said} {_TO_DECIDE}" if unsure else said


def _footing(stay: Stay) -> list[str | None]:
    went = f"The child {'went' if stay.lives_there else 'is'} to live with"
    if stay.told is None:
        planned = {True: "planned", False: "not planned", None: None}
        says = stay.begun[-1].details
        return [f"{went} parents, or others responsible", planned[says["planned"]]]
    says = stay.told.details
    return [
        f"{went} a parent ({plain(says['parent'])})",
        _FOOTINGS[says["footing"]],
        f"agreed by: {plain(says['agreed_by'])}" if says["agreed_by"] else None,
        f"to be watched: {' '.join(says['worries'])}" if says["worries"] else None,
    ]


def alleged(event: Event) -> str:
    """What is alleged of a carer, what the child says of it, and what is asked."""
    says = event.details
    kinds = f" ({', '.join(plain(each) for each in says['kinds'])})" if says["kinds"] else ""
    said = sentence(
        [
            f"An allegation{kinds} against a carer, or somebody who works with children",
            says["against"] and f"against: {plain(says['against'])}",
            says["made_by"] and f"made by: {plain(says['made_by'])}",
            stated(event),
        ]
    )
    asked = (
        "If the child lives there, whether that can go on is to be decided, and a strategy "
        "discussion is asked for, as part of one forum where that is as soon. No carer is told of "
        "this here."
    )
    return " ".join(each for each in (said, view(event), asked) if each)
