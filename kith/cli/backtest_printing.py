"""How a back-test is shown: to a person as tables, to a program as plain data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from projections.queries.words.times import instant_in_words
from safeguarding.facts import Mode

if TYPE_CHECKING:
    from kith.backtesting import Backtest
    from safeguarding.backtest.comparing import Change, Comparison

_KINDS = ("gained", "lost", "earlier", "later")


def show(result: "Backtest", examples: int) -> None:
    """Print it for a person."""
    console = Console(highlight=False)
    tried = result.tried
    console.print(
        f"{tried.entries} entries of {tried.children} children in {result.seconds:.1f} s "
        f"({result.entries_per_second:.0f} a second), by rules of version {result.version}. "
        "Nothing was sent."
    )
    console.print(_which(result.only))
    if tried.beyond_use:
        console.print(f"{tried.beyond_use} children are beyond use: their keys were destroyed.")
    for (rule, fault), times in sorted(tried.failed.items()):
        console.print(f"[red]The rule {rule} failed[/] ({fault}), {times} times.")
    comparison = tried.comparison
    console.print(
        f"Alerts: {len(comparison.gained)} gained, {len(comparison.lost)} lost, "
        f"{len(comparison.earlier)} earlier, {len(comparison.later)} later, "
        f"{comparison.same} raised when they were."
    )
    for kind in _KINDS:
        changes: list[Change] = getattr(comparison, kind)
        if changes and examples:
            console.print(f"\n{kind.capitalize()}:")
            for each in changes[:examples]:
                console.print(f"  {_line(each)}")
            if len(changes) > examples:
                console.print(f"  ... and {len(changes) - examples} more")
    console.print()
    console.print(_told(comparison))


def as_data(result: "Backtest", examples: int) -> dict[str, Any]:
    """The same for a program."""
    tried = result.tried
    comparison = tried.comparison
    return {
        "ruleset": result.version,
        "tried": None if result.only is None else sorted(result.only),
        "entries": tried.entries,
        "children": tried.children,
        "beyond_use": tried.beyond_use,
        "seconds": round(result.seconds, 2),
        "entries_per_second": round(result.entries_per_second),
        "failed": [
            {"rule": rule, "fault": fault, "times": times}
            for (rule, fault), times in sorted(tried.failed.items())
        ],
        "alerts": {kind: len(getattr(comparison, kind)) for kind in _KINDS}
        | {"same": comparison.same},
        "examples": {
            kind: [_change(each) for each in getattr(comparison, kind)[:examples]]
            for kind in _KINDS
        },
        "notifications": [
            {
                "rule": rule,
                "role": role,
                "urgent": {"before": was[Mode.URGENT], "after": now[Mode.URGENT]},
                "digest": {"before": was[Mode.DIGEST], "after": now[Mode.DIGEST]},
            }
            for rule, role, was, now in _rows(comparison)
        ],
    }


def _which(only: frozenset[str] | None) -> str:
    if only is None:
        return "Every rule was tried."
    if not only:
        return "No rule differs from those in force, so none was tried (--every-rule tries all)."
    return f"Tried, since they differ: {', '.join(sorted(only))}. The others decide as they did."


def _line(change: "Change") -> str:
    was = instant_in_words(change.before) if change.before else "never"
    now = instant_in_words(change.after) if change.after else "never"
    return f"{change.rule}, child {str(change.child_id)[:8]}: {was} -> {now}"


def _change(change: "Change") -> dict[str, Any]:
    return {
        "child_id": str(change.child_id),
        "rule": change.rule,
        "before": change.before and change.before.isoformat(),
        "after": change.after and change.after.isoformat(),
    }


def _told(comparison: "Comparison") -> Table:
    table = Table("rule", "role", box=None, pad_edge=False)
    for heading in ("urgent was", "now", "digest was", "now"):
        table.add_column(heading, justify="right")
    for rule, role, was, now in _rows(comparison):
        figures = [str(each[mode]) for mode in (Mode.URGENT, Mode.DIGEST) for each in (was, now)]
        table.add_row(rule, role, *figures)
    return table


def _rows(
    comparison: "Comparison",
) -> Iterator[tuple[str, str, dict[Mode, int], dict[Mode, int]]]:
    before, after = comparison.told_before, comparison.told_after
    for rule, role in sorted({(rule, role) for rule, role, _ in {**before, **after}}):
        yield (
            rule,
            role,
            {mode: before[rule, role, mode] for mode in Mode},
            {mode: after[rule, role, mode] for mode in Mode},
        )
