"""What reaches the append: records from agencies' topics, and steps of the hub itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from safeguarding.case import Case
from safeguarding.commands import Refused
from safeguarding.companions import companions_of
from safeguarding.events import Event, Reference
from safeguarding.facts import Alert, Fact
from safeguarding.membership.briefing import OpenAlert
from safeguarding.resolution import Sorted, sort_identifiers
from safeguarding.ruleset import Context
from schemas.codec import MAGIC, Decoded, Undecodable, as_single_object, body_of, decode
from schemas.events import subject_from
from schemas.registry import Registry
from schemas.validation import validate_event


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an agency's topic, as the broker gave it.

    ``agency`` is the topic's: the topic is the proof of who spoke. ``broker_at`` is the
    broker's own time. ``scenario_time`` is the header that only a hub in scenario mode
    accepts. ``quarantine_id`` is set when a steward sends it through again.
    """

    topic: str
    agency: str
    partition: int
    offset: int
    value: bytes | None
    broker_at: datetime
    backfilled: bool
    scenario_time: str | None = None
    quarantine_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record cannot be accepted. ``detail`` names fields, never values."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Accepted:
    """A record that was decoded and found valid, outside the transaction.

    ``fault`` is the kind of error with which the hub failed to decide on it: it is appended as
    undecided. ``undecided_of`` is the child in whose log it lies undecided: it is decided now.
    """

    record: Record
    content: bytes
    decoded: Decoded
    fault: str | None = None
    undecided_of: UUID | None = None

    @property
    def type(self) -> str:
        """The type of event."""
        return self.decoded.schema.type

    @property
    def datum(self) -> dict[str, Any]:
        """What the event says, header and all."""
        return self.decoded.datum

    @property
    def event_key(self) -> tuple[str, UUID]:
        """The topic's agency and the event's id: recorded once."""
        return (self.record.agency, self.datum["event"]["event_id"])

    @property
    def reference(self) -> Reference:
        """The agency and its reference of the thing said."""
        return (self.record.agency, self.datum["event"]["reference"])

    @property
    def version(self) -> int:
        """Which version of that thing this is."""
        version: int = self.datum["event"]["version"]
        return version

    @cached_property
    def identifiers(self) -> Sorted:
        """The subject's identifiers, trusted and doubtful. An append asks three times."""
        subject = subject_from(self.datum["event"]["subject"])
        return sort_identifiers(subject.identifiers, self.record.agency)

    @cached_property
    def companions(self) -> Sorted:
        """The numbers of children that it names besides, trusted and doubtful."""
        return sort_identifiers(companions_of(self.datum), self.record.agency)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be accepted, and why."""

    record: Record
    content: bytes
    refusal: Refusal


Inbound = Accepted | Rejected


def receive(record: Record, registry: Registry, *, scenario: bool) -> Inbound:
    """Decode and validate; what is wrong becomes a refusal, never an exception.

    What is accepted goes on as a single object, however it was framed, so that the log can be read
    without a schema registry.
    """
    content = content_of(record.value)
    try:
        decoded = decode(record.value, registry)
    except Undecodable as fault:
        return Rejected(record, content, Refusal(fault.reason_code, fault.text))
    refusal = _refusal(record, decoded, scenario=scenario)
    if refusal is not None:
        return Rejected(record, content, refusal)
    if record.value is not None and not record.value.startswith(MAGIC):
        record = replace(record, value=as_single_object(record.value, decoded.schema))
    return Accepted(record, content, decoded)


def content_of(value: bytes | None) -> bytes:
    """What tells a repeat from a conflict: the hash of the body without its framing."""
    return sha256(body_of(value or b"")).digest()


def _refusal(record: Record, decoded: Decoded, *, scenario: bool) -> Refusal | None:
    if decoded.schema.family != "events":
        return Refusal("not-an-event", f"{decoded.schema.versioned_type} is no event of an agency")
    if record.scenario_time is not None and not scenario:
        return Refusal(
            "scenario-time", "a hub in production accepts no record with a scenario's time"
        )
    if record.scenario_time is not None and instant_of(record.scenario_time) is None:
        return Refusal("scenario-time", "the header kith-scenario-time is no instant with offset")
    if decoded.datum["event"]["agency"] != record.agency:
        return Refusal(
            "another-agency",
            "event.agency is not the agency whose topic this is: "
            "publish with the agency's own credentials to its own topic",
        )
    errors = validate_event(decoded.datum, agency=record.agency, type=decoded.schema.type)
    if errors:
        detail = "; ".join(f"{error.path}: {error.problem}" for error in errors)
        return Refusal("invalid", detail)
    return None


def instant_of(text: str | None) -> datetime | None:
    """The instant that a scenario's header states, None where it states none."""
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return None if instant.tzinfo is None else instant


@dataclass(frozen=True, slots=True)
class Grasp:
    """What a step may lean on besides the case.

    ``alerts`` are the alerts asked for, in full. ``unsent`` are those of the asked
    notifications that are still to be recorded as delivered. ``open_alerts`` are those of
    children whose network somebody may join.
    """

    alerts: Mapping[UUID, Alert]
    unsent: frozenset[UUID]
    open_alerts: Mapping[UUID, OpenAlert] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lapsing:
    """What a rule awaits, of which the time has come. ``ground`` is the event that opened it."""

    rule: str
    key: str
    ground: Reference


@dataclass(frozen=True, slots=True)
class Step:
    """What the hub itself adds to one child's log: a person's command, a deadline, a delivery.

    ``step_id`` makes it happen once. ``alert_ids`` and ``notification_ids`` say what
    ``decide`` needs to see, ``about`` around which events the rules do; ``lapsing`` what one rule
    awaits, with what it needs around the event that opened it. ``joins`` says that the step may
    bring somebody onto the network, who is sent the alerts that are open; ``begins`` that the log
    begins with it where there is none. ``blind`` is what is so whatever the case says: then nothing
    of it is read.
    """

    step_id: UUID
    child_id: UUID
    decide: Callable[[Case, Grasp, Context], list[Fact] | Refused]
    alert_ids: tuple[UUID, ...] = ()
    notification_ids: tuple[UUID, ...] = ()
    about: tuple[Event, ...] = ()
    joins: bool = False
    begins: bool = False
    lapsing: Lapsing | None = None
    blind: bool = False


class Fate(StrEnum):
    """What became of an arrival."""

    RECORDED = "recorded"
    UNDECIDED = "undecided"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``sequence`` is that of the event's entry, or of a step's last fact."""

    fate: Fate
    child_id: UUID | None = None
    sequence: int | None = None
    reason: str | None = None
