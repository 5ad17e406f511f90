"""`kith handover`: what a team has in hand, and the passing of it from one worker to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.reading import (
    CANNOT,
    AgencyOption,
    JsonOption,
    StateDirOption,
    Wrong,
    print_json,
    reading,
)

if TYPE_CHECKING:
    from projections.queries.in_hand import InHand
    from safeguarding.facts import Recipient

# CHOSEN: what a team said it will do is looked for so far back. Nothing says when it was done, so
# without an end the page would grow for ever.
DAYS_BACK = 28


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(handover)


def handover(
    agency: AgencyOption,
    team: Annotated[str, typer.Option(help="The team whose work it is.")],
    role: Annotated[str, typer.Option(help="The role in which it was told.")],
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            help="With --to: only these alerts, by the id of alert or notification, or its"
            " beginning.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="WORKER", help="Who has it from now on: your own system's reference."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--from", metavar="WORKER", help="Who had it: your own system's reference."),
    ] = None,
    note: Annotated[
        str | None, typer.Option(help="What the next one must know; it stands in the child's log.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=3660, help="How far back to look for what was promised.")
    ] = DAYS_BACK,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Show what a team has in hand: what it must answer, and what it said it will do.

    With --to, record in each child's log that a worker hands it over to another. It answers
    nothing: the team's deadlines stay, and whoever comes on must answer. To have done with what was
    said: `kith ack` without --action. Exit codes: 0 shown or recorded, 1 refused or unknown, 2
    asked wrongly or no hub.
    """
    from kith.cli.handing_over import hand_over, named, passing_of
    from kith.cli.handover_data import passed_as_data
    from kith.cli.handover_printing import show_passed
    from kith.cli.naming import check_recipient, read_reason
    from projections.append.appender import hub_time
    from projections.queries.in_hand import read_in_hand
    from safeguarding.commands import unfit_workers
    from safeguarding.facts import Recipient

    who = Recipient(agency, team, role)
    with reading(state_dir) as hub:
        check_recipient(who, hub.agencies)
        if to is None and (ids or by is not None or note is not None):
            raise Wrong("Say to whom, with --to: nothing is handed over without it.")
        said = read_reason(note) if note is not None else None
        unfit = unfit_workers(by, to) if to is not None else None
        if unfit is not None:
            raise Wrong(f"Refused: {unfit.reason}.")
        world = hub.wiring.world
        with hub.connection.transaction():
            now = hub_time(hub.connection, world, world.now())
            since = now - timedelta(days=days)
            found = read_in_hand(hub.connection, who, since, world.keys, world.registry)
        if to is None:
            _show(found, who, now, since, as_json=as_json)
            return
        passing = named(ids, found, who, hub) if ids else [passing_of(each) for each in found]
        passed, sent = hand_over(hub, passing, who, (by, to, said))
    if as_json:
        print_json(passed_as_data(passed, who, sent=sent))
    else:
        show_passed(passed, who, to, sent=sent)
    if any(each.refused for each in passed):
        raise typer.Exit(CANNOT)


def _show(
    found: "Sequence[InHand]", who: "Recipient", now: datetime, since: datetime, *, as_json: bool
) -> None:
    if as_json:
        from kith.cli.handover_data import as_data

        print_json(as_data(found, who, now, since))
    else:
        from kith.cli.handover_printing import show_in_hand

        show_in_hand(found, who, now, since)
