"""Rows that a statement is given come to PostgreSQL as they are."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import psycopg
import pytest

from projections.database import Given, asks_for_something, fetch_each
from safeguarding.office import LONDON
from tests.integration.append.hub import AppendHub

GIVEN = Given(
    "id uuid, words text, several text[], small smallint, number int, large bigint, "
    "holds boolean, at timestamptz, body bytea, after text"
)
ROW = (
    UUID(int=7),
    'O\'Neill \\ "said" \t {a,b} % null 🙂 é\n',
    ["a b", 'c"d', ""],
    -32_768,
    2_147_483_647,
    9_223_372_036_854_775_807,
    True,
    datetime(2021, 10, 2, 1, 41, 0, 123_456, tzinfo=UTC),
    bytes(range(256)),
    None,
)


def given(hub: AppendHub, *rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return fetch_each(hub.connection(), [GIVEN.query("select * from w", rows)])[0]


def test_each_value_is_the_same_there(hub: AppendHub) -> None:
    nothing = (None,) * len(ROW)
    assert given(hub, ROW, nothing, ROW) == [ROW, nothing, ROW]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2021, 10, 31, 1, 30, tzinfo=LONDON),
        datetime(2021, 10, 31, 1, 30, tzinfo=LONDON, fold=1),
        datetime(2021, 10, 2, 2, 40, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_an_instant_is_the_same_there_in_whichever_zone_it_is_told(
    hub: AppendHub, at: datetime
) -> None:
    there = Given("at timestamptz, same timestamptz").query(
        "select w.at = w.same and w.at = %b from w", [(at, at.astimezone(UTC))], at
    )
    assert fetch_each(hub.connection(), [there]) == [[(True,)]]


def test_what_postgresql_cannot_hold_is_an_items_own_fault(hub: AppendHub) -> None:
    with pytest.raises(psycopg.DataError):
        given(hub, (*ROW[:1], "zero \x00", *ROW[2:]))


def test_without_rows_a_statement_asks_for_nothing() -> None:
    assert not asks_for_something(GIVEN.query("select * from w", []))
    assert asks_for_something(GIVEN.query("select * from w", [ROW]))


def test_a_row_that_lacks_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        GIVEN.query("select * from w", [ROW[:-1]])
