"""Faults of one item stop nobody else; faults of the database itself are blamed on no item."""

import random
import string

import psycopg
import pytest

from projections.append import windows
from safeguarding.rules.custody import custody_ligature
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import Said, incident, placed, report

# Text that does not compress, longer than an index takes.
ENDLESS = "".join(
    random.Random(1).choices(string.ascii_letters + string.digits, k=9_000)  # noqa: S311
)


@pytest.mark.parametrize(
    "said",
    [
        incident("ligature", record=ENDLESS, reference="X"),
        report(ENDLESS, "2021-10-02 02:00", reference="X"),
        placed(ENDLESS, "2021-10-01", reference="X"),
    ],
    ids=lambda said: said.type,
)
def test_an_endless_number_of_an_agency_alerts_and_is_corrected_like_any_other(
    hub: AppendHub, said: Said
) -> None:
    hub.say(placed("P-0", "2021-09-01"))
    assert fates(hub.say(said, said.corrected())) == ["recorded", "recorded"]
    assert fates(hub.say(said.corrected().retracted())) == ["recorded"]
    states = hub.rows("select state, length(key) < 300 from derived.alert where key like '%%:%%'")
    assert ("withdrawn", True) in states


def test_two_endless_numbers_that_begin_alike_are_two(hub: AppendHub) -> None:
    hub.say(
        incident("ligature", record=ENDLESS + "1", reference="I-1"),
        incident("ligature", record=ENDLESS + "2", reference="I-2"),
    )
    assert hub.one("select count(distinct key) from derived.alert") == 2


def test_what_postgresql_cannot_hold_is_set_aside_alone_and_not_waited_for(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custody_ligature, "ground_key", lambda *parts: ":".join(parts))
    said = [incident("ligature", record=f"CR-{n}") for n in range(4)]
    said[2] = incident("ligature", record=ENDLESS, reference="X")
    assert fates(hub.say(*said)) == [
        "recorded",
        "recorded",
        "undecided",
        "recorded",
    ]
    assert hub.rows("select reason, detail from kept.page") == [
        ("undecided", "custody-incident: ProgramLimitExceeded")
    ]
    assert hub.quarantined() == []
    assert hub.pauses == []


def test_what_cannot_be_written_as_data_is_set_aside_alone(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = windows.Windows.widen

    def fail(*arguments: object) -> None:
        if getattr(arguments[2], "reference", None) == "X":
            raise psycopg.DataError("a text with a zero character")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(windows.Windows, "widen", fail)
    assert fates(hub.say(incident("ligature", reference="X"), incident("ligature"))) == [
        "undecided",
        "recorded",
    ]


def test_a_fault_of_the_database_is_blamed_on_no_event(hub: AppendHub) -> None:
    owner = hub.connection("owner")
    owner.execute("revoke insert on kept.recorded from kith_writer")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hub.say(incident("ligature"), incident("force_used"))
    assert hub.quarantined() == []
    owner.execute("grant insert on kept.recorded to kith_writer")
    assert fates(hub.say(incident("ligature"), incident("force_used"))) == ["recorded"] * 2
