"""The whole import: read a folder, tell its events, give them versions, send them.

Sending the same folder again adds nothing, since references, versions and ids are the same. So
after any failure the answer is to run it again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from producers.preparing import InvalidEvent, Prepared
from producers.ssda903.findings import Findings, Outcome
from producers.ssda903.ledger import Ledger
from producers.ssda903.mapping import told_of_each_child
from producers.ssda903.reading import Return, read_return
from producers.ssda903.statements import Statements, Told
from schemas.code_lists import CodeList

# As many as are on their way at once: enough to keep the connection busy.
MOST_IN_FLIGHT = 500
# With a rate, this often a second something is sent, so that the load is even.
BURSTS_PER_SECOND = 10


class Sender(Protocol):
    """What sends events: a Publisher, or nothing in a dry run."""

    def send(self, prepared: Prepared) -> object:
        """Take an event to send."""

    def flush(self) -> object:
        """Wait until all that was taken is confirmed."""


class Nowhere:
    """Sends nothing: for a dry run."""

    def send(self, prepared: Prepared) -> None:
        """Take an event and forget it."""

    def flush(self) -> None:
        """Find nothing to wait for."""


class Clock(Protocol):
    """Time as it passes, for pacing and measuring."""

    def monotonic(self) -> float:
        """Give seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


@dataclass(slots=True)
class Account:
    """What became of a folder. ``failure`` is empty, or says why not all was sent."""

    children: int = 0
    read: Mapping[str, int] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    corrections: int = 0
    confirmed: int = 0
    reading_seconds: float = 0.0
    sending_seconds: float = 0.0
    failure: str = ""

    @property
    def events_per_second(self) -> float:
        """Events mapped, encoded and confirmed a second, reading of the files left out."""
        return self.confirmed / self.sending_seconds if self.sending_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Importer:
    """What an import needs beside the folder.

    ``prepare`` validates and encodes (a Preparer's or Publisher's); ``rate`` is at most so many
    events a second, or None for as many as go; ``today`` tells dates that are to come; ``failures``
    are what the sender raises when it cannot send; ``progress`` is called with how many events are
    confirmed.
    """

    statements: Statements
    code_lists: Mapping[str, CodeList]
    ledger: Ledger
    prepare: Callable[[Mapping[str, object]], Prepared]
    sender: Sender
    clock: Clock
    today: date
    failures: tuple[type[Exception], ...] = ()
    rate: float | None = None
    progress: Callable[[int], None] = lambda _: None

    def run(self, folder: Path, findings: Findings) -> Account:
        """Import a folder and account for it; what there is to say of rows goes to ``findings``.

        Raises FolderRefusedError when there is nothing to import. A broker that fails ends the
        run with ``failure`` in the account.
        """
        started = self.clock.monotonic()
        read = read_return(folder, self.code_lists, findings, self.today)
        mapped = self.clock.monotonic()
        account = Account(read=read.rows_read, reading_seconds=mapped - started)
        try:
            for some in self._in_parcels(self._versioned(read, findings, account)):
                self._deliver(some, account, mapped)
        except self.failures as error:
            account.failure = (
                f"{error}. {account.confirmed} events were confirmed before. Run the same command"
                " again once the cause is mended: what has arrived is not taken twice."
            )
        account.sending_seconds = self.clock.monotonic() - mapped
        return account

    def _versioned(self, read: Return, findings: Findings, account: Account) -> Iterator[Prepared]:
        for told in told_of_each_child(read, self.statements, findings):
            account.children += bool(told)
            for one in told:
                prepared = self._prepared(one, findings)
                if prepared is not None:
                    account.events[prepared.type] += 1
                    account.corrections += prepared.version > 1
                    yield prepared

    def _prepared(self, told: Told, findings: Findings) -> Prepared | None:
        event, doubt = self.ledger.versioned(told.event, told.unless_told)
        if doubt:
            findings.add(doubt, told.source)
        if event is None:
            return None
        try:
            return self.prepare(event)
        except InvalidEvent as invalid:
            findings.add("event-invalid", told.source, invalid.errors[0].path)
            return None

    def _in_parcels(self, events: Iterator[Prepared]) -> Iterator[list[Prepared]]:
        size = MOST_IN_FLIGHT
        if self.rate is not None:
            size = max(1, min(size, int(self.rate / BURSTS_PER_SECOND)))
        parcel: list[Prepared] = []
        for event in events:
            parcel.append(event)
            if len(parcel) == size:
                yield parcel
                parcel = []
        if parcel:
            yield parcel

    def _deliver(self, parcel: list[Prepared], account: Account, started: float) -> None:
        # A version that was given once must never be given to other content, so it is saved first.
        self.ledger.save()
        if self.rate is not None:
            due = started + account.confirmed / self.rate
            self.clock.sleep(max(0.0, due - self.clock.monotonic()))
        for prepared in parcel:
            self.sender.send(prepared)
        self.sender.flush()
        account.confirmed += len(parcel)
        self.progress(account.confirmed)


def counts(account: Account, findings: Findings) -> Mapping[str, int]:
    """Say what became of the rows: read, accepted, duplicate, refused; each row counts once."""
    refused = {f.source for f in findings.all if f.outcome is Outcome.REFUSED}
    duplicate = {f.source for f in findings.all if f.outcome is Outcome.DUPLICATE}
    read = sum(account.read.values())
    return {
        "read": read,
        "accepted": read - len(refused) - len(duplicate),
        "duplicate": len(duplicate),
        "refused": len(refused),
    }
