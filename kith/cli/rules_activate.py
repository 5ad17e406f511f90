"""`kith rules activate` and `kith rules show`: which rules decide, and since when."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.reading import (
    CANNOT,
    Hub,
    JsonOption,
    StateDirOption,
    Wrong,
    print_json,
    reading,
)
from kith.cli.rules_check import FileArgument

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from safeguarding.facts import RuleSetActivated

    Activation = tuple[datetime, RuleSetActivated]


def activate(
    ruleset: FileArgument,
    reason: Annotated[str, typer.Option(help="Why; it stands in the hub's log.")],
    by: Annotated[
        str | None, typer.Option(help="Who puts them in force, as an opaque staff reference.")
    ] = None,
    state_dir: StateDirOption = None,
) -> None:
    """Put the rules of a file in force, from the next event on. Nothing is decided again.

    Try them first: `kith rules backtest`. An earlier version can be put in force again, from the
    same file. Exit codes: 0 in force; 1 refused; 2 the file is wrong, or no hub.
    """
    from kith.cli.acting import append_step, sent_in_words, wait_until_sent
    from kith.cli.naming import read_reason
    from projections.append.in_force import activation
    from safeguarding.ids import HUB
    from schemas.reviewed_file import ReviewedFile
    from schemas.rulesets import read_ruleset

    with reading(state_dir) as hub:
        file = ReviewedFile(ruleset)
        rules, _ = read_ruleset(file)
        text = file.text  # What was checked, though the file may have changed since.
        before = _activations(hub)
        _refuse_another_of_its_version(rules.version, text, before)
        if before and (before[-1][1].version, before[-1][1].text) == (rules.version, text):
            typer.echo(f"Rules of version {rules.version} are in force already.")
            return
        step = activation(rules.version, text, by, read_reason(reason), len(before))
        outcome = append_step(hub, step)
        sent = wait_until_sent(hub, HUB, outcome.sequence or 0)
    typer.echo(
        f"Rules of version {rules.version} are in force: entry #{outcome.sequence} of the hub's "
        f"log. {sent_in_words(sent)}"
    )


def show(state_dir: StateDirOption = None, as_json: JsonOption = False) -> None:
    """Show which rules decide, and which were in force before.

    Exit codes: 0 shown; 2 no hub.
    """
    with reading(state_dir) as hub, hub.connection.transaction():
        found = _activations(hub)
        given = hub.wiring.world.ruleset.version
    if as_json:
        print_json([_as_data(*each) for each in found])
        return
    if not found:
        typer.echo(f"Nothing was activated: the rules that came with this Kith decide, {given}.")
    for number, (at, fact) in enumerate(found, start=1):
        typer.echo(_line(at, fact, now=number == len(found)))


def _activations(hub: Hub) -> "list[Activation]":
    """All of them, the last one last."""
    from projections.append.in_force import activated

    rows: list[tuple[UUID, datetime]] = hub.connection.execute(
        "select entry_id, activated_at from derived.activation order by sequence"
    ).fetchall()
    world = hub.wiring.world
    return [(at, activated(hub.connection, entry_id, world)) for entry_id, at in rows]


def _refuse_another_of_its_version(version: str, text: str, before: "list[Activation]") -> None:
    for _, fact in before:
        if fact.version == version and fact.text != text:
            raise Wrong(
                f"Other rules of version {version} were in force before: give this file a version"
                " of its own, since it stands on each alert.",
                CANNOT,
            )


def _line(at: "datetime", fact: "RuleSetActivated", *, now: bool) -> str:
    from projections.queries.words.times import instant_in_words

    who = f" by {fact.by}" if fact.by else ""
    in_force = ", in force now" if now else ""
    return f"{instant_in_words(at)}: version {fact.version}{who}{in_force}. {fact.reason}"


def _as_data(at: "datetime", fact: "RuleSetActivated") -> dict[str, Any]:
    return {
        "activated_at": at.isoformat(),
        "version": fact.version,
        "by": fact.by,
        "reason": fact.reason,
    }
