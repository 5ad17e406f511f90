"""What agencies say, in the fewest words that a spec needs.

Times are written as the clock in London shows them (``2021-10-02 02:41``), with an offset where
that is not enough (``2021-10-31 01:30+00:00``), or as a day (``2021-10-02``) or ``unknown``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from producers.preparing import event_id_for
from safeguarding.events import Event
from schemas.codec import Decoded
from schemas.events import event_from
from schemas.plain import read_event
from schemas.registry import Registry, load_registry

LONDON = ZoneInfo("Europe/London")
NHS_NUMBER = "9991234004"

NIGHT = "2021-10-02 02:40"
"""A Saturday at night: the office is closed and the emergency duty team on duty."""

MORNING = "2021-10-05 10:00"
"""A Tuesday in office hours."""


def london(text: str) -> datetime:
    """The instant at which the clock in London shows this."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)


@cache
def registry() -> Registry:
    return load_registry()


@dataclass(frozen=True)
class Said:
    """One version of one statement of an agency. ``known`` is as ``occurred`` where left out."""

    type: str
    agency: str
    reference: str
    occurred: str
    known: str | None
    said_by: str | None
    details: Mapping[str, Any]
    version: int = 1
    backfilled: bool = False
    schema: int = 1
    why_corrected: str = "wrong_detail"
    identifiers: tuple[Mapping[str, str], ...] = field(
        default=({"scheme": "nhs-number", "value": NHS_NUMBER},)
    )

    def corrected(self, **changes: Any) -> "Said":
        """The next version; ``changes`` are of occurred, known or what the event itself says."""
        own = {name: changes.pop(name) for name in ("occurred", "known") if name in changes}
        return replace(self, version=self.version + 1, details={**self.details, **changes}, **own)

    def retracted(self) -> "Said":
        """The agency takes back the whole statement."""
        details = {"reason": "entered_in_error"}
        return replace(self, type="retraction", version=self.version + 1, schema=1, details=details)

    def as_history(self) -> "Said":
        """The same on the agency's backfill topic."""
        return replace(self, backfilled=True)

    def plain(self) -> dict[str, Any]:
        """As ``kith publish`` takes it."""
        header: dict[str, Any] = {
            "event_id": str(event_id_for(self.agency, self.reference, self.version)),
            "agency": self.agency,
            "reference": self.reference,
            "version": self.version,
            "occurred": _moment(self.occurred),
            "known": _moment(self.known or self.occurred),
            "statement": "fact",
            "said_by": self.said_by,
            "subject": {"identifiers": list(self.identifiers)},
            "basis": "public_task",
            "purpose": "safeguarding",
        }
        if self.version > 1 and self.type != "retraction":
            header["correction"] = {"reason": self.why_corrected}
        return {"type": self.type, "schema": self.schema, "event": header, **self.details}

    def received(self, at: datetime) -> Event:
        """The event as the hub sees it when it is received at that instant."""
        schema, datum = read_event(self.plain(), registry())
        return event_from(
            Decoded(schema, datum), received_at=at, broker_at=at, backfilled=self.backfilled
        )


def _moment(text: str) -> Any:
    if text == "unknown":
        return {"at": "2021-10-01T00:00:00Z", "precision": "unknown"}
    return text if len(text) == len("2021-10-02") else london(text).isoformat()


def incident(
    kind: str,
    occurred: str = NIGHT,
    *,
    known: str | None = None,
    record: str = "CR-1",
    reference: str | None = None,
    said_by: str = "custody_sergeant",
    **details: Any,
) -> Said:
    """Police: something happened to the child in custody."""
    says = {"custody_record": record, "station": "north", "kind": kind, **details}
    name = reference or f"{record}/{kind}/{occurred}"
    return Said("custody-incident", "police", name, occurred, known, said_by, says)


def detention(
    occurred: str, *, known: str | None = None, record: str = "CR-1", **details: Any
) -> Said:
    """Police: the child was detained."""
    says = {"custody_record": record, "station": "north", **details}
    return Said("custody-detention", "police", record, occurred, known, "custody_sergeant", says)


def arrest(
    occurred: str, *, record: str | None = "CR-1", reference: str = "AR-1", **details: Any
) -> Said:
    """Police: the child was arrested; the custody record is None where none was opened."""
    says = {"custody_record": record, "ground": "offence", **details}
    return Said("custody-arrest", "police", reference, occurred, None, "arresting_officer", says)


def release(
    occurred: str, *, record: str = "CR-1", reference: str | None = None, **details: Any
) -> Said:
    """Police: the child was released from custody."""
    says = {"custody_record": record, "station": "north", "outcome": "bailed", **details}
    name = reference or f"{record}/release"
    return Said("custody-release", "police", name, occurred, None, "custody_sergeant", says)


def adults_report(
    occurred: str,
    *,
    record: str = "CR-1",
    agency: str = "liaison-diversion",
    who: str = "volunteer",
    reference: str = "AA-1",
) -> Said:
    """The appropriate adult reports: not always from the force whose record it is."""
    says = {"custody_record": record, "who": who, "self_harm": "not_known"}
    return Said("appropriate-adult-report", agency, reference, occurred, None, None, says)


def report(
    episode: str,
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "police",
    said_by: str | None = "missing_coordinator",
    reported_by: str = "placement",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """The child is reported missing; an episode has one reference unless the spec says other."""
    says = {"episode": episode, "reported_by": reported_by, "kind": "missing", **details}
    name = reference or f"{episode}/report"
    return Said("missing-report", agency, name, occurred, known, said_by, says)


def found(
    episode: str,
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "police",
    said_by: str | None = "missing_coordinator",
    found_by: str | None = "police",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """The missing child is found."""
    says = {"episode": episode, "found_by": found_by, **details}
    name = reference or f"{episode}/found"
    return Said("missing-found", agency, name, occurred, known, said_by, says)


def placed(
    placement: str,
    occurred: str,
    *,
    kind: str = "K2",
    known: str | None = None,
    registration: str = "registered",
    said_by: str | None = None,
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Social care: a placement starts. K2 is a children's home, T0 a temporary absence."""
    code = {"system": "ssda903.place", "code": kind}
    says = {"placement": placement, "kind": code, "registration": registration, **details}
    name = reference or f"{placement}/start"
    return Said("placement-start", "social-care", name, occurred, known, said_by, says)


def left(
    placement: str,
    occurred: str,
    *,
    known: str | None = None,
    planned: bool | None = None,
    ended_by: str = "not_known",
    said_by: str | None = None,
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Social care: a placement ends."""
    says = {"placement": placement, "ended_by": ended_by, "planned": planned, **details}
    name = reference or f"{placement}/end"
    return Said("placement-end", "social-care", name, occurred, known, said_by, says)


def attendance(
    occurred: str,
    *,
    known: str | None = None,
    self_harm: str = "yes",
    unconscious: bool | None = None,
    reference: str = "ED-1",
    **details: Any,
) -> Said:
    """Hospital: the child came to the emergency department."""
    says = {"site": "RXX01", "self_harm": self_harm, "unconscious": unconscious, **details}
    return Said("emergency-attendance", "acute-trust", reference, occurred, known, "a_and_e", says)


CODED: Mapping[str, Any] = {
    "complaint": {"system": "snomed-ct", "code": "248062006", "display": "Self-harm"},
}
"""Of an attendance: the code that is picked for self-harm."""


def admission(
    occurred: str,
    *,
    known: str | None = None,
    reference: str = "SP-1",
    follows: str | None = None,
    **details: Any,
) -> Said:
    """Hospital: the child was admitted, because of what it called ``follows``."""
    says = {"site": "RXX01", "spell": reference, "follows_reference": follows, **details}
    return Said("hospital-admission", "acute-trust", reference, occurred, known, "ward", says)


def harmed(
    method: str,
    occurred: str = NIGHT,
    *,
    known: str | None = None,
    agency: str = "acute-trust",
    said_by: str = "ward",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """A ward, unless the spec says other: the child harmed herself."""
    name = reference or f"{method}/{occurred}"
    says = {"method": method, **details}
    return Said("self-harm-incident", agency, name, occurred, known, said_by, says)


def assessed(
    step: str, occurred: str, *, site: str = "RXX01", reference: str | None = None
) -> Said:
    """Mental health: how far the psychosocial assessment at this hospital has come."""
    name = reference or f"PSA/{step}"
    says = {"site": site, "step": step}
    return Said("psychosocial-assessment", "camhs", name, occurred, None, None, says)


def other(occurred: str, reference: str = "LS-1") -> Said:
    """Social care says something that no rule watches."""
    says = {"status": {"system": "ssda903.legal-status", "code": "C2"}}
    return Said("legal-status", "social-care", reference, occurred, None, "social_worker", says)
