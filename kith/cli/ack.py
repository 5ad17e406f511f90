"""`kith ack`: a team answers for having seen an alert."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid5

import typer

from kith.cli.reading import (
    CANNOT,
    AgencyOption,
    Hub,
    JsonOption,
    StateDirOption,
    Wrong,
    print_json,
    reading,
)

if TYPE_CHECKING:
    from projections.append.arrivals import Step
    from projections.queries.alerts import Named
    from safeguarding.commands import Acknowledge
    from safeguarding.facts import Recipient


def ack(
    identity: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The id of the alert or of the notification, or its beginning."
        ),
    ],
    agency: AgencyOption,
    team: Annotated[
        str | None, typer.Option(help="The team that answers (default: that of the notification).")
    ] = None,
    role: Annotated[str | None, typer.Option(help="The role in which it was told.")] = None,
    by: Annotated[str | None, typer.Option(help="Who answers, as your own system says it.")] = None,
    action: Annotated[str | None, typer.Option(help="What the team does about it.")] = None,
    already_known: Annotated[
        bool, typer.Option("--already-known", help="The team knew before the hub told it.")
    ] = False,
    seen_revision: Annotated[
        int | None,
        typer.Option(min=1, help="The revision that was read (default: that of the notification)."),
    ] = None,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Answer for having seen an alert. It clears this team's deadline in this role, and no other's.

    The same answer again adds nothing; another one, with another action, is added. An alert that
    has changed since must be read again first. Exit codes: 0 recorded, 1 refused or unknown, 2
    asked wrongly or no hub.
    """
    from kith.cli.acting import append_step, wait_until_sent
    from kith.cli.naming import check_agency, check_recipient
    from projections.append.arrivals import Fate
    from projections.queries.alerts import entry_place
    from safeguarding.commands import Acknowledge
    from safeguarding.ids import entry_id

    with reading(state_dir) as hub:
        check_agency(agency, hub.agencies)
        what = find_told(identity, agency, hub)
        who = _who_answers(what, agency, team, role)
        check_recipient(who, hub.agencies)
        command = Acknowledge(
            what.alert_id, who, by, action, already_known, seen_revision or what.seen_revision
        )
        step = _step(command, what)
        outcome = append_step(hub, step)
        place = outcome.sequence or entry_place(hub.connection, entry_id(step.step_id, 0)) or 0
        added = outcome.fate is Fate.RECORDED
        sent = wait_until_sent(hub, what.child_id, place)
    _confirm(what, who, place, added=added, sent=sent, as_json=as_json)


def find_told(text: str, agency: str, hub: Hub) -> "Named":
    """What the id stands for, among what this agency was told of. Raises Wrong."""
    from projections.queries import alerts as queries
    from projections.queries.short_ids import id_range

    found = queries.named(hub.connection, id_range(text))
    # What another agency was told is none of this one's business, so it is not there for it.
    own = [each for each in found if agency in _agencies(each)]
    if not own:
        raise Wrong(
            f"{agency} was told of no alert with this id: `kith alerts --agency {agency}` shows"
            " what it was told.",
            CANNOT,
        )
    if len(own) > 1:
        raise Wrong("Several ids start like this: give more of it.", CANNOT)
    return own[0]


def _agencies(what: "Named") -> set[str]:
    if what.recipient is not None:
        return {what.recipient.agency}
    return {each.agency for each in what.told}


def _who_answers(what: "Named", agency: str, team: str | None, role: str | None) -> "Recipient":
    from projections.queries.words.names import recipient_in_words
    from safeguarding.facts import Recipient

    told = [each for each in what.told if each.agency == agency]
    if what.recipient is not None:
        team, role = team or what.recipient.team, role or what.recipient.role
    fitting = [each for each in told if team in {None, each.team} and role in {None, each.role}]
    if len(fitting) == 1:
        return fitting[0]
    if team is not None and role is not None:
        return Recipient(agency, team, role)  # The hub says why this one cannot answer.
    names = ", ".join(recipient_in_words(each) for each in told)
    raise Wrong(f"Say who answers, with --team and --role. Told were: {names}.")


def _step(command: "Acknowledge", what: "Named") -> "Step":
    """The answer as a step that happens once: the same answer has the same id again."""
    from projections.append.arrivals import Step
    from safeguarding.ids import NAMESPACE

    who = command.recipient
    said = [
        what.alert_id,
        f"{who.agency}/{who.team}/{who.role}",
        # After the alert has risen the same words are a new answer.
        what.revision,
        command.by or "",
        command.action or "",
        command.already_known,
    ]
    step_id: UUID = uuid5(NAMESPACE, "\x1f".join(["acknowledge", *map(str, said)]))
    return Step(
        step_id,
        what.child_id,
        lambda case, _grasp, context: command.decide(case, context.now),
        alert_ids=(what.alert_id,),
    )


def _confirm(
    what: "Named", who: "Recipient", place: int, *, added: bool, sent: bool, as_json: bool
) -> None:
    from kith.cli.acting import sent_in_words
    from projections.queries.words.names import recipient_in_words

    if as_json:
        print_json(
            {
                "added": added,
                "child_id": str(what.child_id),
                "alert_id": str(what.alert_id),
                "recipient": {"agency": who.agency, "team": who.team, "role": who.role},
                "sequence": place,
                "sent": sent,
            }
        )
        return
    name = recipient_in_words(who)
    if not added:
        typer.echo(f"{name} has answered so already, in entry #{place}. Nothing was added.")
        return
    typer.echo(
        f"{name} has acknowledged the {what.severity} alert of rule {what.rule}: committed as "
        f"entry #{place} of the child's log. {sent_in_words(sent)}"
    )
