"""Events in plain form that say what a row says, and nothing that it does not.

The content of an event follows from its own row alone (and the child's Header), never from the
rows beside it: so the same row gives the same event in whichever folder it comes again.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from producers.ssda903.findings import Source
from schemas.code_lists import CodeList

_LONDON = ZoneInfo("Europe/London")
_REFERENCE_BYTES = 16

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Child:
    """A child as the events name it. ``upn`` is None unless it passes its check."""

    identifier: str
    born: date | None
    upn: str | None

    def or_born(self, born: date | None) -> "Child":
        """Give the child with a row's own date of birth where the Header has none."""
        return self if self.born is not None else replace(self, born=born)


class Step(IntEnum):
    """The order of a day: on a move the old placement ends before anything new begins."""

    GOES_ON = 0
    PLACEMENT_ENDS = 1
    STATUS_BEGINS = 2
    PLACEMENT_BEGINS = 3
    MISSING = 4
    FOUND = 5
    REVIEW = 6


class Told(NamedTuple):
    """An event, the day and step of its child's history that it belongs to, and its row.

    If an earlier import told ``unless_told`` (a reference), there is no need for this event.
    """

    day: date
    step: Step
    source: Source
    event: Event
    unless_told: str = ""


class Statements:
    """Makes the events of one agency.

    ``secret`` (the agency's own) makes references opaque: without it nobody can tell whether a
    reference is that of a child whose identifier they know. Another secret makes other
    references, so that everything imported before would be said again.
    """

    def __init__(self, agency: str, secret: bytes, code_lists: Mapping[str, CodeList]) -> None:
        self._agency = agency
        self._secret = secret
        self._lists = code_lists

    def reference(self, kind: str, child: str, *rest: str) -> str:
        """Give the same opaque reference for the same thing, for example an episode's start."""
        text = "\x1f".join(("kith.ssda903", kind, child, *rest))
        digest = hmac.digest(self._secret, text.encode(), hashlib.sha256)
        return f"903-{kind}-{digest[:_REFERENCE_BYTES].hex()}"

    def code(self, field: str, code: str | None) -> dict[str, Any] | None:
        """Write a code of a column as the contract's Code."""
        return None if code is None else self._lists[field].coded(code)

    def implied(self, field: str, code: str | None) -> Mapping[str, str | bool]:
        """Tell what else a code of a column says."""
        return {} if code is None else self._lists[field].codes[code].implies

    def event(
        self,
        event_type: str,
        reference: str,
        child: Child,
        day: date,
        *,
        since_before: bool = False,
        **own: Any,
    ) -> Event:
        """Write an event of a day; ``own`` are the fields of its type.

        With ``since_before`` it was so on that day, and when it began is not known.
        """
        identifiers = [{"scheme": "local", "value": child.identifier}]
        if child.upn is not None:
            identifiers.append({"scheme": "upn", "value": child.upn})
        return {
            "type": event_type,
            "schema": 1,
            "event": {
                "agency": self._agency,
                "reference": reference,
                "version": 1,
                "occurred": unknown(day) if since_before else on(day),
                # The return does not say when the authority learned of it.
                "known": unknown(day),
                "statement": "fact",
                "subject": {"identifiers": identifiers, "born": child.born},
                "basis": "legal_obligation",
                "purpose": "care_planning",
                "labels": [],
            },
            **own,
        }


@lru_cache(maxsize=50_000)
def on(day: date) -> Mapping[str, Any]:
    """Write a day as a Moment: its midnight in London, in UTC."""
    return {"at": datetime.combine(day, time(), _LONDON).astimezone(UTC), "precision": "day"}


@lru_cache(maxsize=50_000)
def unknown(day: date) -> Mapping[str, Any]:
    """Write a Moment that is not known, with a day only for the order of the timeline."""
    return {"at": on(day)["at"], "precision": "unknown"}
