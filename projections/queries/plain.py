"""A timeline as plain data, for programs: what JSON can hold, times in UTC.

Who the child is stays out, but for the hub's id: identifiers, name and date of birth are in
the notifications of those who must act, and a timeline is read by more people than that. So does
who else is named, of whom nobody learns in this child's log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.queries.knowledge import Learned
from projections.queries.period import ALWAYS, Period
from projections.queries.standing import Replaced, replaced
from projections.queries.timeline import Copy, Shown, Timeline, by_sequence
from projections.queries.words.line import Line
from projections.queries.words.lines import agency_lines, timeline_lines
from safeguarding.events import COMPANIONS, Event
from safeguarding.facts import NamedAsCompanion
from schemas.facts import CONVERTER
from schemas.moment_text import write_instant
from schemas.plain import to_plain


def timeline_as_data(timeline: Timeline, period: Period = ALWAYS) -> dict[str, Any]:
    """All entries of a period, deliveries too, with the words that people read where they do."""
    in_words = {line.sequence: line for line in timeline_lines(timeline, period)}
    fates = replaced(timeline.entries)
    copies = by_sequence(timeline.copies)
    own = _ids(timeline)
    child = timeline.child
    return {
        "child_id": str(child.child_id),
        "status": child.status,
        "known_by": list(child.schemes),
        "last_sequence": child.sequence,
        "as_known_at": _time(timeline.until),
        "from": _time(period.start),
        "to": _time(period.end),
        "entries": [
            _entry(shown, copies.get(shown.sequence, ()), in_words, fates, own)
            for shown in timeline.entries
            if period.holds(shown)
        ],
    }


def knowledge_as_data(
    timeline: Timeline,
    agency: str,
    learned: Sequence[Learned],
    until: datetime | None,
    period: Period = ALWAYS,
) -> dict[str, Any]:
    """What one agency knew of a period, in the order in which it learned it."""
    in_words = {line.sequence: line for line in agency_lines(learned, period)}
    fates = replaced(each.shown for each in learned)
    own = _ids(timeline)
    return {
        "child_id": str(timeline.child.child_id),
        "as_known_at": _time(until),
        "from": _time(period.start),
        "to": _time(period.end),
        "known_to": agency,
        "entries": [
            {
                "learned_at": _time(each.at),
                "learned_by": "notification" if each.copies else "own",
                **_entry(each.shown, each.copies, in_words, fates, own),
            }
            for each in learned
            if period.holds(each.shown)
        ],
    }


def _entry(
    shown: Shown,
    copies: Sequence[Copy],
    in_words: Mapping[int, Line],
    fates: Mapping[int, Replaced],
    own: frozenset[UUID],
) -> dict[str, Any]:
    header = shown.header
    line = in_words.get(shown.sequence)
    fate = fates.get(shown.sequence)
    return {
        "sequence": shown.sequence,
        "entry_id": str(header.entry_id),
        # What stands in another child's log would say which child that is.
        "caused_by": str(header.caused_by) if header.caused_by in own else None,
        "kind": "event" if header.event_id is not None else "fact",
        "type": header.type,
        "schema": header.schema_version,
        "entered_at": _time(header.entered_at),
        "received_at": _time(header.received_at),
        "backfilled": header.backfilled,
        "closed": shown.closed,
        "replaced_by": None if fate is None else fate.by,
        "words": None if line is None else asdict(line),
        "body": _body(shown),
        "notifications": [_copy(copy) for copy in copies],
    }


def _ids(timeline: Timeline) -> frozenset[UUID]:
    """The entries of this child's log."""
    return frozenset(each.header.entry_id for each in timeline.entries)


def _body(shown: Shown) -> dict[str, Any] | None:
    if shown.body is None:
        return None
    if isinstance(shown.body, Event):
        body = to_plain(shown.stated or {})
        # Whoever reads of this child does not learn here who else is meant.
        return {**_without(body, COMPANIONS), "event": _without(body["event"], "subject")}
    body = to_plain(CONVERTER.unstructure(shown.body))
    if isinstance(body.get("alert"), dict):
        body["alert"] = _without(body["alert"], "subject")
    if isinstance(shown.body, NamedAsCompanion):
        # By it whoever reads the other child's log would know the report.
        return _without(body, "reference")
    # Keyed hashes of identifiers serve the hub alone.
    return _without(body, "digests", "notices", "subject")


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "notification_id": str(copy.notification_id),
        "alert_id": str(copy.alert_id),
        "recipient": asdict(copy.recipient),
        "kind": copy.kind.value,
        "mode": copy.mode.value,
        "number": copy.number,
        "acknowledge_by": _time(copy.acknowledge_by),
        "reached_at": _time(copy.reached_at),
    }


def _without(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def _time(at: datetime | None) -> str | None:
    return None if at is None else write_instant(at)
