"""`kith undecided`: what the hub's own code failed on, and to decide it once that is mended."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.reading import CANNOT, Hub, JsonOption, StateDirOption, Wrong, print_json, reading

if TYPE_CHECKING:
    from projections.append.persistence import Appending
    from projections.queries.undecided import FailedRule, UndecidedEvent

    Failed = UndecidedEvent | FailedRule

undecided = typer.Typer(help="What Kith itself failed on: list, and decide once it is mended.")

FAILS_STILL = "fails still"


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(undecided, name="undecided", no_args_is_help=True)


@undecided.command("list")
def list_(as_json: JsonOption = False, state_dir: StateDirOption = None) -> None:
    """List events that lie undecided, and rules that failed on an event, the oldest first.

    Exit codes: 0 listed, 2 no hub.
    """
    from kith.cli.undecided_printing import as_data, show_list

    with reading(state_dir) as hub:
        found = _found(hub)
    if as_json:
        print_json([as_data(each) for each in found])
    else:
        show_list(found)


@undecided.command()
def decide(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="As `list` shows them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that `list` shows.")] = False,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Decide again, each in a transaction of its own, with all that follows: once.

    Alerts come now, and say when their events were received. Whoever was told that something came
    is told that it was decided. What fails again stays as it is.
    Exit codes: 0 all decided, 1 some fail still or there is no such one, 2 asked wrongly or no hub.
    """
    from kith.cli.acting import appending
    from kith.cli.undecided_printing import as_data, show_decided

    with reading(state_dir) as hub:
        if bool(ids) == everything:
            raise Wrong("Name what to decide, or --all: `kith undecided list` shows what there is.")
        found = _found(hub)
        chosen = found if everything else [_named(each, found) for each in dict.fromkeys(ids or ())]
        with appending(hub) as opened:
            done = [(each, _decide(each, hub, opened)) for each in chosen]
    if as_json:
        print_json([as_data(each) | {"outcome": outcome} for each, outcome in done])
    else:
        show_decided(done)
    if any(outcome.startswith(FAILS_STILL) for _, outcome in done):
        raise typer.Exit(CANNOT)


def _found(hub: Hub) -> "list[Failed]":
    from projections.queries.undecided import failed_rules, undecided_events

    world = hub.wiring.world
    return [*undecided_events(hub.connection, world), *failed_rules(hub.connection, world)]


def _named(text: str, found: "Sequence[Failed]") -> "Failed":
    from projections.queries.short_ids import NotAnId, id_range

    try:
        ids = id_range(text)
    except NotAnId as fault:
        raise Wrong(str(fault)) from None
    named = [each for each in found if ids.first <= each.entry_id <= ids.last]
    if not named:
        raise Wrong("There is no such one: `kith undecided list` shows all.", CANNOT)
    if len(named) > 1:
        raise Wrong("Several ids start like this: give more of it.", CANNOT)
    return named[0]


def _decide(each: "Failed", hub: Hub, opened: "Appending") -> str:
    """What became of it, in words. The fault's text is not repeated: it may be personal data."""
    from projections.append.arrivals import Fate
    from projections.append.guarding import AnotherHub
    from projections.append.persistence import DatabaseAway
    from projections.queries.undecided import UndecidedEvent

    world = hub.wiring.world
    try:
        if isinstance(each, UndecidedEvent):
            (outcome,) = opened.append([each.again(world)])
        else:
            (outcome,) = opened.append([], [each.again(hub.connection, world)])
    except (AnotherHub, DatabaseAway):
        raise
    except Exception as fault:  # noqa: BLE001 - any fault of our own: it was one to begin with
        return f"{FAILS_STILL}: {type(fault).__name__}"
    if outcome.fate is Fate.DUPLICATE:
        return "decided already"
    return f"decided, entry #{outcome.sequence}"
