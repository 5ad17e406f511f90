"""The hub's pure functions in Quix Streams. Runs in an environment of its own.

One stateful step for each event: decode and validate, take what the rules need out of the child's
state (RocksDB, with its changelog topic), evolve, decide, evolve by what was decided, put back
what changed, give the notifications. State is kept in small parts, so that an event costs the
same whatever the child's history; as one value for each child it would grow with it.

A child is what the publisher's message key says: there is nothing here that could find out that
two agencies mean one child.
"""

import json
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from quixstreams import Application
from quixstreams.kafka.configuration import ConnectionConfig
from quixstreams.models import Serializer

from bench.load import NETWORK
from projections.directory import directory_of
from safeguarding.case import Case, Changed
from safeguarding.decide import decide, keys_touched
from safeguarding.events import Event
from safeguarding.evolve import evolve
from safeguarding.facts import (
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Announcement,
    Fact,
    NetworkJoined,
)
from safeguarding.ids import NAMESPACE, entry_id, event_entry_id
from safeguarding.notification import compose
from safeguarding.ruleset import Context, RuleSet
from safeguarding.timeline import Entry
from schemas.agencies import load_agencies
from schemas.codec import decode
from schemas.events import event_from
from schemas.notifications import encode_notification
from schemas.registry import Registry, load_registry
from schemas.rulesets import load_ruleset
from schemas.validation import validate_event


@dataclass(frozen=True, slots=True)
class Hub:
    """What deciding leans on besides the child's state."""

    agency: str
    registry: Registry
    ruleset: RuleSet
    context: Context

    def take(
        self, value: bytes, key: bytes, timestamp: int, _: Any, state: Any
    ) -> Iterator[tuple[str, bytes]]:
        """The notifications (agency, message) that follow from one event."""
        decoded = decode(value, self.registry)
        if validate_event(decoded.datum, agency=self.agency, type=decoded.schema.type):
            return  # Kith would set it aside, sealed, and page.
        received_at = datetime.fromtimestamp(timestamp / 1000, UTC)
        event = event_from(
            decoded, received_at=received_at, broker_at=received_at, backfilled=False
        )
        now = datetime.now(UTC)
        context = Context(self.ruleset, self.context.directory, self.context.calendar, now)
        child = Child(state, uuid5(NAMESPACE, key.hex()), now)
        child.load(event, self.ruleset)
        case = child.case
        before = case.standing_event(event.key)
        own = child.append(event, event_entry_id(event.agency, event.event_id))
        for fact in decide(case, event, before, context):
            child.append(fact, entry_id(own, case.sequence))
            if isinstance(fact, AlertRaised | AlertUpdated | AlertWithdrawn):
                yield from self._messages(fact, case, now)
        child.keep(event, self.ruleset)

    def _messages(
        self, fact: Announcement, case: Case, now: datetime
    ) -> Iterator[tuple[str, bytes]]:
        for notice in fact.notices:
            # No number without gaps: nothing here could give one.
            said = compose(fact, notice.notification_id, case.sequence, case.child_id, now)
            yield notice.recipient.agency, encode_notification(said, self.registry)


@dataclass(slots=True)
class Child:
    """One child's state, as much of it as one event needs."""

    state: Any
    child_id: UUID
    now: datetime
    case: Case = None  # type: ignore[assignment]

    def load(self, event: Event, ruleset: RuleSet) -> None:
        """Take what deciding on this event needs."""
        self.case = Case(self.child_id)
        held = self._get("who")
        if held is None:
            for who in NETWORK:
                joined = NetworkJoined(who, "bench", self.now - timedelta(seconds=1), None)
                self.append(joined, uuid5(NAMESPACE, f"bench|{self.child_id}|{who}"))
        else:
            self.case.sequence, self.case.subject, self.case.memberships = held
        for need in ruleset.needs(event.type):
            for kind in need.types:
                for reference in self._get(_near(need.under, event, kind)) or ():
                    self._stand(reference)
        self._stand(event.key)
        for key in keys_touched(ruleset, self.case, event):
            held_alert = self._get("alert|" + "|".join(key))
            if held_alert is not None:
                self.case.alerts[key], expected = held_alert
                self.case.expectations |= {each.expectation_id: each for each in expected}
        self.case.changed = Changed()

    def append(self, body: Event | Fact, identity: UUID) -> UUID:
        """Evolve by one more entry."""
        case = self.case
        evolve(
            case,
            Entry(identity, self.child_id, case.sequence + 1, self.now, None, identity, body),
        )
        return identity

    def keep(self, event: Event, ruleset: RuleSet) -> None:
        """Put back what changed."""
        case = self.case
        self._set("who", (case.sequence, case.subject, case.memberships))
        for reference in case.changed.standings:
            self._set("standing|" + "|".join(reference), case.standings[reference])
            for need in ruleset.needs(event.type):
                if event.type in need.types:
                    name = _near(need.under, event, event.type)
                    near = self._get(name) or []
                    if reference not in near:
                        self._set(name, [*near, reference])
        for key in case.changed.alerts:
            record = case.alerts[key]
            expected = [e for e in case.expectations.values() if e.alert_id == record.alert_id]
            self._set("alert|" + "|".join(key), (record, expected))

    def _stand(self, reference: tuple[str, str]) -> None:
        standing = self._get("standing|" + "|".join(reference))
        if standing is not None:
            self.case.standings[reference] = standing

    def _get(self, name: str) -> Any:
        held = self.state.get_bytes(name)
        return None if held is None else pickle.loads(held)  # noqa: S301 - our own state

    def _set(self, name: str, value: Any) -> None:
        self.state.set_bytes(name, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def _near(under: Any, event: Event, kind: str) -> str:
    return f"near|{kind}|" + ("" if under is None else "|".join(under(event)))


class Message(Serializer):  # type: ignore[misc]
    """Of (agency, message) the message."""

    def __call__(self, value: tuple[str, bytes], ctx: Any) -> bytes:
        """Give the bytes that go on the topic."""
        del ctx
        return value[1]


def main() -> None:
    """Run until SIGTERM, on what standard input says."""
    says = json.load(sys.stdin)
    app = Application(
        broker_address=ConnectionConfig(**says["broker"]),
        consumer_group=says["group"],
        auto_offset_reset="earliest",
        state_dir=says["state_dir"],
        producer_extra_config={"linger.ms": 0},
        consumer_extra_config={"fetch.error.backoff.ms": 5},
        loglevel="WARNING",
    )
    ruleset, calendar = load_ruleset()
    directory = directory_of(load_agencies(Path(says["agencies_file"])))
    context = Context(ruleset, directory, calendar, datetime.now(UTC))
    hub = Hub(says["agency"], load_registry(), ruleset, context)
    events = app.topic(says["events"], key_deserializer="bytes", value_deserializer="bytes")
    alerts = {
        agency: app.topic(name, key_serializer="bytes", value_serializer=Message())
        for agency, name in says["alerts"].items()
    }
    decided = app.dataframe(events).apply(hub.take, stateful=True, expand=True, metadata=True)
    decided.to_topic(lambda value, *_: alerts[value[0]])
    app.run()


if __name__ == "__main__":
    main()
