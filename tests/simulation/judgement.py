"""What must hold when a run is over, computed from what was published."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from safeguarding.backtest.replay import Announced, Replay, told_in
from safeguarding.events import ACKNOWLEDGEMENT, Event
from safeguarding.facts import Announcement, Recipient
from tests.property.readings import come_to_rest
from tests.property.standing import hub_after, known_open_alerts, timeline
from tests.simulation.run import Run
from tests.simulation.tables import Child, rebuilt
from tests.unit.rules.hub import Hub

if TYPE_CHECKING:
    from safeguarding.timeline import Entry


def wrong(run: Run) -> list[str]:
    """Everything that is lost, doubled, false or contradictory. Empty is right."""
    return [
        *_events(run),
        *_log(run),
        *_notifications(run),
        *_misses(run),
        *(fault for child in run.hub.tables.children.values() for fault in _child(run, child)),
    ]


def _events(run: Run) -> Iterator[str]:
    published = {(event.agency, event.event_id) for _, event in run.broker.published}
    entered = Counter(
        (body.agency, body.event_id)
        for child in run.hub.tables.children.values()
        for body in (one.entry.body for one in child.entries)
        if isinstance(body, Event)
    )
    yield from (f"event lost: {key}" for key in published - set(entered))
    yield from (f"event {count} times: {key}" for key, count in entered.items() if count > 1)


def _log(run: Run) -> Iterator[str]:
    """Log and tables say the same, and either gives the other."""
    held: dict[UUID, dict[int, Entry]] = defaultdict(dict)
    for logged in run.broker.log:
        entry = logged.entry
        other = held[entry.child_id].setdefault(entry.sequence, entry)
        if other != entry:
            yield f"two entries in one place: {entry.child_id} {entry.sequence}"
    for child_id, child in run.hub.tables.children.items():
        entries = [one.entry for one in child.entries]
        if [entry.sequence for entry in entries] != list(range(1, len(entries) + 1)):
            yield f"a gap or a repeat in the tables: {child_id}"
        if len({entry.entry_id for entry in entries}) < len(entries):
            yield f"one id twice: {child_id}"
        in_log = [held[child_id][number] for number in sorted(held[child_id])]
        if in_log != entries:
            yield f"log and tables differ: {child_id}"
        if rebuilt(child_id, child.entries).case != child.case:
            yield f"a rebuild gives another case: {child_id}"


def _notifications(run: Run) -> Iterator[str]:
    announced = {
        notice.notification_id: body.alert.what
        for child in run.hub.tables.children.values()
        for body in (one.entry.body for one in child.entries)
        if isinstance(body, Announcement)
        for notice in body.notices
    }
    told: dict[UUID, str] = {}
    for agency, topic in run.broker.alerts.items():
        numbers: dict[int, UUID] = {}
        for each in topic:
            one = each.notice.notification_id
            if told.setdefault(one, each.says) != each.says:
                yield f"one id says two things: {one}"
            if numbers.setdefault(each.number, one) != one:
                yield f"{agency}: number {each.number} for two notifications"
        if not run.restored and len(set(numbers.values())) < len(numbers):
            yield f"{agency}: a notification with two numbers"
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"{agency}: a gap in the numbers"
    yield from (f"notification lost: {one}" for one in announced.keys() - told.keys())
    yield from (f"notification of nothing: {one}" for one in told.keys() - announced.keys())
    yield from (
        f"notification says other than the log: {one}"
        for one in announced.keys() & told.keys()
        if announced[one] != told[one]
    )


def _misses(run: Run) -> Iterator[str]:
    """Nobody is said not to have answered whose answer was published before that was judged."""
    asked = _asked(run) if run.hub.missed else {}
    answered: dict[tuple[UUID, Recipient], list[datetime]] = defaultdict(list)
    for at, alert_id, who in run.answered:
        answered[alert_id, who].append(at)
    for judged_at, missed in run.hub.missed:
        copy = (missed.alert.alert_id, missed.recipient)
        asked_at = asked.get((*copy, missed.due_at))
        # Nobody answers a copy at the instant at which it is made: that is an answer to one before.
        if asked_at is not None and any(asked_at < at < judged_at for at in answered[copy]):
            yield f"false miss: {missed.expectation_id}"


def _asked(run: Run) -> dict[tuple[UUID, Recipient, datetime | None], datetime]:
    """When the last copy was made that asked for an answer by a time: by alert, who, and time."""
    return {
        (one.entry.body.alert.alert_id, notice.recipient, notice.acknowledge_by): (
            one.entry.entered_at
        )
        for child in run.hub.tables.children.values()
        for one in child.entries
        if isinstance(one.entry.body, Announcement)
        for notice in one.entry.body.notices
    }


def _child(run: Run, child: Child) -> Iterator[str]:
    """The case is what the same events give without any fault, in the order of publication."""
    entered = {
        body.event_id: body
        for body in (one.entry.body for one in child.entries)
        if isinstance(body, Event) and body.type != ACKNOWLEDGEMENT
    }
    copies = {(event.event_id, event.broker_at) for _, event in run.broker.published}
    yield from (
        f"an event that nobody published: {one.event_id}"
        for one in entered.values()
        if (one.event_id, one.broker_at) not in copies
    )
    order = dict.fromkeys(
        event.event_id for _, event in run.broker.published if event.event_id in entered
    )
    ruleset, calendar = run.hub.rules
    expected = hub_after((entered[each] for each in order), Hub(ruleset, calendar))
    come_to_rest(expected, run.now)
    came = Hub(ruleset, calendar, case=child.case, entries=[one.entry for one in child.entries])
    if timeline(came) != timeline(expected):
        yield f"another timeline than without faults: {child.case.child_id}"
    if _replayed(run, child) != [*told_in(child.case.child_id, came.entries)]:
        yield f"a back-test tells other than was told: {child.case.child_id}"
    if known_open_alerts(came, expected) != known_open_alerts(expected, came):
        yield f"other open alerts than without faults: {child.case.child_id}"


def _replayed(run: Run, child: Child) -> list[Announced]:
    """What the rules in force tell of the log once more, through all that had befallen the hub."""
    entries = [one.entry for one in child.entries]
    return Replay(child.case.child_id, run.hub.context).run(entries, run.now)
