"""Shows notifications: for people, as JSON a line each, or as one JSON object at the end."""

import json
from typing import Any, Protocol

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kith.cli.alert_feed import Gap, Read, Unreadable
from kith.cli.laying_out import MARKS, STYLES
from projections.queries.words.notifications import notification_in_words
from safeguarding.notification import Notification
from schemas.facts import CONVERTER
from schemas.plain import to_plain

LABEL_WIDTH = 8
WIDEST = 110  # Longer lines are hard to read.


class Printer(Protocol):
    """Shows each thing that is read, and whatever is left at the end."""

    def show(self, read: Read) -> None:
        """Show one."""

    def finish(self) -> None:
        """Show the rest."""


class ForPeople:
    """Each notification in full, in words."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._shown = False

    def show(self, read: Read) -> None:
        """Print one."""
        self._shown = True
        match read:
            case Notification():
                self._notification(read)
            case Gap(first=first, last=last):
                numbers = (
                    f"number {first} is" if first == last else f"numbers {first} to {last} are"
                )
                self._warn(
                    f"{numbers} missing: something that you were sent is not here. Ask the hub."
                )
            case Unreadable(offset=offset, reason=reason):
                self._warn(f"the record at offset {offset} is no notification: {reason}")

    def finish(self) -> None:
        """Say so if there was nothing."""
        if not self._shown:
            self._console.print(Text("Nothing to show."))

    def _notification(self, notification: Notification) -> None:
        words = notification_in_words(notification)
        width = min(self._console.width, WIDEST)
        title = Text(MARKS.get(words.tone, ""), style=STYLES[words.tone])
        title.append(words.title)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=LABEL_WIDTH, style="dim")
        table.add_column(max_width=width - LABEL_WIDTH - 4)
        before = ""
        for label, text in words.rows:
            table.add_row(Text("" if label == before else label), Text(text))
            before = label
        self._console.print(title, width=width)
        self._console.print(table, width=width)
        self._console.print(Text(words.caution, style="italic"), width=width)
        self._console.print()

    def _warn(self, text: str) -> None:
        self._console.print(Text(f"! {text}", style="bold magenta"))
        self._console.print()


class JsonLines:
    """One object a line, as they come: a notification, a gap or an unreadable record."""

    def show(self, read: Read) -> None:
        """Print one."""
        kind, content = as_data(read)
        typer.echo(json.dumps({kind: content}))

    def finish(self) -> None:
        """Nothing is left."""


class JsonObject:
    """All of it in one object."""

    def __init__(self, agency: str) -> None:
        self._content: dict[str, Any] = {
            "agency": agency,
            "notifications": [],
            "gaps": [],
            "unreadable": [],
        }

    def show(self, read: Read) -> None:
        """Keep one."""
        kind, content = as_data(read)
        name = {"notification": "notifications", "gap": "gaps"}.get(kind, kind)
        self._content[name].append(content)

    def finish(self) -> None:
        """Print all."""
        typer.echo(json.dumps(self._content, indent=2))


def as_data(read: Read) -> tuple[str, dict[str, Any]]:
    """What kind it is, and what JSON can hold of it; times in UTC."""
    match read:
        case Notification():
            return "notification", to_plain(CONVERTER.unstructure(read))
        case Gap(first=first, last=last):
            return "gap", {"first": first, "last": last}
        case Unreadable(offset=offset, reason=reason):
            return "unreadable", {"offset": offset, "reason": reason}
