"""Who says something, as what (fact, opinion, allegation), and what the child says of it."""

from collections.abc import Iterable

from safeguarding.events import Event
from safeguarding.rules.wording import plain

_STATED = {"fact": "reported by", "opinion": "the opinion of", "allegation": "alleged, as told by"}
_VIEWS = {
    "agrees": "The child says so too.",
    "denies": "The child denies it.",
    "not_asked": "The child has not been asked yet.",
}


def stated(event: Event) -> str:
    """By whom it is said, to be read after what is said."""
    who = plain(event.said_by) if event.said_by else event.agency
    return f"{_STATED[event.statement]} {who}"


def view(event: Event) -> str | None:
    """What the child says of it, beside it. It makes it neither more nor less urgent."""
    if event.subject_view == "agrees" and event.details.get("made_by") == "child":
        return None  # Who told of it has not said it twice.
    return None if event.subject_view is None else _VIEWS[event.subject_view]


def last_said(statements: Iterable[Event]) -> Event:
    """Of several statements about one thing, the one that was learned last."""
    return max(statements, key=lambda each: (each.learned_at or each.placed_at, each.key))
