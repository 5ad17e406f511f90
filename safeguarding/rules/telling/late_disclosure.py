"""late-disclosure: a significant event told later than its class allows (3.17, 1.8).

Measured from when the agency knew of it, never from when it happened: harm of the past
that is told today is not late. It is shown kindly, to the publisher's own lead and to the
responsible authority's manager, and blames nobody.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key
from safeguarding.rules.self_harm_reports import ATTENDANCE, IN_CUSTODY, INCIDENT
from safeguarding.rules.significant_events import is_grave


class LateDisclosure:
    """One alert for each event that came late. It neither delays nor replaces another."""

    id = "late-disclosure"
    paragraphs: tuple[str, ...] = ("3.17", "1.8")
    why = (
        "What is told days late cannot be acted on in time. Seeing where it happens helps "
        "the agency to find out why."
    )
    watches = frozenset(
        {
            IN_CUSTODY,
            "custody-detention",
            "missing-report",
            ATTENDANCE,
            "hospital-admission",
            INCIDENT,
        }
    )

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Only the event itself."""
        del thresholds
        return ()

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The event's own reference."""
        del case
        return (_key(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Whether the first version of the event was received too late."""
        event = case.standing_event(about.key)
        if event is None:
            return {_key(about): None}
        allowed = thresholds["classes"].get(event.type)
        if event.version > 1 or event.backfilled or allowed is None:
            return {}
        if not _significant(event, thresholds["self_harm_codes"]):
            return {}
        late_by = _lateness(event)
        if late_by is None or late_by <= timedelta(hours=allowed["hours"]):
            return {}
        return {_key(about): _finding(event, late_by, allowed)}


def _finding(event: Event, late_by: timedelta, allowed: Mapping[str, Any]) -> Finding:
    readers = [Reader("team_manager")]
    if allowed["reader"] is not None:
        readers.append(Reader(allowed["reader"], event.agency))
    kind = event.type.replace("-", " ")
    return Finding(
        severity=Severity.MEDIUM,
        headline=f"Told after {_in_words(late_by)}: {kind}",
        what=(
            f"The hub was told of this {kind} {_in_words(late_by)} after it was known; "
            f"for others to act in time it is hoped for within {allowed['hours']} h."
        ),
        where=None,
        occurred=event.occurred,
        grounds=(event,),
        route=Route(readers=tuple(readers), tells_speakers=True),
    )


def _key(event: Event) -> str:
    return ground_key("event", event.agency, event.reference)


def _significant(event: Event, codes: Collection[str]) -> bool:
    """By its class; of an attendance only self-harm and loss of consciousness."""
    return event.type != ATTENDANCE or is_grave(event, codes)


def _lateness(event: Event) -> timedelta | None:
    known_by: datetime | None = event.known.latest
    return None if known_by is None else event.received_at - known_by


def _in_words(duration: timedelta) -> str:
    hours = duration.total_seconds() / 3600
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{round(hours)} h" if hours < 48 else f"{round(hours / 24)} days"
