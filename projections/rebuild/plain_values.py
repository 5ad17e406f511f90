"""What headers and deliveries say, from Avro's plain values: ids as text, times as microseconds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from projections.append.drafts import Instant
from safeguarding.events import NOBODY, Event
from safeguarding.facts import Delivered, Delivery
from safeguarding.moments import Moment, Precision
from schemas.registry import Schema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRECISIONS = {each.value: each for each in Precision}


def event_of(heading: Mapping[str, Any], schema: Schema) -> Event:
    """An event as its header says: no details, and no subject."""
    received_at = instant(heading["received_at"])
    occurred_as = heading["occurred_at"], heading["occurred_precision"]
    known_at, precision = heading["known_at"], heading["known_precision"]
    occurred = _moment(*occurred_as)
    return Event(
        event_id=UUID(heading["event_id"]),
        type=heading["type"],
        schema_version=schema.version,
        agency=heading["agency"],
        reference=heading["reference"],
        version=heading["version"],
        occurred=occurred,
        known=occurred if (known_at, precision) == occurred_as else _moment(known_at, precision),
        recorded_at=None,
        received_at=received_at,
        broker_at=received_at,
        backfilled=heading["backfilled"],
        statement="",
        said_by=None,
        subject=NOBODY,
        labels=(),
        details={},
    )


def delivered_of(datum: Mapping[str, Any]) -> Delivered:
    """The fact that notifications were delivered."""
    return Delivered(
        tuple(
            Delivery(
                notification_id=UUID(each["notification_id"]),
                number=each["number"],
                partition=each["partition"],
                offset=each["offset"],
                delivered_at=instant(each["delivered_at"]),
            )
            for each in datum["deliveries"]
        )
    )


def since(heading: Mapping[str, Any], entered_at: datetime) -> Instant:
    """When the cause reached the hub. Mostly the two are one, and making a time takes time."""
    hub, real = heading["received_at"], heading["broker_at"]
    hub_at = entered_at if hub in {None, heading["entered_at"]} else instant(hub)
    return Instant(hub_at, hub_at if real in {None, hub} else instant(real))


def _moment(at: int, precision: str) -> Moment:
    return Moment(_EPOCH + timedelta(microseconds=at), _PRECISIONS[precision])


def instant(microseconds: int | None) -> Any:
    """The time that a header gives so; None where it gives none."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
