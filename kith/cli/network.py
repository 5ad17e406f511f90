"""`kith network`: who is around a child, from when until when, and why."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from kith.cli.reading import (
    ChildArgument,
    Hub,
    JsonOption,
    StateDirOption,
    print_json,
    reading,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.append.arrivals import Outcome, Step
    from projections.queries.children import KnownChild
    from safeguarding.commands import JoinNetwork, LeaveNetwork
    from safeguarding.facts import Recipient

network = typer.Typer(help="Who is around a child: show, join, leave, load.")

WhoArgument = Annotated[
    str,
    typer.Argument(metavar="AGENCY/TEAM/ROLE", help="For example social-care/edt/edt."),
]
ReasonOption = Annotated[str, typer.Option(help="Why; it stands in the child's log.")]
_TIME = "A day (its first moment) or a time, in London's time or with an offset."


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(network, name="network", no_args_is_help=True)


@network.command()
def show(
    child: ChildArgument, as_json: JsonOption = False, state_dir: StateDirOption = None
) -> None:
    """Show who is on the child's network now, who will be, and who has left.

    Exit codes: 0 shown, 1 no such child, 2 asked wrongly or no hub.
    """
    from kith.cli.naming import find_child
    from kith.cli.network_printing import as_data, show_members
    from projections.append.appender import hub_time
    from projections.queries.network import read_network

    with reading(state_dir) as hub, hub.connection.transaction():
        found = find_child(child, hub)
        world = hub.wiring.world
        members = read_network(hub.connection, found, world.keys, world.registry)
        now = hub_time(hub.connection, world, world.now())
    if as_json:
        print_json(as_data(found, members, now))
    else:
        show_members(found, members, now)


@network.command()
def join(
    child: ChildArgument,
    who: WhoArgument,
    reason: ReasonOption,
    starts: Annotated[str | None, typer.Option("--from", help=f"Default: now. {_TIME}")] = None,
    ends: Annotated[str | None, typer.Option("--until", help=f"Default: none. {_TIME}")] = None,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Put a team in a role on the child's network: from then on it is told of what happens.

    A team that is on it already is not added again. Exit codes: 0 done, 1 refused or no such
    child, 2 asked wrongly or no hub.
    """
    from kith.cli.naming import find_child, read_reason, read_recipient, read_time
    from safeguarding.commands import JoinNetwork

    with reading(state_dir) as hub:
        recipient = read_recipient(who, hub.agencies)
        starts_at = read_time(starts) if starts is not None else None
        ends_at = read_time(ends) if ends is not None else None
        because = read_reason(reason)
        found = find_child(child, hub)
        outcome = _take(
            hub, found, lambda now: JoinNetwork(recipient, because, starts_at or now, ends_at)
        )
    _confirm(found, recipient, outcome, "joined", as_json=as_json)


@network.command()
def leave(
    child: ChildArgument,
    who: WhoArgument,
    reason: ReasonOption,
    at: Annotated[str | None, typer.Option(help=f"Default: now. {_TIME}")] = None,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Take a team in a role off the child's network: from then on it is told nothing new.

    Exit codes: 0 done, 1 refused or no such child, 2 asked wrongly or no hub.
    """
    from kith.cli.naming import find_child, read_reason, read_recipient, read_time
    from safeguarding.commands import LeaveNetwork

    with reading(state_dir) as hub:
        # A team that the agencies file has no more can still be on a network, and leave it.
        recipient = read_recipient(who)
        ends_at = read_time(at) if at is not None else None
        because = read_reason(reason)
        found = find_child(child, hub)
        outcome = _take(hub, found, lambda now: LeaveNetwork(recipient, because, ends_at or now))
    _confirm(found, recipient, outcome, "left", as_json=as_json)


@network.command()
def load(
    child: ChildArgument,
    file: Annotated[Path, typer.Argument(help="As scenarios/child-k/network.yaml is written.")],
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Put the teams of a file on the child's network, all in one transaction.

    Loading it again adds nothing, also after some have left. Exit codes: 0 done, 1 no such child,
    2 the file is refused, asked wrongly or no hub.
    """
    from kith.cli.acting import append_all
    from kith.cli.naming import find_child
    from projections.append.arrivals import Fate
    from projections.queries.words.names import recipient_in_words

    with reading(state_dir) as hub:
        commands = _read_network(file, hub)
        found = find_child(child, hub)
        outcomes = append_all(hub, [_load_step(found, command) for command in commands])
    added = [outcome.fate is Fate.RECORDED for outcome in outcomes]
    if as_json:
        print_json(
            {
                "child_id": str(found.child_id),
                "memberships": [
                    {"recipient": recipient_in_words(command.recipient), "added": each}
                    for command, each in zip(commands, added, strict=True)
                ],
            }
        )
        return
    for command, each in zip(commands, added, strict=True):
        typer.echo(
            f"{recipient_in_words(command.recipient)}: {'joined' if each else 'entered already'}"
        )
    typer.echo(f"{sum(added)} added, {len(added) - sum(added)} entered already.")


def _take(
    hub: Hub,
    child: "KnownChild",
    command: "Callable[[datetime], JoinNetwork | LeaveNetwork]",
) -> "Outcome":
    """Append what the command decides, given the hub's time. Raises Wrong when it is refused."""
    from kith.cli.acting import append_step
    from projections.append.arrivals import Step

    # A random id: who has left may join again for the same reason.
    step = Step(
        uuid4(),
        child.child_id,
        lambda case, _grasp, context: command(context.now).decide(case, context.now),
        joins=True,
    )
    return append_step(hub, step)


def _load_step(child: "KnownChild", command: "JoinNetwork") -> "Step":
    from projections.append.arrivals import Grasp, Step
    from safeguarding.case import Case
    from safeguarding.commands import Refused
    from safeguarding.facts import Fact
    from safeguarding.ruleset import Context

    def decide(case: Case, _grasp: Grasp, context: Context) -> "list[Fact] | Refused":
        # A membership of the past is not on the network any more, and was entered all the same.
        if (command.recipient, command.starts_at, "") in case.memberships:
            return []
        return command.decide(case, context.now)

    return Step(uuid4(), child.child_id, decide, joins=True)


def _read_network(path: Path, hub: Hub) -> "list[JoinNetwork]":
    """The memberships of a file. Raises FileRefused with every fault."""
    from producers.scenario.form import NetworkForm
    from producers.scenario.reading import by_name, read_file, recipient_faults, recipient_from
    from safeguarding.commands import JoinNetwork

    file, form = read_file(path, NetworkForm, "memberships")
    named = (
        (("memberships", index, "recipient"), each.recipient)
        for index, each in enumerate(form.memberships)
    )
    faults = list(recipient_faults(file, hub.agencies, named))
    if faults:
        raise by_name(file, "memberships", faults)
    return [
        JoinNetwork(recipient_from(each.recipient), each.reason, each.starts, each.until)
        for each in form.memberships
    ]


def _confirm(
    child: "KnownChild", who: "Recipient", outcome: "Outcome", did: str, *, as_json: bool
) -> None:
    from projections.append.arrivals import Fate
    from projections.queries.words.names import recipient_in_words

    added = outcome.fate is Fate.RECORDED
    name = recipient_in_words(who)
    if as_json:
        print_json(
            {
                "added": added,
                "child_id": str(child.child_id),
                "recipient": name,
                "sequence": outcome.sequence,
            }
        )
    elif added:
        typer.echo(
            f"{name} has {did} the network: committed as entry #{outcome.sequence} of the"
            " child's log."
        )
    else:
        typer.echo(f"{name} is on the network already. Nothing was added.")
