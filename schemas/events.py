"""Events of agencies: from a decoded Avro message to what the domain sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safeguarding.events import Event, Subject
from safeguarding.identifiers import Identifier
from safeguarding.moments import Moment, Precision

if TYPE_CHECKING:
    from datetime import datetime

    from schemas.codec import Decoded


def event_from(
    decoded: Decoded, *, received_at: datetime, broker_at: datetime, backfilled: bool
) -> Event:
    """The event that a decoded message states.

    ``received_at`` is the hub's time of receipt, ``broker_at`` the broker's clock then.
    The message must have passed :mod:`schemas.validation`.
    """
    header = decoded.datum["event"]
    return Event(
        event_id=header["event_id"],
        type=decoded.schema.type,
        schema_version=decoded.schema.version,
        agency=header["agency"],
        reference=header["reference"],
        version=header["version"],
        occurred=moment_from(header["occurred"]),
        known=moment_from(header["known"]),
        recorded_at=header["recorded_at"],
        received_at=received_at,
        broker_at=broker_at,
        backfilled=backfilled,
        statement=header["statement"],
        said_by=header["said_by"],
        subject=subject_from(header["subject"]),
        labels=tuple(header["labels"]),
        details={name: value for name, value in decoded.datum.items() if name != "event"},
        subject_view=header["subject_view"],
    )


def moment_from(datum: dict[str, Any]) -> Moment:
    """A Moment from its Avro record."""
    return Moment(datum["at"], Precision(datum["precision"]))


def subject_from(datum: dict[str, Any]) -> Subject:
    """A Subject from its Avro record."""
    return Subject(
        identifiers=tuple(
            Identifier(each["scheme"], each["value"], each["issuer"])
            for each in datum["identifiers"]
        ),
        name=datum["name"],
        born=datum["born"],
    )
