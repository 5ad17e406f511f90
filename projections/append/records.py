"""What a case remembers, from the rows of the tables: the counterpart of ``rows``."""

from typing import Any

from safeguarding.case import AlertRecord, AlertState, Awaited, Expectation, ExpectationState
from safeguarding.facts import Mode, Recipient, Severity


def alert_record(row: tuple[Any, ...]) -> AlertRecord:
    """The record in a row of child, alert, rule, key and so on, in the order of the table."""
    return AlertRecord(
        alert_id=row[1],
        rule=row[2],
        key=row[3],
        severity=Severity(row[4]),
        level=row[5],
        revision=row[6],
        state=AlertState(row[7]),
        sequence=row[8],
        wording=row[9],
        told=tuple((Recipient(*each[:3]), Mode(each[3])) for each in row[10]),
    )


def expectation(row: tuple[Any, ...]) -> Expectation:
    """The expectation in a row that begins with its child."""
    return Expectation(
        expectation_id=row[1],
        kind=row[2],
        alert_id=row[3],
        recipient=Recipient(*row[4:7]),
        due_at=row[7],
        opened_sequence=row[8],
        state=ExpectationState(row[9]),
        closed_sequence=row[10],
        reminded=row[11],
    )


def awaited(row: tuple[Any, ...]) -> Awaited:
    """What is awaited, from a row that begins with its child."""
    return Awaited(
        expectation_id=row[3],
        rule=row[1],
        key=row[2],
        revision=row[4],
        due_at=row[5],
        awaits=tuple(row[6]),
        agencies=tuple(row[7]),
        ground=(row[8], row[9]),
        wording=row[10],
        opened_sequence=row[11],
        state=ExpectationState(row[12]),
        closed_sequence=row[13],
    )
