"""Hands over what a team has in hand, alert by alert, through the append."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from kith.cli.ack import find_told
from kith.cli.acting import appending, wait_until_sent
from kith.cli.reading import Hub
from projections.append.arrivals import Fate, Outcome, Step
from projections.queries.in_hand import InHand, LastHandOver, last_hand_overs
from safeguarding.commands import HandOver
from safeguarding.facts import Recipient
from safeguarding.ids import NAMESPACE


@dataclass(frozen=True, slots=True)
class Passing:
    """An alert that is to be handed over; ``headline`` None where it is not on the page."""

    child_id: UUID
    alert_id: UUID
    severity: str
    rule: str
    headline: str | None
    handed: LastHandOver | None


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of it: ``sequence`` is where it stands, ``refused`` why it does not."""

    passing: Passing
    sequence: int | None = None
    added: bool = False
    refused: str | None = None


def passing_of(each: InHand) -> Passing:
    """What stands on the page, to be handed over."""
    headline = each.alert.headline if each.alert is not None else None
    return Passing(
        each.child_id, each.alert_id, each.severity.value, each.rule, headline, each.handed
    )


def named(ids: Sequence[str], found: Sequence[InHand], who: Recipient, hub: Hub) -> list[Passing]:
    """The alerts that were named, each once. Raises Wrong for an id that the agency has not.

    One that is not on the page can be handed over too, such as one to be kept an eye on.
    """
    listed = {each.alert_id: passing_of(each) for each in found}
    told = {each.alert_id: each for each in (find_told(one, who.agency, hub) for one in ids)}
    world = hub.wiring.world
    others = {each.child_id for each in told.values() if each.alert_id not in listed}
    handed = last_hand_overs(hub.connection, who, others, world.keys, world.registry)
    return [
        listed.get(alert_id)
        or Passing(each.child_id, alert_id, each.severity, each.rule, None, handed.get(alert_id))
        for alert_id, each in told.items()
    ]


def hand_over(
    hub: Hub,
    passing: Sequence[Passing],
    who: Recipient,
    says: tuple[str | None, str, str | None],
) -> tuple[list[Passed], bool]:
    """Record each, and whether all was sent soon.

    Each is a transaction of its own: it is a statement about one child, and the logs of other
    children are not held up for it. What is refused keeps nothing else back.
    """
    by, to, note = says
    passed: list[Passed] = []
    with appending(hub) as opened:
        for each in passing:
            last = each.handed.fact if each.handed is not None else None
            if last is not None and (last.from_worker, last.to_worker, last.note) == says:
                passed.append(Passed(each, each.handed.sequence if each.handed else None))
                continue
            command = HandOver(each.alert_id, who, by, to, note)
            (outcome,) = opened.append([], [_step(command, each)])
            passed.append(_outcome(each, outcome))
    added = {each.passing.child_id: each.sequence for each in passed if each.added}
    sent = all(
        wait_until_sent(hub, child_id, sequence)
        for child_id, sequence in added.items()
        if sequence is not None
    )
    return passed, sent


def _outcome(passing: Passing, outcome: Outcome) -> Passed:
    if outcome.fate is Fate.RECORDED:
        return Passed(passing, outcome.sequence, added=True)
    if outcome.fate is Fate.DUPLICATE:
        return Passed(passing, refused="somebody has just handed it over: look at the page again")
    return Passed(passing, refused=outcome.reason)


def _step(command: HandOver, passing: Passing) -> Step:
    """A step that happens once after the last hand-over of this alert, whoever asks for it.

    So two who hand over at once from the same page do not both. Workers stand in no id.
    """
    who = command.recipient
    after = passing.handed.sequence if passing.handed is not None else 0
    name = f"hand-over|{command.alert_id}|{who.agency}|{who.team}|{who.role}|{after}"
    return Step(
        uuid5(NAMESPACE, name),
        passing.child_id,
        lambda case, grasp, context: command.decide(
            case, context.now, grasp.alerts.get(command.alert_id)
        ),
        alert_ids=(command.alert_id,),
    )
