"""Places notifications in the steps of a story that a hub has lived through before.

While a story is played the hub's time stands still at each step, so the time at which a
notification was decided names its step.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kith.scenario.player import Sent, kind_of_key
from producers.scenario.story import Acknowledge, AlertName, Story
from projections.database import Connection


class NotPlaced(RuntimeError):
    """It cannot be said at which step a notification came. The text names the steps."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A notification in the hub's tables. ``at`` is the hub's time."""

    notification_id: UUID
    agency: str
    alert_id: UUID
    rule: str
    key: str
    kind: str
    at: datetime


def decided(connection: Connection, child_id: UUID) -> list[Decided]:
    """All notifications about a child, in the order in which they were decided."""
    rows = connection.execute(
        "select n.notification_id, n.agency, n.alert_id, a.rule, a.key, n.kind, n.hub_from "
        "from derived.notification n join derived.alert a using (alert_id) "
        "where n.child_id = %s order by n.sequence, n.notification_id",
        [child_id],
    ).fetchall()
    return [Decided(*row) for row in rows]


def placed(story: Story, notifications: Iterable[Decided]) -> Iterator[Sent]:
    """Each notification at its step. One that came when no step was played is left out.

    Raises NotPlaced where several steps bear its time.
    """
    steps: dict[datetime, list[str]] = defaultdict(list)
    for step in story.steps:
        if not isinstance(step.action, Acknowledge) and step.written_as not in steps[step.at]:
            steps[step.at].append(step.written_as)
    raised_by: dict[UUID, str] = {}
    for each in notifications:
        named = steps.get(each.at, [])
        if len(named) > 1:
            raise NotPlaced(
                f"{story.path}: steps {' and '.join(named)} bear the same time, and a "
                "notification came then: give each a minute of its own"
            )
        if not named:
            continue
        if each.kind == "raised" or each.alert_id not in raised_by:
            raised_by[each.alert_id] = named[0]
        alert = AlertName(each.rule, kind_of_key(each.key), raised_by[each.alert_id])
        yield Sent(story.id, named[0], alert, each.agency, each.notification_id)
