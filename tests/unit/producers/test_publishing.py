import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from producers.json_lines import Line
from producers.preparing import Prepared, Preparer
from producers.publisher import NotPublished, Publisher
from producers.publishing import IN_FLIGHT, Account, publish_lines
from schemas.validation import FieldError
from tests.unit.schemas.events import incident

PREPARER = Preparer("police", b"secret of 16 or more bytes")


class Recorded(Publisher):
    """Takes events as a publisher does and keeps them; loses those it is told to."""

    def __init__(self, lose: frozenset[UUID] = frozenset()) -> None:
        self.sent: list[UUID] = []
        self.most_in_flight = 0
        self._waiting: list[UUID] = []
        self._lose = lose

    def send(self, prepared: Prepared) -> Any:
        self._waiting.append(prepared.event_id)
        self.most_in_flight = max(self.most_in_flight, len(self._waiting))

    def flush(self) -> Any:
        lost = [event_id for event_id in self._waiting if event_id in self._lose]
        self.sent += self._waiting
        self._waiting = []
        if lost:
            raise NotPublished(lost, "RequestTimedOutError")


def _event(reference: str, **own: Any) -> dict[str, Any]:
    plain = incident(**own)
    plain["event"]["reference"] = reference
    del plain["event"]["event_id"]
    return plain


def _lines(*events: Any) -> Iterator[Line]:
    for number, event in enumerate(events, start=1):
        error = event if isinstance(event, FieldError) else None
        yield Line(number, None if error else event, error)


def _publish(*events: Any, publisher: Publisher | None = None) -> Account:
    return publish_lines(_lines(*events), PREPARER, publisher or Recorded())


def test_every_line_is_accounted_for() -> None:
    publisher = Recorded()
    account = _publish(
        _event("A"),
        FieldError("", "is not valid JSON", "write JSON"),
        _event("B", kind="x", station=7),
        _event("C", station=""),
        publisher=publisher,
    )
    assert account.accepted == len(publisher.sent) == 2
    assert [(r.line, r.error.path) for r in account.refused] == [
        (2, ""),
        (3, "station"),
        (3, "kind"),
    ]
    assert account.refused_lines == 2
    assert [(r.line, r.error.path) for r in account.warnings] == [(4, "station")]
    assert not account.complete


def test_a_line_that_repeats_another_is_sent_once() -> None:
    publisher = Recorded()
    account = _publish(_event("A"), _event("B"), _event("A"), publisher=publisher)
    assert (account.accepted, account.repeated, len(publisher.sent)) == (2, 1, 2)
    assert account.complete


def test_the_same_reference_and_version_with_other_content_is_refused() -> None:
    account = _publish(_event("A"), _event("A", kind="unconscious"), _event("A"))
    assert (account.accepted, account.repeated) == (1, 1)
    (remark,) = account.refused
    assert (remark.line, remark.error.path) == (2, "event.version")
    assert "line 1" in remark.error.problem


def test_what_the_broker_did_not_confirm_is_named_by_line() -> None:
    lost = PREPARER.prepare(_event("B")).event_id
    publisher = Recorded(lose=frozenset({lost}))
    account = _publish(_event("A"), _event("B"), _event("C"), publisher=publisher)
    assert (account.accepted, account.unconfirmed) == (2, [2])
    assert not account.complete


def test_checking_sends_nothing() -> None:
    account = publish_lines(_lines(_event("A"), _event("B", kind="x")), PREPARER, None)
    assert (account.accepted, account.refused_lines) == (1, 1)


def test_a_large_file_is_sent_in_parts() -> None:
    publisher = Recorded()
    account = _publish(*(_event(f"R{n}") for n in range(IN_FLIGHT + 1)), publisher=publisher)
    assert account.accepted == len(publisher.sent) == IN_FLIGHT + 1
    assert publisher.most_in_flight == IN_FLIGHT


@pytest.mark.parametrize("marker", ["9991234004", "Alex Sample", "Northgate"])
def test_an_account_holds_no_values(marker: str) -> None:
    event = _event("A", station=["Northgate"], means={"Alex Sample": 1})
    assert marker == "Alex Sample" or marker in json.dumps(event)
    assert marker not in repr(_publish(event))
