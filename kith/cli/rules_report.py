"""`kith rules report`: what each rule's alerts came to, at each agency."""

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.reading import JsonOption, StateDirOption, print_json, reading
from kith.cli.rebuild import log_explained, settings_of

if TYPE_CHECKING:
    from datetime import datetime

    from projections.measuring import Measured
    from safeguarding.measures import OfAgency, OfRule

_STATES = ("open", "met", "missed", "not_known", "cancelled")


def report(
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="T", help="What was told from then on; a day, a minute."),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--to", metavar="T", help="What was told before then.")
    ] = None,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show for each rule how often it fired and was taken back, and who answered, and how soon.

    Counted from the log alone. Known to told is from when the agency knew of what opened an alert
    to when the first of those who were told had it. Exit codes: 0 shown; 2 asked wrongly, or it
    could not be read.
    """
    start, end = _period(since, before, state_dir)
    with log_explained():
        measured = _measure(state_dir, start, end)
    if as_json:
        print_json(_as_data(measured))
    else:
        _show(measured)


def _period(
    since: str | None, before: str | None, state_dir: Path | None
) -> "tuple[datetime | None, datetime]":
    from kith.cli.naming import read_period
    from projections.append.appender import hub_time

    with reading(state_dir) as hub, hub.connection.transaction():
        period = read_period(since, before)
        world = hub.wiring.world
        return period.start, period.end or hub_time(hub.connection, world, world.now())


def _measure(state_dir: Path | None, start: "datetime | None", end: "datetime") -> "Measured":
    from kith.log_parts import each_part
    from projections.measuring import Measured, Measuring

    measured = Measured()
    for part in each_part(settings_of(state_dir), Measuring, start, end):
        measured.add(part)
    return measured


def _as_data(measured: "Measured") -> dict[str, Any]:
    measures = measured.measures
    return {
        "children": measured.children,
        "beyond_use": measured.beyond_use,
        "rules": [
            {
                "rule": rule,
                "raised": of_rule.raised,
                "withdrawn": of_rule.withdrawn,
                "known_to_told_seconds": _middle(of_rule.delays),
                "awaited": {state: of_rule.awaited[state] for state in _STATES},
            }
            for rule, of_rule in sorted(measures.rules.items())
        ],
        "agencies": [
            {
                "rule": rule,
                "agency": agency,
                "urgent": each.urgent,
                "digest": each.digest,
                "answered": len(each.answers),
                "answer_seconds": _middle(each.answers),
                "acted": each.acted,
                "already_known": each.already_known,
                "unanswered": each.unanswered,
            }
            for (rule, agency), each in sorted(measures.agencies.items())
        ],
    }


def _show(measured: "Measured") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    measures = measured.measures
    console.print(f"{measured.children} children.")
    if measured.beyond_use:
        console.print(f"{measured.beyond_use} more are beyond use: their keys were destroyed.")
    if not measures.rules:
        console.print("Nothing was told in that time.")
        return
    rules = Table("rule", box=None, pad_edge=False)
    for heading in ("raised", "taken back", "known to told", *_STATES):
        rules.add_column(heading.replace("_", " "), justify="right")
    for rule, of_rule in sorted(measures.rules.items()):
        rules.add_row(rule, *_of_rule(of_rule))
    agencies = Table("rule", "agency", box=None, pad_edge=False)
    for heading in ("urgent", "digest", "answered", "after", "acted", "knew", "unanswered"):
        agencies.add_column(heading, justify="right")
    for (rule, agency), each in sorted(measures.agencies.items()):
        agencies.add_row(rule, agency, *_of_agency(each))
    console.print(rules)
    console.print()
    console.print(agencies)


def _of_rule(of_rule: "OfRule") -> list[str]:
    awaited = [str(of_rule.awaited[state] or "") for state in _STATES]
    return [str(of_rule.raised), str(of_rule.withdrawn), _took(of_rule.delays), *awaited]


def _of_agency(each: "OfAgency") -> list[str]:
    counts = (each.acted, each.already_known, each.unanswered)
    told = [str(each.urgent), str(each.digest), str(len(each.answers)), _took(each.answers)]
    return [*told, *(str(count) for count in counts)]


def _middle(seconds: list[float]) -> float | None:
    return round(median(seconds), 3) if seconds else None


def _took(seconds: list[float]) -> str:
    """The median, in the unit that people would use."""
    if not seconds:
        return ""
    middle = median(seconds)
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if middle >= 2 * length:
            return f"{middle / length:.1f} {unit}"
    return f"{middle:.1f} s"
