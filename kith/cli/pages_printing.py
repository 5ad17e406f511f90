"""Shows pages."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.page_reasons import reason
from projections.queries.pages import Page
from projections.queries.words.times import instant_in_words
from schemas.moment_text import write_instant


def show_list(found: Sequence[Page], *, resolved_too: bool, console: Console | None = None) -> None:
    """Print one a line."""
    console = console or Console(highlight=False)
    if not found:
        console.print(Text("Nothing." if resolved_too else "Nothing is open."))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    names = ["id", "reason", "concerns", "times", "since", *(["state"] if resolved_too else [])]
    for name in names:
        table.add_column(name, justify="right" if name in ("id", "times") else "left")
    for each in found:
        cells = [
            str(each.page_id),
            each.reason,
            each.concerns,
            str(each.count),
            instant_in_words(each.paged_at),
            each.state,
        ]
        table.add_row(*(Text(cell) for cell in cells[: len(names)]))
    console.print(table)


def show_one(page: Page, console: Console | None = None) -> None:
    """Print all about one page."""
    console = console or Console(highlight=False)
    console.print(Text(f"{page.reason}: {page.concerns}", style="bold"))
    known = reason(page.reason)
    lines = {
        "says": page.detail,
        "since": instant_in_words(page.paged_at) + (f", {page.count} times" * (page.count > 1)),
        "told": "not yet" if page.told_at is None else instant_in_words(page.told_at),
        "means": known.means if known else "This Kith does not know the reason.",
        "do": known.do if known else "See the documentation of the Kith that paged.",
    }
    if page.resolved_at is not None:
        at = instant_in_words(page.resolved_at)
        lines["resolved"] = f"{at} by {page.resolved_by}: {page.resolution}"
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for name, value in lines.items():
        table.add_row(Text(name, style="dim"), Text(value.replace("**", "")))
    console.print(table)


def as_data(page: Page) -> dict[str, Any]:
    """One page as data."""
    return {
        "page_id": page.page_id,
        "state": page.state,
        "paged_at": write_instant(page.paged_at),
        "reason": page.reason,
        "concerns": page.concerns,
        "detail": page.detail,
        "count": page.count,
        "told_at": page.told_at and write_instant(page.told_at),
        "resolved_at": page.resolved_at and write_instant(page.resolved_at),
        "resolved_by": page.resolved_by,
        "resolution": page.resolution,
    }
