"""A load of lives like Child K's: what all rules together have to do with.

The seven months are the busiest life that Kith knows: two hundred events of twelve agencies, of
some seventy kinds. Each child of this load lives a part of it, another than its neighbour's, up to
now; what is published then goes on where its part ends. The ligatures are those of ``Load``.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Self
from uuid import UUID, uuid5

from bench.latency import Path
from bench.load import ALERTS_EVERY, PUBLISHER, Event, Load
from kith.scenario.library import WHOLE, path_of
from kith.settings import AGENCIES_FILE, Settings
from producers.preparing import Prepared
from producers.publisher import Publisher
from producers.scenario import Publish, load
from safeguarding.identifiers import Identifier
from safeguarding.ids import NAMESPACE
from schemas.agencies import load_agencies
from schemas.principals import agency_principal

# Of an event come about so many entries: alerts, what is awaited, deliveries.
_ENTRIES_OF_ONE = 4.5
# Who the child is to the authority and where she lives, before any part of her life.
_BEGINS_WITH = 5
_STARTS = 100
# Ten digits that the NHS keeps for tests begin so.
_NHS_NUMBERS = 999_100_000
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T.+)?")


@dataclass(frozen=True, slots=True)
class _Told:
    """An event of the story, and when it was told."""

    at: datetime
    agency: str
    plain: Mapping[str, Any]


@cache
def _story() -> tuple[_Told, ...]:
    story = load(path_of(WHOLE), load_agencies(AGENCIES_FILE))
    published = [(step.at, step.action) for step in story.steps]
    return tuple(
        _Told(at, action.agency, action.event)
        for at, action in published
        if isinstance(action, Publish)
    )


class Lives(Load):
    """See the module. ``lived`` is how much of its part each child has behind it already."""

    def __init__(self, children: int, seed: int, run: str, lived: int = 0) -> None:
        super().__init__(children, seed, run)
        self._lived: Counter[int] = Counter(dict.fromkeys(range(children), lived))

    def about(self, child: int, number: int, at: datetime) -> Event:
        """The ligatures of the load; between them, what comes next in the child's life."""
        if number % ALERTS_EVERY == 0:
            return super().about(child, number, at)
        place = self._lived[child]
        self._lived[child] += 1
        return self._event(child, place, at)

    def history(self, child: int, count: int, until: datetime) -> Iterator[Event]:
        """Its first events, as far apart as in the story; the last of them at ``until``."""
        last = self._told(child, count - 1).at
        for place in range(count):
            yield self._event(child, place, until - (last - self._told(child, place).at))

    def lately(self, child: int, after: int, count: int, at: datetime) -> Iterator[Event]:
        """What comes after so many."""
        for place in range(after, after + count):
            yield self._event(child, place, at)

    def events_for(self, entries: int, old_share: float) -> int:
        """How many events make about so many entries."""
        del old_share
        return round(entries / _ENTRIES_OF_ONE)

    def identifier(self, child: int) -> Identifier:
        """By an NHS number for tests, since twelve agencies speak of her."""
        return Identifier("nhs-number", _nhs_numbers()[child], None)

    def _told(self, child: int, place: int) -> _Told:
        story = _story()
        if place < _BEGINS_WITH:
            return story[place]
        rest = len(story) - _BEGINS_WITH
        return story[_BEGINS_WITH + (place - _BEGINS_WITH + child % _STARTS) % rest]

    def _event(self, child: int, place: int, at: datetime) -> Event:
        told = self._told(child, place)
        # Beyond the end of the story a life begins anew, and what it says is said anew.
        turn = (place + child % _STARTS) // len(_story())
        names = f"{self.run}-{child}-{turn}."
        plain = _moved(told.plain, at - told.at, f"{WHOLE}.", names)
        header = plain["event"]
        header["event_id"] = str(uuid5(NAMESPACE, f"{header['event_id']}|{names}"))
        who = self.identifier(child)
        header["subject"]["identifiers"] = [{"scheme": who.scheme, "value": who.value}]
        return Event(header["reference"], alerts=False, plain=plain, agency=told.agency)


@cache
def _nhs_numbers(count: int = 2_000) -> tuple[str, ...]:
    found: list[str] = []
    first = _NHS_NUMBERS
    while len(found) < count:
        digits = str(first)
        check = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
        if check < 10:
            found.append(f"{digits}{check}")
        first += 1
    return tuple(found)


def _moved(value: Any, by: timedelta, old: str, new: str) -> Any:
    """The same, with every time moved and every name of a statement made this child's own."""
    match value:
        case dict():
            return {name: _moved(each, by, old, new) for name, each in value.items()}
        case list():
            return [_moved(each, by, old, new) for each in value]
        case str() if value.startswith(old):
            return new + value.removeprefix(old)
        case str() if _TIME.fullmatch(value) is not None:
            if "T" in value:
                return (datetime.fromisoformat(value) + by).isoformat(timespec="seconds")
            return (date.fromisoformat(value) + by).isoformat()
        case _:
            return value


class Publishers:
    """The warm publishers of all agencies, as one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._publishers: dict[str, Publisher] = {}
        self._of: dict[UUID, Publisher] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._open.close()

    def prepare(self, plain: Mapping[str, Any]) -> Prepared:
        """As the agency's own publisher does that the event names."""
        agency = plain["event"].get("agency", PUBLISHER)
        publisher = self._publishers.get(agency) or self._publisher(agency)
        prepared = publisher.prepare(plain)
        self._of[prepared.event_id] = publisher
        return prepared

    def send(self, prepared: Prepared) -> None:
        """Send by the agency's own publisher."""
        self._of[prepared.event_id].send(prepared)

    def flush(self) -> None:
        """Wait until all is there. Raises NotPublished."""
        for publisher in self._publishers.values():
            publisher.flush()

    def _publisher(self, agency: str) -> Publisher:
        access = self._settings.kafka(agency_principal(agency))
        secret = self._settings.message_key_secret(agency)
        publisher = Publisher(agency, access, key_secret=secret)
        self._publishers[agency] = self._open.enter_context(publisher)
        return publisher


@dataclass(frozen=True, slots=True)
class PathOfAll(Path):
    """The way through the hub for all agencies at once."""

    settings: Settings

    @contextmanager
    def publisher(self) -> Iterator[Publishers]:  # type: ignore[override]
        """Warm publishers of all agencies."""
        with Publishers(self.settings) as publishers:
            yield publishers
