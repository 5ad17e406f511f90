"""The same night twice: when each recipient learned of the ligature, with and without the hub."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kith.wiring import Wiring
from producers.scenario.story import Story
from projections.database import Connection
from safeguarding.facts import Recipient
from safeguarding.identifiers import Identifier


class NotPlayed(RuntimeError):
    """The hub does not know the stories' children: play the scenario first."""


@dataclass(frozen=True, slots=True)
class Learned:
    """When and how a recipient was told; None where it never was.

    ``at`` is the hub's time: the time of receipt in the story, plus what the way through
    the hub really took, from broker to broker.
    """

    at: datetime
    mode: str
    took: timedelta


@dataclass(frozen=True, slots=True)
class Row:
    """One recipient in both worlds."""

    recipient: Recipient
    as_it_happened: Learned | None
    with_the_hub: Learned | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The alert's occurrence in each world, and every recipient."""

    occurred_at: datetime
    rows: tuple[Row, ...]


def compare(
    connection: Connection,
    wiring: Wiring,
    as_it_happened: Story,
    with_the_hub: Story,
    rule: str,
) -> Comparison:
    """Compare two plays of one night by the first copy that each recipient got.

    Raises NotPlayed.
    """
    before = _learned(connection, wiring, as_it_happened, rule)
    after = _learned(connection, wiring, with_the_hub, rule)
    if not before or not after:
        raise NotPlayed("the scenario has not been played on this hub: run `kith demo` first")
    recipients = sorted(before.keys() | after.keys(), key=lambda who: _order(who, before, after))
    return Comparison(
        occurred_at=_occurred(with_the_hub),
        rows=tuple(Row(who, before.get(who), after.get(who)) for who in recipients),
    )


def _order(
    who: Recipient, before: dict[Recipient, Learned], after: dict[Recipient, Learned]
) -> tuple[bool, bool, Recipient]:
    """Who was told urgently first, then the digests."""
    told = after.get(who) or before.get(who)
    return (told is None or told.mode != "urgent", who not in before, who)


def _occurred(story: Story) -> datetime:
    step = story.step("ligature")
    occurred: object = step.action.event["event"]["occurred"]  # type: ignore[union-attr]
    return occurred if isinstance(occurred, datetime) else datetime.fromisoformat(str(occurred))


def _learned(
    connection: Connection, wiring: Wiring, story: Story, rule: str
) -> dict[Recipient, Learned]:
    digest = wiring.world.digest(Identifier("nhs-number", story.child.nhs_number))
    rows = connection.execute(
        "select distinct on (n.agency, n.team, n.role) n.agency, n.team, n.role, n.mode, "
        "n.hub_from, n.delivered_at - n.real_from from derived.notification n "
        "join derived.identifier i using (child_id) where i.digest = %s and n.rule = %s "
        "and n.delivered_at is not null order by n.agency, n.team, n.role, n.hub_from, n.sequence",
        [digest, rule],
    ).fetchall()
    return {
        Recipient(agency, team, role): Learned(hub_from + took, mode, took)
        for agency, team, role, mode, hub_from, took in rows
    }
