"""Shows a child's network: now, later, and who has left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from projections.queries.children import KnownChild
from projections.queries.network import Member
from projections.queries.words.names import cleaned, recipient_in_words
from projections.queries.words.times import from_in_words
from schemas.moment_text import write_instant

WHEN = ("now", "later", "left")
_TITLES = {"now": "On the network", "later": "Will be on it", "left": "Have left"}


def when_of(member: Member, now: datetime) -> str:
    """Whether the team is on the network now, will be later, or has left."""
    if member.active(now):
        return "now"
    return "later" if now < member.starts_at else "left"


def show_members(
    child: KnownChild, members: Sequence[Member], now: datetime, console: Console | None = None
) -> None:
    """Print the network for people."""
    console = console or Console(highlight=False)
    console.print(Text(f"Child {child.child_id}", style="bold"))
    if not members:
        console.print(
            Text(
                "Nobody is on the network. Until somebody is, alerts go to the steward and the "
                "emergency duty team: `kith network join`, `kith network load`."
            )
        )
        return
    for when in WHEN:
        group = [each for each in members if when_of(each, now) == when]
        if group:
            console.print()
            console.print(Text(_TITLES[when], style="bold"))
            for each in group:
                _show(each, console)


def _show(member: Member, console: Console) -> None:
    since = f"from {from_in_words(member.starts_at)}"
    until = f" until {from_in_words(member.ends_at)}" if member.ends_at else ""
    line = Text(recipient_in_words(member.recipient))
    line.append(f"  {since}{until}", style="dim")
    console.print(Padding(line, (0, 0, 0, 2)))
    joined = cleaned(member.joined_because) if member.joined_because else "reason cannot be read"
    console.print(Padding(Text(joined), (0, 0, 0, 6)))
    if member.left_because:
        console.print(Padding(Text(f"Left: {cleaned(member.left_because)}"), (0, 0, 0, 6)))


def as_data(child: KnownChild, members: Sequence[Member], now: datetime) -> dict[str, Any]:
    """The network as JSON can hold it; times in UTC."""
    return {
        "child_id": str(child.child_id),
        "as_of": write_instant(now),
        "members": [
            {
                "recipient": recipient_in_words(each.recipient),
                "when": when_of(each, now),
                "from": write_instant(each.starts_at),
                "until": None if each.ends_at is None else write_instant(each.ends_at),
                "joined_because": each.joined_because,
                "left_because": each.left_because,
            }
            for each in members
        ],
    }
