"""Ids of a schema registry: what is asked, what is remembered, and what a registry away costs."""

import copy
from typing import Any

import pytest

from schemas.codec import MAGIC, Undecodable, as_single_object, body_of, decode, with_schema_id
from schemas.registry import RegistryAway, Schema, UnknownSchema, load_registry
from schemas.registry_server import NotRegistered, subject_of
from schemas.schema_ids import (
    MOST_UNKNOWN,
    PATIENCE_SECONDS,
    PAUSE_SECONDS,
    REST_SECONDS,
    UNKNOWN_SECONDS,
    SchemaIds,
)
from tests.unit.schemas.breaking import ANOTHER_MEANING, TEN_KINDS
from tests.unit.schemas.test_codec import INCIDENT, MESSAGE

CONTRACT = load_registry()
KNOWN, FOREIGN, ABSENT = 7, 8, 9


class FakeServer:
    """Has the incident as 7 and another's schema as 8; ``away`` counts the answers that fail."""

    def __init__(self) -> None:
        self.schemas: dict[int, Any] = {
            KNOWN: INCIDENT.source,
            FOREIGN: TEN_KINDS[0].schema(INCIDENT.source),
        }
        self.away = 0
        self.asked = 0

    def _answer(self) -> None:
        self.asked += 1
        if self.away:
            self.away -= 1
            raise RegistryAway("away")

    def schema(self, schema_id: int) -> Any:
        self._answer()
        if schema_id not in self.schemas:
            raise NotRegistered("no such id")
        return copy.deepcopy(self.schemas[schema_id])

    def id_of(self, schema: Schema) -> int:
        self._answer()
        for number, source in self.schemas.items():
            if source == schema.source:
                return number
        raise NotRegistered("no such schema")


class Asking:
    """Ids over a fake server, in a time that only sleeping moves."""

    def __init__(self, **more: float) -> None:
        self.server = FakeServer()
        self.now = 1000.0
        self.told: list[str] = []
        self.ids = SchemaIds(
            self.server,
            CONTRACT,
            clock=lambda: self.now,
            sleep=self._sleep,
            tell=self.told.append,
            **more,
        )

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


def _reason(message: bytes, asking: Asking) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(message, CONTRACT.with_ids(asking.ids))
    return refused.value.reason_code


def test_a_message_with_an_id_is_the_same_message() -> None:
    message = with_schema_id(MESSAGE, KNOWN)
    assert message[:5] == b"\0\0\0\0\x07"
    registry = CONTRACT.with_ids(Asking().ids)
    assert decode(message, registry) == decode(MESSAGE, CONTRACT)
    assert body_of(message) == body_of(MESSAGE) == MESSAGE[10:]
    assert as_single_object(message, INCIDENT) == as_single_object(MESSAGE, INCIDENT) == MESSAGE


def test_an_id_is_asked_for_once() -> None:
    asking = Asking()
    assert [asking.ids.schema_of(KNOWN) for _ in range(3)] == [INCIDENT] * 3
    assert [asking.ids.id_of(INCIDENT) for _ in range(3)] == [KNOWN] * 3
    assert asking.server.asked == 2


@pytest.mark.parametrize("number", [FOREIGN, ABSENT])
def test_what_is_not_of_the_contract_is_refused_and_asked_for_seldom(number: int) -> None:
    """Fails without: _remember_unknown (three are asked)."""
    asking = Asking()
    message = with_schema_id(MESSAGE, number)
    assert [_reason(message, asking) for _ in range(3)] == ["unknown-schema"] * 3
    assert asking.server.asked == 1
    asking.server.schemas[number] = INCIDENT.source
    asking.now += UNKNOWN_SECONDS
    assert decode(message, CONTRACT.with_ids(asking.ids)).schema is INCIDENT


@pytest.mark.parametrize("one", [*TEN_KINDS, ANOTHER_MEANING], ids=lambda one: one.kind)
def test_a_schema_that_was_changed_is_none_of_the_contract(one: Any) -> None:
    """Fails without: obstacles in _of_the_contract (another meaning of the same bytes)."""
    asking = Asking()
    asking.server.schemas[KNOWN] = one.schema(INCIDENT.source)
    with pytest.raises(UnknownSchema, match="none of the contract"):
        asking.ids.schema_of(KNOWN)


@pytest.mark.parametrize("answer", [None, 7, [], "x", {}, {"type": "record"}])
def test_an_answer_that_is_no_schema_is_refused(answer: Any) -> None:
    asking = Asking()
    asking.server.schemas[KNOWN] = answer
    with pytest.raises(UnknownSchema):
        asking.ids.schema_of(KNOWN)


def test_a_registry_that_comes_back_in_time_costs_nothing_but_time() -> None:
    """Fails without: the loop in _patiently."""
    asking = Asking()
    asking.server.away = 3
    assert asking.ids.schema_of(KNOWN) is INCIDENT
    assert asking.now == 1000 + 3 * PAUSE_SECONDS
    assert asking.told == ["schema-registry-away", "schema-registry-back"]


def test_a_registry_that_stays_away_stops_nobody_for_long() -> None:
    """Fails without: the patience, which is once an outage, and the rest after it."""
    asking = Asking()
    asking.ids.schema_of(KNOWN)
    asking.server.away = 10**6
    began_at = asking.now
    reasons = [_reason(with_schema_id(MESSAGE, number), asking) for number in range(100, 1100)]
    assert set(reasons) == {"registry-away"}
    assert asking.now - began_at <= PATIENCE_SECONDS
    assert asking.server.asked <= 1 + PATIENCE_SECONDS / PAUSE_SECONDS + 1
    assert asking.ids.schema_of(KNOWN) is INCIDENT  # What is known goes on.
    assert asking.told == ["schema-registry-away"]
    asking.server.away = 0
    asking.server.schemas[100] = INCIDENT.source
    asking.now += REST_SECONDS
    assert asking.ids.schema_of(100) is INCIDENT
    assert asking.told == ["schema-registry-away", "schema-registry-back"]


def test_ids_that_nobody_has_fill_no_memory() -> None:
    asking = Asking()
    for number in range(100, 100 + MOST_UNKNOWN + 10):
        with pytest.raises(UnknownSchema):
            asking.ids.schema_of(number)
    assert len(asking.ids._unknown) <= MOST_UNKNOWN


def test_without_a_registry_such_a_message_is_refused_with_what_to_do() -> None:
    with pytest.raises(Undecodable, match="KITH_SCHEMA_REGISTRY") as refused:
        decode(with_schema_id(MESSAGE, KNOWN), CONTRACT)
    assert refused.value.reason_code == "bad-magic"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\0", "truncated"),
        (b"\0\0\0\0", "truncated"),
        (b"\0\0\0\0\x07", "truncated"),
        (with_schema_id(MESSAGE, KNOWN)[:-3], "truncated"),
        (with_schema_id(MESSAGE, KNOWN) + b"x", "trailing-bytes"),
        (b"\1\0\0\0\x07" + MESSAGE[10:], "bad-magic"),
    ],
)
def test_spoilt_messages_are_told_apart(message: bytes, reason: str) -> None:
    assert _reason(message, Asking()) == reason


def test_what_cannot_be_had_is_written_as_a_single_object() -> None:
    asking = Asking(patience_seconds=0)
    asking.server.away = 1
    assert asking.ids.id_of(INCIDENT) is None
    asking.server.schemas = {}
    asking.now += REST_SECONDS
    assert [asking.ids.id_of(INCIDENT) for _ in range(3)] == [None] * 3
    assert asking.server.asked == 2
    assert asking.told == [
        "schema-registry-away",
        "schema-registry-back",
        "schema-not-registered",
    ]


def test_a_subject_is_the_full_name_of_the_type() -> None:
    assert subject_of(INCIDENT) == "kith.events.v1.CustodyIncident"
    assert MESSAGE[:2] == MAGIC
