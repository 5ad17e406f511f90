"""Shows what the hub's own code failed on."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.queries.short_ids import short
from projections.queries.undecided import FailedRule, UndecidedEvent
from projections.queries.words.names import cleaned
from projections.queries.words.times import instant_in_words
from schemas.moment_text import write_instant

Failed = UndecidedEvent | FailedRule


def show_list(found: Sequence[Failed], console: Console | None = None) -> None:
    """Print one a line."""
    console = console or Console(highlight=False)
    if not found:
        console.print(Text("Nothing is undecided."))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("id", "what", "of", "reference", "failed with", "child", "since"):
        table.add_column(name)
    for each in found:
        agency, reference, fault = _says(each)
        cells = [
            short(each.entry_id),
            _what(each),
            agency,
            cleaned(reference),
            fault,
            short(each.child_id),
            instant_in_words(each.entered_at),
        ]
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def show_decided(done: Sequence[tuple[Failed, str]], console: Console | None = None) -> None:
    """Print what became of each."""
    console = console or Console(highlight=False)
    if not done:
        console.print(Text("Nothing is undecided."))
    for each, outcome in done:
        agency, reference, _ = _says(each)
        what = f"{_what(each)} of {agency}, {cleaned(reference)}"
        console.print(Text(f"{short(each.entry_id)}  {what}: {outcome}"), soft_wrap=True)


def as_data(each: Failed) -> dict[str, Any]:
    """One as data."""
    agency, reference, fault = _says(each)
    return {
        "id": str(each.entry_id),
        "kind": "event" if isinstance(each, UndecidedEvent) else "rule",
        "type": each.kept.type if isinstance(each, UndecidedEvent) else None,
        "rule": each.rule if isinstance(each, FailedRule) else None,
        "agency": agency,
        "reference": reference,
        "fault": fault,
        "child_id": str(each.child_id),
        "since": write_instant(each.entered_at),
    }


def _what(each: Failed) -> str:
    return each.kept.type if isinstance(each, UndecidedEvent) else f"rule {each.rule} on an event"


def _says(each: Failed) -> tuple[str, str, str]:
    said = each.kept if isinstance(each, UndecidedEvent) else each
    return said.agency, said.reference, said.fault
