"""Publishes a whole file of events and accounts for each of its lines."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from producers.json_lines import Line
from producers.preparing import InvalidEvent, Prepared, Preparer
from producers.publisher import NotPublished, Publisher
from schemas.codec import body_of
from schemas.validation import FieldError

# How many events may be on their way at once: enough to keep the connection busy.
IN_FLIGHT = 500


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one line: an error if the line was refused, else a warning."""

    line: int
    error: FieldError


@dataclass(slots=True)
class Account:
    """What became of each line: accepted, refused or not confirmed, and warnings beside."""

    accepted: int = 0
    repeated: int = 0
    refused: list[Remark] = field(default_factory=list)
    unconfirmed: list[int] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def refused_lines(self) -> int:
        """How many lines were refused; one may have several errors."""
        return len({remark.line for remark in self.refused})

    @property
    def complete(self) -> bool:
        """Whether every line was accepted."""
        return not self.refused and not self.unconfirmed


def publish_lines(
    lines: Iterable[Line], preparer: Preparer, publisher: Publisher | None
) -> Account:
    """Publish the events, or only check them when there is no publisher.

    A line that is refused does not stop the others. One that repeats an earlier line with the
    same content is sent once; with other content it is refused, since the hub would have to.
    """
    account = Account()
    seen: dict[UUID, tuple[int, bytes]] = {}
    on_the_way: list[tuple[int, Prepared]] = []
    for line in lines:
        prepared = _prepare(line, preparer, account)
        if prepared is None or not _is_first(line.number, prepared, seen, account):
            continue
        account.warnings += [Remark(line.number, warning) for warning in prepared.warnings]
        on_the_way.append((line.number, prepared))
        if len(on_the_way) >= IN_FLIGHT:
            _deliver(on_the_way, publisher, account)
            on_the_way = []
    _deliver(on_the_way, publisher, account)
    return account


def _prepare(line: Line, preparer: Preparer, account: Account) -> Prepared | None:
    if line.error is not None:
        account.refused.append(Remark(line.number, line.error))
        return None
    try:
        return preparer.prepare(line.plain)
    except InvalidEvent as invalid:
        account.refused += [Remark(line.number, error) for error in invalid.errors]
        return None


def _is_first(
    number: int, prepared: Prepared, seen: dict[UUID, tuple[int, bytes]], account: Account
) -> bool:
    digest = hashlib.sha256(body_of(prepared.message)).digest()
    before, content = seen.setdefault(prepared.event_id, (number, digest))
    if before == number:
        return True
    if content == digest:
        account.repeated += 1
        return False
    error = FieldError(
        "event.version",
        f"is that of line {before} with the same reference, and the content differs",
        "give a correction the next version, and another event another reference",
    )
    account.refused.append(Remark(number, error))
    return False


def _deliver(
    events: list[tuple[int, Prepared]], publisher: Publisher | None, account: Account
) -> None:
    lost: frozenset[UUID] = frozenset()
    if publisher is not None:
        for _, prepared in events:
            publisher.send(prepared)
        try:
            publisher.flush()
        except NotPublished as error:
            lost = frozenset(error.event_ids)
    unconfirmed = [number for number, prepared in events if prepared.event_id in lost]
    account.unconfirmed += unconfirmed
    account.accepted += len(events) - len(unconfirmed)
