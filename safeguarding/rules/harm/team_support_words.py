"""What is said to managers after several critical events."""

from collections import Counter
from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.rules.wording import plain


def prompt(level: int, days: int, *, over: bool) -> str:
    """How many there were, and what is asked of the managers. These words change with the level."""
    said = f"At least {level} critical events within {days} days."
    if over:
        return f"{said} A session for those who work with the child was held since."
    return (
        f"{said} Please hold a reflective session for those who work with the child, across "
        "agencies. Who was there is said to their own manager only."
    )


def own_people(own: Sequence[Event]) -> str:
    """Who of one agency told of what, by role and kind of event, and how often."""
    told = Counter((each.said_by, each.type) for each in own)
    lines = sorted(
        f"{plain(role) if role else 'no role given'}: {kind.replace('-', ' ')} {count}"
        for (role, kind), count in told.items()
    )
    return (
        f"Told of by your own people, in these days: {'; '.join(lines)}. "
        "Please see how they are, and that they have somebody to talk to."
    )
