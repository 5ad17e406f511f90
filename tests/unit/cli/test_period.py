"""A stretch of a timeline: what happened in it, whenever it was told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kith.cli import app
from kith.cli.naming import read_period
from kith.cli.reading import Hub, Wrong, explained
from kith.settings import AGENCIES_FILE
from projections.queries.knowledge import known_to
from projections.queries.period import Period
from projections.queries.plain import knowledge_as_data, timeline_as_data
from projections.queries.words.lines import agency_lines, timeline_lines
from safeguarding.facts import AlertRaised
from schemas.agencies import load_agencies
from tests.unit.cli.logged import Log, alert
from tests.unit.rules.said import incident, london

JULY = read_period("2021-07-01", "2021-08-01")


def _log() -> Log:
    """Before, at its first moment, told late, at the first moment after; and what the hub did."""
    log = Log()
    log.say(incident("ligature", "2021-06-30 23:59", reference="CR-1"), "2021-07-01 00:05")
    log.say(incident("ligature", "2021-07-01 00:00", reference="CR-2"), "2021-07-01 00:10")
    late = log.say(incident("ligature", "2021-07-31 23:59", reference="CR-3"), "2021-08-06 10:00")
    log.decide(AlertRaised(alert(), ()), "2021-08-06 10:00", cause=late)
    log.say(incident("ligature", "2021-08-01 00:00", reference="CR-4"), "2021-08-06 11:00")
    log.decide(AlertRaised(alert(), ()), "2021-07-20 10:00")
    return log


def test_july_is_what_happened_in_it_by_the_clock_of_london() -> None:
    assert JULY.start == datetime(2021, 6, 30, 23, tzinfo=UTC)
    assert JULY.end == datetime(2021, 7, 31, 23, tzinfo=UTC)
    timeline = _log().timeline
    assert [line.sequence for line in timeline_lines(timeline, JULY)] == [2, 3, 6]
    assert [line.sequence for line in timeline_lines(timeline)] == [1, 2, 3, 4, 5, 6]


def test_the_same_stands_in_the_data_with_the_period() -> None:
    data = timeline_as_data(_log().timeline, JULY)
    assert [entry["sequence"] for entry in data["entries"]] == [2, 3, 6]
    assert all(entry["words"] is not None for entry in data["entries"])
    assert (data["from"], data["to"]) == ("2021-06-30T23:00:00Z", "2021-07-31T23:00:00Z")
    # What the hub has of the child is more than what is shown.
    assert data["last_sequence"] == 6
    whole = timeline_as_data(_log().timeline)
    assert (whole["from"], whole["to"]) == (None, None)


def test_what_an_agency_knew_has_the_same_period() -> None:
    timeline = _log().timeline
    learned = known_to(timeline, "police")
    assert [line.sequence for line in agency_lines(learned, JULY)] == [2, 3]
    data = knowledge_as_data(timeline, "police", learned, None, JULY)
    assert [entry["sequence"] for entry in data["entries"]] == [2, 3]
    assert data["to"] == "2021-07-31T23:00:00Z"


def test_one_side_may_be_open() -> None:
    timeline = _log().timeline
    assert [
        line.sequence for line in timeline_lines(timeline, read_period("2021-08-01", None))
    ] == [
        4,
        5,
    ]
    assert [
        line.sequence for line in timeline_lines(timeline, read_period(None, "2021-07-01"))
    ] == [1]


def test_what_was_corrected_after_the_period_is_struck_in_it() -> None:
    log = Log()
    ligature = incident("ligature", "2021-07-10 02:40", reference="CR-1")
    log.say(ligature, "2021-07-10 02:41")
    log.say(ligature.corrected(means="lace"), "2021-09-01 06:00")
    first, second = timeline_as_data(log.timeline, JULY)["entries"]
    assert (first["replaced_by"], second["replaced_by"]) == (2, None)


def test_of_what_nobody_knows_when_the_entry_is_shown() -> None:
    log = Log()
    unknown = {"at": "2021-01-01T00:00:00Z", "precision": "unknown"}
    log.say(
        incident("ligature", "2021-07-10 02:40", reference="CR-1"),
        "2021-07-10 03:00",
        occurred=unknown,
    )
    assert len(timeline_lines(log.timeline, JULY)) == 1


@pytest.mark.parametrize(("since", "before"), [("2021-08-01", "2021-07-01"), ("2021-07-01",) * 2])
def test_a_period_of_nothing_is_refused(since: str, before: str) -> None:
    with pytest.raises(Wrong, match="--from must be before --to"):
        read_period(since, before)


def test_a_time_may_have_its_hour_and_offset() -> None:
    period = read_period("2021-07-01T12:30", "2021-07-01T12:30:01+00:00")
    assert period == Period(london("2021-07-01 12:30"), datetime(2021, 7, 1, 12, 30, 1, tzinfo=UTC))


def test_the_command_shows_the_period_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def show(*more: str) -> Result:
        return CliRunner().invoke(app, ["timeline", "nhs:9991234004", *more])

    _a_hub_that_reads(_log(), monkeypatch)
    july = ("--from", "2021-07-01", "--to", "2021-08-01")
    for agency, entries in (((), [2, 3, 6]), (("--known-to", "police"), [2, 3])):
        shown = show(*july, *agency)
        assert shown.exit_code == 0, shown.output
        assert "only what happened from Thu 1 Jul 2021 00:00 and before Sun 1 Aug 2021 00:00" in (
            " ".join(shown.stdout.split())
        )
        assert shown.stdout.count("Ligature in custody") == 2
        found = json.loads(show(*july, *agency, "--json").stdout)
        assert [entry["sequence"] for entry in found["entries"]] == entries
    assert "only what happened" not in show().stdout
    assert show().stdout.count("Ligature in custody") == 4
    assert show("--from", "2021-08-01", "--to", "2021-07-01").exit_code == 2


def _a_hub_that_reads(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """`kith timeline` finds this log, without a database."""

    @contextmanager
    def reading(_state_dir: object) -> Iterator[Hub]:
        wiring: Any = SimpleNamespace(world=SimpleNamespace(keys=None, registry=None))
        connection: Any = SimpleNamespace(transaction=nullcontext)
        with explained():
            yield Hub(wiring, load_agencies(AGENCIES_FILE), connection)

    monkeypatch.setattr("kith.cli.timeline.reading", reading)
    monkeypatch.setattr("kith.cli.naming.find_child", lambda *_: log.timeline.child)
    monkeypatch.setattr("projections.queries.timeline.read_timeline", lambda *_: log.timeline)
