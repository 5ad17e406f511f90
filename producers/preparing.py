"""From an event in plain form to the message that goes on the agency's topic."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from safeguarding.identifiers import Identifier, normalised
from schemas.advice import advise
from schemas.agencies import Agencies
from schemas.cloud_events import Headers, cloud_event, source_of
from schemas.codec import MAX_EVENT_BYTES, encode, with_schema_id
from schemas.moment_text import write_instant
from schemas.plain import InvalidPlain, read_event
from schemas.registry import Registry, Schema, load_registry
from schemas.validation import FieldError, texts, validate_event

KEY_BYTES = 16
SCENARIO_TIME_HEADER = "kith-scenario-time"

_EVENT_IDS = UUID("0f5c7f0a-1d0e-5b6e-9c0b-64b7b7a2f6d1")


class InvalidEvent(ValueError):
    """The event cannot be published. ``errors`` names every field that is wrong, and no value."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(str(error) for error in self.errors))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event ready to send. ``warnings`` are for a person to check and stop nothing.

    Its text form names the event and never what it says.
    """

    event_id: UUID
    type: str
    reference: str
    version: int
    message: bytes = field(repr=False)
    key: bytes = field(repr=False)
    headers: Headers
    warnings: tuple[FieldError, ...]


def event_id_for(agency: str, reference: str, version: int) -> UUID:
    """Give the same id to the same statement whenever it is sent, so that it counts once."""
    return uuid5(_EVENT_IDS, f"{agency}\0{reference}\0{version}")


class Preparer:
    """Validates and encodes one agency's events. Threads may share it."""

    def __init__(
        self,
        agency: str,
        key_secret: bytes,
        registry: Registry | None = None,
        agencies: Agencies | None = None,
    ) -> None:
        """``key_secret`` is the agency's secret for message keys, the same on all its machines.

        With a ``registry`` that knows the ids of a schema registry, events are written in the
        Confluent wire format. With ``agencies``, who says an event is looked at too.
        """
        if len(key_secret) < KEY_BYTES:
            raise ValueError(f"the message key secret must have at least {KEY_BYTES} bytes")
        self.agency = agency
        self._key_secret = key_secret
        self._registry = registry or load_registry()
        self._agencies = agencies

    def prepare(self, plain: Mapping[str, Any], scenario_time: datetime | None = None) -> Prepared:
        """Make the message of an event in plain form (``schemas/plain.py``).

        What may be left out of ``event``: agency, version (1) and event_id. ``scenario_time`` is
        when it is sent in the time of a scenario; only a hub in scenario mode takes it. Raises
        InvalidEvent.
        """
        try:
            schema, datum = read_event(self._completed(plain), self._registry)
        except InvalidPlain as refused:
            raise InvalidEvent(refused.errors) from None
        errors = validate_event(datum, agency=self.agency, type=schema.type)
        if errors:
            raise InvalidEvent(errors)
        message = self._framed(schema, encode(schema, datum))
        if len(message) > MAX_EVENT_BYTES:
            raise InvalidEvent([_too_large(len(message), datum)])
        header = datum["event"]
        return Prepared(
            event_id=header["event_id"],
            type=schema.type,
            reference=header["reference"],
            version=header["version"],
            message=message,
            key=self._key(header),
            headers=_headers(schema, header, scenario_time),
            warnings=tuple(advise(datum, schema, self._agencies)),
        )

    def _framed(self, schema: Schema, message: bytes) -> bytes:
        """Frame it for the schema registry, if there is one and it knows this schema.

        Else it stays a single object, which the hub reads as well: that a registry is away must
        keep nobody from saying what happened to a child.
        """
        schema_id = self._registry.ids.id_of(schema) if self._registry.ids else None
        return message if schema_id is None else with_schema_id(message, schema_id)

    def _completed(self, plain: Any) -> Any:
        header = plain.get("event") if isinstance(plain, Mapping) else None
        if not isinstance(header, Mapping):
            return plain
        header = {"agency": self.agency, "version": 1, **header}
        if "event_id" not in header:
            header["event_id"] = self._event_id(header.get("reference"), header["version"])
        return {**plain, "event": header}

    def _event_id(self, reference: Any, version: Any) -> UUID:
        """Make the id; any, where reference or version is wrong and is refused for itself."""
        if isinstance(reference, str) and isinstance(version, int):
            # Half a character cannot be encoded, nor thousands of digits be written.
            with suppress(ValueError):
                return event_id_for(self.agency, reference, version)
        return UUID(int=0)

    def _key(self, header: Mapping[str, Any]) -> bytes:
        """Give one child's events one key, and so one partition; opaque without the secret."""
        identifiers = header["subject"]["identifiers"]
        if identifiers:
            first = normalised(Identifier(**identifiers[0]), self.agency)
            about = f"{first.scheme}:{first.value}"
        else:
            about = f"reference:{header['reference']}"
        digest = hmac.digest(self._key_secret, about.encode(), hashlib.sha256)
        return digest[:KEY_BYTES]


def partition_for(key: bytes, partitions: int) -> int:
    """Choose the partition; said here once, since Kafka's clients disagree about it."""
    return int.from_bytes(key[:4], "big") % partitions


def _headers(schema: Schema, header: Mapping[str, Any], scenario_time: datetime | None) -> Headers:
    attributes = cloud_event(
        schema,
        event_id=header["event_id"],
        source=source_of(header["agency"]),
        at=header["occurred"]["at"],
    )
    if scenario_time is None:
        return attributes
    return (*attributes, (SCENARIO_TIME_HEADER, write_instant(scenario_time).encode()))


def _too_large(size: int, datum: Mapping[str, Any]) -> FieldError:
    longest, _ = max(texts(datum), key=lambda text: len(text[1]))
    return FieldError(
        longest,
        "is the longest text of an event that"
        f" has {size:,} bytes where at most {MAX_EVENT_BYTES:,} are taken",
        "shorten it, and refer to documents instead of sending them",
    )
