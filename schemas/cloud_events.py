"""The attributes of CloudEvents 1.0 as Kafka headers, in the binary content mode of its binding.

The record's key comes from what no header may hold, so there is no ``partitionkey``: the binding
forbids an attribute for a key that is not one of the event's own.
"""

from datetime import datetime
from uuid import UUID

from schemas.moment_text import write_instant
from schemas.registry import Schema

Headers = tuple[tuple[str, bytes], ...]

HUB_SOURCE = "urn:kith:hub"


def source_of(agency: str) -> str:
    """What an agency's events come from; with their id it names one statement."""
    return f"urn:kith:agency:{agency}"


def cloud_event(schema: Schema, *, event_id: UUID, source: str, at: datetime) -> Headers:
    """The headers of a message of this schema. ``at`` is when it happened, or was decided."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event_id).encode()),
        ("ce_source", source.encode()),
        ("ce_type", schema.versioned_type.encode()),
        ("ce_time", write_instant(at).encode()),
        # The binding gives the attribute datacontenttype this name.
        ("content-type", b"application/avro"),
    )
