"""Lays lines of a timeline out: columns where there is room, one below the other where not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from projections.queries.words.line import Line, Tone

NUMBER_WIDTH = 5
TIME_WIDTH = 26  # As wide as "told Tue 24 Nov 2026 07:57".
GAP = 2
# With less room for what happened, the columns give way to lines below each other.
NARROWEST = 60
INDENT = 4

STYLES = {
    Tone.EVENT: "bold",
    Tone.CRITICAL: "bold red",
    Tone.HIGH: "bold yellow",
    Tone.MEDIUM: "bold cyan",
    Tone.WITHDRAWN: "bold",
    Tone.MISSED: "bold magenta",
    Tone.HUB: "none",
    Tone.CLOSED: "italic",
}
# What matters must be seen without colour too.
MARKS = {
    Tone.CRITICAL: "▲ ",
    Tone.HIGH: "▲ ",
    Tone.MEDIUM: "△ ",
    Tone.WITHDRAWN: "✕ ",
    Tone.MISSED: "! ",
}
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the lines."""

    title: str
    notes: tuple[str, ...]


def show_lines(lines: Sequence[Line], heading: Heading, console: Console | None = None) -> None:
    """Print a timeline. Texts are never read as markup; colour is for terminals only."""
    console = console or Console(highlight=False)
    console.print(Text(heading.title, style="bold"))
    for note in heading.notes:
        console.print(Text(note, style="dim"))
    console.print()
    if not lines:
        console.print(Text("Nothing."))
        return
    learned = any(line.learned for line in lines)
    room = console.width - NUMBER_WIDTH - GAP - (2 if learned else 1) * (TIME_WIDTH + GAP)
    if room < NARROWEST:
        for line in lines:
            _stack(line, console)
        return
    names = ["#", "learned", "happened", "what"] if learned else ["#", "happened", "what"]
    console.print(_row([Text(name, style="dim") for name in names]))
    for line in lines:
        cells = [Text(str(line.sequence), style="dim"), _time(line), _what(line, room)]
        if learned:
            cells.insert(1, Text(line.learned or ""))
        for cell in cells[-2:]:
            cell.append("\n")
        console.print(_row(cells))


def _row(cells: Sequence[Text]) -> Table:
    """A table of one row, so that a long log comes line by line and not at its end."""
    table = Table.grid(padding=(0, GAP, 0, 0), expand=True)
    table.add_column(width=NUMBER_WIDTH, justify="right")
    for _ in cells[1:-1]:
        table.add_column(width=TIME_WIDTH)
    table.add_column(ratio=1)
    table.add_row(*cells)
    return table


def _stack(line: Line, console: Console) -> None:
    head = Text(f"#{line.sequence} ", style="dim")
    head.append(line.happened, style="none")
    learned = (f"learned {line.learned}",) if line.learned else ()
    if asides := (*learned, *line.asides):
        head.append(f" ({', '.join(asides)})", style="dim")
    console.print(head)
    room = max(20, console.width - INDENT)
    console.print(Padding(_what(line, room), (0, 0, 1, INDENT)))


def _time(line: Line) -> Text:
    text = Text(line.happened, style="strike" if line.struck else "none")
    for aside in line.asides:
        text.append(f"\n{aside}", style="dim not strike")
    return text


def _what(line: Line, room: int) -> Text:
    text = Text()
    text.append(MARKS.get(line.tone, ""), style=STYLES[line.tone])
    text.append(line.title, style=STYLES[line.tone] + (" strike" if line.struck else ""))
    if line.by:
        text.append(f"{_BETWEEN}{line.by}", style="dim")
    if line.struck:
        text.append(f"\n[{line.struck}]", style="italic")
    for below in (*filled(line.details, room), *line.told):
        text.append(f"\n{below}", style="dim strike" if line.struck else "none")
    return text


def filled(pieces: Sequence[str], room: int) -> Iterator[str]:
    """Put short pieces beside each other as far as they fit into ``room`` columns."""
    line = ""
    for piece in pieces:
        together = f"{line}{_BETWEEN}{piece}" if line else piece
        if line and cell_len(together) > room:
            yield line
            line = piece
        else:
            line = together
    if line:
        yield line
