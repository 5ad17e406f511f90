"""A child's log for tests of wording: what was said and decided, in order, without a database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from projections.queries.children import KnownChild
from projections.queries.timeline import Copy, Shown, Timeline
from projections.queries.words.line import Line
from projections.queries.words.lines import timeline_lines
from safeguarding.events import Event, Subject
from safeguarding.facts import (
    Alert,
    Fact,
    Ground,
    Mode,
    NotificationKind,
    Recipient,
    Severity,
)
from safeguarding.ids import NAMESPACE
from safeguarding.moments import Moment, Precision
from schemas.codec import Decoded
from schemas.envelope import EntryHeader
from schemas.events import event_from
from schemas.facts import fact_type
from schemas.plain import read_event
from tests.unit.rules.said import Said, london, registry

CHILD = UUID("4f0c8a1e-0000-4000-8000-000000000001")
ALERT = UUID("11111111-1111-4111-8111-111111111111")
EDT = Recipient("social-care", "edt", "edt")
CAMHS = Recipient("camhs", "community", "camhs_community")
CUSTODY = Recipient("police", "custody", "custody_sergeant")
NIGHT = "2021-10-02 02:41"


def alert(**changes: Any) -> Alert:
    """A critical alert of the custody night."""
    given: dict[str, Any] = {
        "alert_id": ALERT,
        "rule": "custody-ligature",
        "ruleset": "1",
        "key": "record:police:CR-1",
        "severity": Severity.CRITICAL,
        "level": 1,
        "revision": 1,
        "headline": "In custody: ligature",
        "what": "Ligature; with a shoe lace.",
        "where": "north",
        "why": "She is in danger there.",
        "paragraphs": ("3.17", "1.8"),
        "subject": Subject(()),
        "occurred": Moment(london("2021-10-02 02:40"), Precision.MINUTE),
        "late_seconds": 60,
        "grounds": (),
        "settled": False,
    }
    return Alert(**given | changes)


def ground(said: Said, received_at: str) -> Ground:
    """What a rule decided from."""
    event = said.received(london(received_at))
    return Ground(
        event.agency,
        event.reference,
        event.version,
        event.type,
        event.occurred,
        event.known,
        event.received_at,
    )


@dataclass
class Log:
    """Grows like a real one: each entry gets the next place."""

    entries: list[Shown] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)

    def say(self, said: Said, at: str = NIGHT, **header: Any) -> Shown:
        """An agency's event; ``header`` changes what its own header says."""
        plain = said.plain()
        plain["event"] |= header
        schema, datum = read_event(plain, registry())
        received_at = london(at)
        event = event_from(
            Decoded(schema, datum),
            received_at=received_at,
            broker_at=received_at,
            backfilled=said.backfilled,
        )
        return self._add(Shown(self._header(event.type, received_at, event), event, datum))

    def decide(self, fact: Fact, at: str = NIGHT, cause: Shown | None = None) -> Shown:
        """A fact of the hub."""
        header = self._header(fact_type(fact), london(at), None, cause)
        return self._add(Shown(header, fact))

    def close(self, shown: Shown, why: str) -> None:
        """The body of an entry cannot be opened any more."""
        self.entries[shown.sequence - 1] = Shown(shown.header, None, closed=why)

    def tell(self, shown: Shown, recipient: Recipient, **changes: Any) -> Copy:
        """A recipient's copy of what a fact announces; ``reached`` and ``by`` are London times."""
        reached, by = changes.pop("reached", None), changes.pop("by", None)
        given: dict[str, Any] = {
            "notification_id": uuid5(NAMESPACE, f"{shown.sequence}{recipient}"),
            "alert_id": ALERT,
            "sequence": shown.sequence,
            "recipient": recipient,
            "kind": NotificationKind.RAISED,
            "mode": Mode.URGENT,
            "acknowledge_by": london(by) if by else None,
            "number": 1,
            "reached_at": london(reached) if reached else None,
        }
        copy = Copy(**given | changes)
        self.copies.append(copy)
        return copy

    @property
    def timeline(self) -> Timeline:
        child = KnownChild(CHILD, "known", len(self.entries), ("nhs-number",))
        return Timeline(child, self.entries, self.copies)

    def line(self, shown: Shown) -> Line:
        """The line of one entry, as it stands in the whole timeline."""
        return next(each for each in self.lines() if each.sequence == shown.sequence)

    def lines(self) -> list[Line]:
        return timeline_lines(self.timeline)

    def _add(self, shown: Shown) -> Shown:
        self.entries.append(shown)
        return shown

    def _header(
        self, kind: str, at: datetime, event: Event | None, cause: Shown | None = None
    ) -> EntryHeader:
        sequence = len(self.entries) + 1
        entry_id = uuid5(NAMESPACE, f"test|{sequence}")
        return EntryHeader(
            entry_id=entry_id,
            child_id=CHILD,
            sequence=sequence,
            type=kind,
            schema_version=1,
            body_fingerprint=bytes(8),
            previous_hash=bytes(32),
            body_digest=bytes(32),
            labels=(),
            append_id=entry_id,
            append_size=1,
            append_index=0,
            caused_by=cause.header.entry_id if cause else None,
            correlation_id=entry_id,
            agency=event.agency if event else None,
            event_id=event.event_id if event else None,
            reference=event.reference if event else None,
            version=event.version if event else None,
            occurred_at=event.occurred.at if event else None,
            occurred_precision=event.occurred.precision.value if event else None,
            known_at=event.known.at if event else None,
            known_precision=event.known.precision.value if event else None,
            recorded_at=None,
            received_at=at,
            broker_at=at,
            entered_at=at,
            backfilled=event.backfilled if event else False,
            ruleset="1",
        )
