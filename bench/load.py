"""The load: events of many children, of which every fifth alerts three recipients."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from safeguarding.facts import Recipient
from safeguarding.identifiers import Identifier

PUBLISHER = "police"
# Able to act at any hour, so that each alert has three urgent copies whenever this runs.
NETWORK = (
    Recipient("fostering", "carers", "foster_carer"),
    Recipient("camhs", "crisis", "camhs_crisis"),
    Recipient("liaison-diversion", "desk", "liaison_and_diversion"),
)
ALERTS_EVERY = 5
# The rule that every such event meets by itself, whatever was before; others see what it adds to.
RULE = "custody-ligature"
# A child's history goes back so far.
HISTORY = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Event:
    """An event in plain form. ``alerts`` says whether it must lead to notifications by ``RULE``."""

    reference: str
    alerts: bool
    plain: dict[str, Any]
    agency: str = PUBLISHER


class Load:
    """Makes events from a seed: the same seed gives the same children and the same order."""

    def __init__(self, children: int, seed: int, run: str) -> None:
        self._random = random.Random(seed)
        self._children = children
        self.run = run

    def introduction(self, child: int, at: datetime) -> Event:
        """The first event about a child, by which the hub comes to know it."""
        return self._review(f"{self.run}-child-{child}", child, at)

    def introductions(self, at: datetime) -> Iterator[Event]:
        """One event for each child, so that the hub knows it."""
        for child in range(self._children):
            yield self.introduction(child, at)

    def event(self, number: int, at: datetime) -> Event:
        """The event with this number, about a child drawn by the seed."""
        return self.about(self._random.randrange(self._children), number, at)

    def about(self, child: int, number: int, at: datetime) -> Event:
        """The event with this number, about this child."""
        reference = f"{self.run}-{child}-{number}"
        if number % ALERTS_EVERY == 0:
            return self._ligature(reference, child, at)
        return self._review(reference, child, at)

    def history(self, child: int, count: int, until: datetime) -> Iterator[Event]:
        """``count`` events about a child, spread over the two years before ``until``."""
        for number in range(count):
            yield self.about(child, -1 - number, until - HISTORY * (count - number) / count)

    def lately(self, child: int, after: int, count: int, at: datetime) -> Iterator[Event]:
        """``count`` events about a child that has lived ``after``, all of them at one instant."""
        del after
        for number in range(count):
            yield self.about(child, number, at)

    def events_for(self, entries: int, old_share: float) -> int:
        """How many events make so many entries, ``old_share`` of them being history."""
        # Of five old events come six entries, with the alert; of five told ones seven, with the
        # fact that they were delivered.
        of_five = 6 * old_share + 7 * (1 - old_share)
        return round(entries * ALERTS_EVERY / of_five)

    def identifier(self, child: int) -> Identifier:
        """How events name a child: by the publisher's own number."""
        return Identifier("local", f"{self.run}-{child}", PUBLISHER)

    def _review(self, reference: str, child: int, at: datetime) -> Event:
        plain = {
            "type": "review",
            "event": self._header(reference, child, at),
            "kind": "looked_after",
        }
        return Event(reference, alerts=False, plain=plain)

    def _ligature(self, reference: str, child: int, at: datetime) -> Event:
        plain = {
            "type": "custody-incident",
            "event": self._header(reference, child, at),
            "custody_record": reference,
            "station": "bench",
            "kind": "ligature",
            "means": "clothing",
        }
        return Event(reference, alerts=True, plain=plain)

    def _header(self, reference: str, child: int, at: datetime) -> dict[str, Any]:
        who = self.identifier(child)
        return {
            "reference": reference,
            "occurred": at.isoformat(),
            "known": at.isoformat(),
            "statement": "fact",
            "said_by": "custody_sergeant",
            "subject": {"identifiers": [{"scheme": who.scheme, "value": who.value}]},
            "basis": "public_task",
            "purpose": "safeguarding",
        }
