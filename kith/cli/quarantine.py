"""`kith quarantine`: what could not be accepted, for a steward to correct, redrive or discard."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.reading import (
    APPLICATION,
    CANNOT,
    Hub,
    JsonOption,
    StateDirOption,
    Wrong,
    print_json,
    reading,
)

if TYPE_CHECKING:
    from projections.append.arrivals import Inbound
    from projections.queries.quarantine import Quarantined

quarantine = typer.Typer(help="What could not be accepted: list, show, redrive, discard.")

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="As `list` shows it, or the whole of it.")
]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(quarantine, name="quarantine", no_args_is_help=True)


@quarantine.command("list")
def list_(
    resolved_too: Annotated[
        bool, typer.Option("--all", help="What was redriven or discarded too.")
    ] = False,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """List what waits, the oldest first: from whom, why, how large, since when.

    Exit codes: 0 listed, 2 no hub.
    """
    from kith.cli.quarantine_printing import as_data, show_list
    from projections.queries.quarantine import listed

    with reading(state_dir) as hub:
        found = listed(hub.connection, resolved_too=resolved_too)
    if as_json:
        print_json([as_data(each) for each in found])
    else:
        show_list(found, resolved_too=resolved_too)


@quarantine.command()
def show(
    identity: IdArgument,
    content: Annotated[
        bool, typer.Option("--content", help="Open it and show what it says: personal data.")
    ] = False,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Show why a record is in quarantine and what can be done; with --content, what it says.

    Exit codes: 0 shown, 1 no such record, 2 asked wrongly or no hub.
    """
    from kith.cli.quarantine_printing import as_data, content_of, show_one

    with reading(state_dir) as hub:
        found = _find(identity, hub)
        registry = hub.wiring.world.registry
        inside = content_of(_opened(found, hub), registry) if content else None
    if as_json:
        print_json(as_data(found, inside))
    else:
        show_one(found, inside)


@quarantine.command()
def redrive(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `list` shows them.")],
    corrected: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="Send this one event instead, in plain form; for one ID. The agency must agree"
            " to what is said in its name.",
        ),
    ] = None,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Send records through again, in one transaction, as they came or corrected.

    What is accepted alerts like anything else, with the time at which it was first received. To
    correct an event start from `show ID --content --json`, where it stands if it could be decoded.
    Exit codes: 0 all recorded, 1 some could not be or there is no such record, 2 asked wrongly or
    no hub.
    """
    from kith.cli.acting import appending
    from kith.cli.quarantine_printing import Redriven, redriven_as_data, show_redriven
    from projections.append.arrivals import Fate

    with reading(state_dir) as hub:
        found = [_redrivable(each, hub) for each in dict.fromkeys(ids)]
        # As they came: a later version of a statement must not overtake an earlier one.
        found.sort(key=lambda each: (each.received_at, each.topic, each.partition, each.offset))
        if corrected is None:
            inbounds = [_as_it_came(each, hub) for each in found]
        else:
            inbounds = [_corrected(found, corrected, hub)]
        with appending(hub) as opened:
            outcomes = opened.append(inbounds)
        done = [
            Redriven(_find(str(each.quarantine_id), hub), outcome)
            for each, outcome in zip(found, outcomes, strict=True)
        ]
    if as_json:
        print_json([redriven_as_data(each) for each in done])
    else:
        for each in done:
            show_redriven(each)
    if any(each.outcome.fate is Fate.QUARANTINED for each in done):
        raise typer.Exit(CANNOT)


@quarantine.command()
def discard(
    identity: IdArgument,
    reason: Annotated[
        str, typer.Option(help="Why; it is kept in clear, so name no child and no number.")
    ],
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Say that a record needs nothing more. Its bytes stay, sealed, and `list --all` shows it.

    Exit codes: 0 discarded, 1 no such record, or it does not wait any more, 2 asked wrongly or no
    hub.
    """
    from kith.cli.naming import read_reason
    from kith.cli.quarantine_printing import as_data
    from projections.append.appender import hub_time
    from projections.queries import quarantine as queries

    because = read_reason(reason)
    with reading(state_dir) as hub:
        found = _find(identity, hub)
        world = hub.wiring.world
        with hub.wiring.connect(APPLICATION) as writing:
            now = hub_time(writing, world, world.now())
            done = queries.discard(writing, found.quarantine_id, because, now)
        if not done:
            raise Wrong(f"It was {found.state} already. Nothing was changed.", CANNOT)
        found = _find(str(found.quarantine_id), hub)
    if as_json:
        print_json(as_data(found))
    else:
        typer.echo(f"Discarded: {found.reason} of {found.agency}, {found.place}.")


def _find(text: str, hub: Hub) -> "Quarantined":
    from projections.queries.quarantine import quarantined
    from projections.queries.short_ids import id_range

    found = quarantined(hub.connection, id_range(text))
    if not found:
        raise Wrong("There is no such record: `kith quarantine list --all` shows all.", CANNOT)
    if len(found) > 1:
        raise Wrong("Several ids start like this: give more of it.", CANNOT)
    return found[0]


def _redrivable(text: str, hub: Hub) -> "Quarantined":
    from projections.queries.quarantine import why_not
    from projections.queries.short_ids import short

    found = _find(text, hub)
    refusal = why_not(found, scenario=hub.wiring.world.scenario)
    if refusal is not None:
        raise Wrong(f"{short(found.quarantine_id)} cannot be redriven: {refusal}.", CANNOT)
    return found


def _as_it_came(found: "Quarantined", hub: Hub) -> "Inbound":
    from projections.queries.quarantine import received_again

    return received_again(found, _opened(found, hub), hub.wiring.world)


def _opened(found: "Quarantined", hub: Hub) -> bytes:
    from projections.queries.quarantine import open_content
    from schemas.envelope import Unopenable
    from schemas.keys import KeyDestroyed, KeyUnknown

    try:
        return open_content(hub.connection, found.quarantine_id, hub.wiring.world.keys)
    except KeyDestroyed:
        raise Wrong("Its content is beyond use: the key to it was destroyed.", CANNOT) from None
    except KeyUnknown:
        raise Wrong("The key to its content is missing from the key store.", CANNOT) from None
    except Unopenable:
        raise Wrong("Its content is not what was sealed; the bytes were changed.", CANNOT) from None


def _corrected(found: "list[Quarantined]", path: Path, hub: Hub) -> "Inbound":
    """The event of the file, encoded for the agency whose topic the record came on."""
    from producers.json_lines import read_lines
    from producers.preparing import KEY_BYTES, InvalidEvent, Preparer
    from projections.queries.quarantine import received_again

    if len(found) != 1:
        raise Wrong("--corrected takes the place of one record: name one ID.")
    try:
        lines = list(read_lines(path))
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}.") from error
    if len(lines) != 1:
        raise Wrong(f"{path} must hold one event on one line; it holds {len(lines)}.")
    if lines[0].error is not None:
        raise Wrong(f"{path}:{lines[0].number}: {lines[0].error}")
    world = hub.wiring.world
    # The message key is for the broker's partitions, and nothing is sent there.
    preparer = Preparer(found[0].agency, bytes(KEY_BYTES), world.registry)
    try:
        prepared = preparer.prepare(lines[0].plain)
    except InvalidEvent as refused:
        faults = "\n".join(f"{path}:{lines[0].number}: {error}" for error in refused.errors)
        raise Wrong(faults) from None
    for warning in prepared.warnings:
        typer.echo(f"{path}:{lines[0].number}: warning: {warning}", err=True)
    return received_again(found[0], prepared.message, world)
