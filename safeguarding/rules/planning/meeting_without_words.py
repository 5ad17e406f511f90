"""What an alert says of a meeting that somebody was not asked to."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from safeguarding.events import Event
from safeguarding.office import in_london
from safeguarding.rules.wording import plain, sentence


def headline(last: Event, *, off: bool, asked: bool) -> str:
    """What has become of the meeting, in a few words."""
    if off:
        return "Meeting cancelled"
    if asked:
        return "Meeting: everybody who is needed has been asked"
    return f"Meeting {last.details['step']} without somebody who is needed"


def what(
    last: Event, not_asked: Sequence[str], kept_out: Sequence[str], *, lead: str, off: bool
) -> str:
    """Which meeting, who is not asked, and what is asked for: whoever was left out reads it too."""
    held = last.details["step"] == "held"
    kind = plain(last.details["kind"])
    meeting = f"{'Held' if held else 'Called'}: a meeting ({kind})"
    if off:
        return f"{meeting}. It was cancelled."
    if not not_asked and not kept_out:
        return f"{meeting}. Everybody who is needed has been asked."
    said = sentence(
        [
            meeting,
            None if held else set_for(last.details["set_for"]),
            f"led by {plain(lead)}" if held else None,
            f"not asked: {_roles(not_asked)}" if not_asked else None,
            f"kept out: {_roles(kept_out)}" if kept_out else None,
        ]
    )
    if held:
        return f"{said} They are to be heard, and told what was decided."
    return f"{said} Please ask them before it takes place, or say why not."


def pattern_headline(level: int) -> str:
    """That it is no single meeting any more."""
    return f"{level} meetings without somebody who is needed"


def pattern(level: int, days: int, roles: Sequence[str]) -> str:
    """Who is left out again and again, and what is asked of the reader."""
    return (
        f"At least {level} meetings within {days} days were held without: {_roles(roles)}. "
        "Please see that they are asked to the next one before it takes place."
    )


def _roles(roles: Sequence[str]) -> str:
    return ", ".join(plain(each) for each in roles)


def set_for(moment: dict[str, Any] | None) -> str | None:
    """For when a meeting that is called is set, where that is said."""
    if moment is None or moment["precision"] == "unknown":
        return None
    at: datetime = moment["at"]
    local = in_london(at.replace(tzinfo=at.tzinfo or UTC))
    if moment["precision"] == "month":
        return f"set for {local:%B %Y}"
    day = f"set for {local.day} {local:%B %Y}"
    return day if moment["precision"] == "day" else f"{day}, {local:%H:%M}"
