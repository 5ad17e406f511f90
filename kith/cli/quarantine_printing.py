"""Shows what is in quarantine, and what became of what was sent through again."""

import base64
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from projections.append.arrivals import Fate, Outcome
from projections.queries.quarantine import WAITING, Quarantined
from projections.queries.short_ids import short
from projections.queries.words.names import cleaned, in_words
from projections.queries.words.quarantine import advice
from projections.queries.words.times import instant_in_words
from schemas.codec import Undecodable, decode
from schemas.moment_text import write_instant
from schemas.plain import to_plain, write_event
from schemas.registry import Registry

LABEL_WIDTH = 11
SHOWN_BYTES = 512
BYTES_A_LINE = 16


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says: its bytes, and the event in plain form if they are one."""

    value: bytes
    plain: dict[str, Any] | None
    undecodable: str | None


@dataclass(frozen=True, slots=True)
class Redriven:
    """A record that was sent through again: as it is now, and what became of it."""

    record: Quarantined
    outcome: Outcome


def content_of(value: bytes, registry: Registry) -> Content:
    """Decode it, if it can be decoded."""
    try:
        decoded = decode(value, registry)
    except Undecodable as fault:
        return Content(value, None, fault.text)
    is_event = decoded.schema.family == "events"
    plain = write_event(decoded.schema, decoded.datum) if is_event else to_plain(decoded.datum)
    return Content(value, plain, None)


def show_list(
    found: Sequence[Quarantined], *, resolved_too: bool, console: Console | None = None
) -> None:
    """Print one a line."""
    console = console or Console(highlight=False)
    if not found:
        console.print(Text("Nothing." if resolved_too else "Nothing waits."))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("id", "agency", "why", "bytes", "received", "place"):
        table.add_column(name, justify="right" if name == "bytes" else "left", overflow="fold")
    if resolved_too:
        table.add_column("state")
    for each in found:
        cells = [
            short(each.quarantine_id),
            each.agency,
            in_words(each.reason),
            f"{each.size_bytes:,}",
            instant_in_words(each.received_at),
            each.place,
        ]
        if resolved_too:
            cells.append(each.state)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def show_one(record: Quarantined, content: Content | None, console: Console | None = None) -> None:
    """Print all about one record."""
    console = console or Console(highlight=False)
    console.print(Text(f"{record.quarantine_id}", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=LABEL_WIDTH, style="dim")
    table.add_column()
    for label, text in _rows(record):
        table.add_row(Text(label), Text(text))
    console.print(table)
    if content is not None:
        console.print()
        _show_content(content, console)


def _rows(record: Quarantined) -> Iterator[tuple[str, str]]:
    yield "Why", f"{in_words(record.reason)}: {cleaned(record.detail)}"
    yield "From", f"{record.agency}, {record.place}{', history' if record.backfilled else ''}"
    yield "Size", f"{record.size_bytes:,} bytes"
    yield "Received", f"{instant_in_words(record.received_at, seconds=True)}, London"
    yield "Quarantined", f"{instant_in_words(record.quarantined_at, seconds=True)}, London"
    if record.resolved_at is not None:
        at = instant_in_words(record.resolved_at, seconds=True)
        because = f": {cleaned(record.resolution)}" if record.resolution else ""
        yield record.state.capitalize(), f"{at}, London{because}"
    if record.state == WAITING:
        yield "What to do", advice(record.reason)


def _show_content(content: Content, console: Console) -> None:
    if content.plain is not None:
        # As the corrected event is written, but for the line ends: those would make several.
        typer.echo(json.dumps(content.plain, indent=2))
        return
    console.print(Text(f"It cannot be decoded: {content.undecodable}."))
    for line in dumped(content.value[:SHOWN_BYTES]):
        console.print(Text(line), soft_wrap=True)
    if len(content.value) > SHOWN_BYTES:
        rest = len(content.value) - SHOWN_BYTES
        console.print(Text(f"... and {rest:,} more bytes: --json has all of them."))


def dumped(value: bytes) -> Iterator[str]:
    """Bytes in hexadecimal, and what of them can be read, as programmers like to see them."""
    for start in range(0, len(value), BYTES_A_LINE):
        part = value[start : start + BYTES_A_LINE]
        pairs = textwrap.wrap(part.hex(), 2)
        seen = "".join(chr(each) if 32 <= each < 127 else "." for each in part)
        yield f"{start:06x}  {' '.join(pairs):<{BYTES_A_LINE * 3}} {seen}"


def as_data(record: Quarantined, content: Content | None = None) -> dict[str, Any]:
    """A record as JSON can hold it; times in UTC, bytes in base 64."""
    resolved_at = record.resolved_at
    data: dict[str, Any] = {
        "quarantine_id": str(record.quarantine_id),
        "agency": record.agency,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "reason": record.reason,
        "detail": record.detail,
        "advice": advice(record.reason),
        "size_bytes": record.size_bytes,
        "broker_at": write_instant(record.broker_at),
        "received_at": write_instant(record.received_at),
        "quarantined_at": write_instant(record.quarantined_at),
        "backfilled": record.backfilled,
        "state": record.state,
        "resolved_at": None if resolved_at is None else write_instant(resolved_at),
        "resolution": record.resolution,
    }
    if content is not None:
        data["content"] = {
            "base64": base64.b64encode(content.value).decode(),
            "event": content.plain,
            "undecodable": content.undecodable,
        }
    return data


def show_redriven(redriven: Redriven) -> None:
    """Say what became of it."""
    typer.echo(f"{short(redriven.record.quarantine_id)}: {_became(redriven)}")


def _became(redriven: Redriven) -> str:
    outcome = redriven.outcome
    match outcome.fate:
        case Fate.RECORDED:
            return f"recorded as entry #{outcome.sequence} of child {outcome.child_id}"
        case Fate.UNDECIDED:
            return (
                f"lies undecided as entry #{outcome.sequence} of child {outcome.child_id}: Kith "
                "failed on it; the network was told that something came (`kith undecided list`)"
            )
        case Fate.DUPLICATE:
            return f"was recorded before, as entry #{outcome.sequence}; nothing was added"
        case _:
            detail = cleaned(redriven.record.detail)
            return f"stays in quarantine, {in_words(redriven.record.reason)}: {detail}"


def redriven_as_data(redriven: Redriven) -> dict[str, Any]:
    """What became of it, as JSON can hold it."""
    outcome = redriven.outcome
    return {
        "quarantine_id": str(redriven.record.quarantine_id),
        "fate": outcome.fate.value,
        "child_id": None if outcome.child_id is None else str(outcome.child_id),
        "sequence": outcome.sequence,
        "reason": redriven.record.reason if outcome.fate is Fate.QUARANTINED else None,
        "detail": redriven.record.detail if outcome.fate is Fate.QUARANTINED else None,
    }
