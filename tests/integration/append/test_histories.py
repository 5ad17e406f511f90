"""Children's logs by child and type, from the tables; and a back-test of rules over them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from projections.backtest import Asked, Only, Trial
from projections.histories import Histories, everybody
from projections.rebuild.reading import EntryReader
from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.differing import Rules
from safeguarding.ids import HUB
from schemas.envelope import encode_envelope
from tests.integration.append.awaiting import MONDAY, child_is_back, next_rules, tick
from tests.integration.append.hub import AppendHub
from tests.integration.append.test_activation import OURS, activate
from tests.unit.rules.said import found, incident, report

OF_HER = ("missing-report", "missing-found", "alert-raised", "expectation-opened")
AGAIN = report("E-2", "2021-07-07 20:00")
OTHER_CHILD = ({"scheme": "nhs-number", "value": "9434765919"},)
ANOTHER = replace(incident("ligature", "2021-07-07 21:00"), identifiers=OTHER_CHILD)


def lived(hub: AppendHub) -> UUID:
    """A child who was missing twice, where the second report was taken back; and another child."""
    child = child_is_back(next_rules(hub))
    hub.clock.move("2021-07-07 21:30")
    hub.say(AGAIN, ANOTHER)
    hub.say(AGAIN.retracted(), found("E-3", "2021-07-07 22:00"))
    hub.clock.move(MONDAY)
    tick(hub)
    return child


def histories(hub: AppendHub) -> Histories:
    registry = hub.world.registry
    return Histories(hub.connection("reader"), EntryReader(registry, hub.world.keys), registry)


def test_each_child_has_its_entries_of_these_types_in_order(hub: AppendHub) -> None:
    child = lived(hub)
    read = histories(hub)
    children = everybody(read.connection)
    assert child in children
    assert len(children) == 2
    whole = {
        each: [read.reader.read(encode_envelope(one, hub.world.registry)) for one in hub.log(each)]
        for each in children
    }
    assert read.of_types(children, OF_HER) == {
        each: [entry for entry in entries if entry.type in OF_HER]
        for each, entries in whole.items()
    }
    assert [*read.of_types([child], OF_HER)] == [child]
    assert read.of_types([], OF_HER) == {}
    assert read.of_types(children, ()) == {}
    assert read.count(children) == sum(map(len, whole.values()))


def test_whom_rules_told_of_or_awaited_something_about_they_concern(hub: AppendHub) -> None:
    child = lived(hub)
    read = histories(hub)
    children = everybody(read.connection)
    (another,) = {*children} - {child}
    assert read.concerned(children, ["missing"]) == {child}
    assert read.concerned(children, ["return-interview"]) == {child}
    assert read.concerned(children, ["custody-ligature"]) == {another}
    assert read.concerned([child], ["custody-ligature"]) == set()


def test_what_was_said_more_than_once_is_known(hub: AppendHub) -> None:
    child = lived(hub)
    read = histories(hub)
    assert read.restated(everybody(read.connection)) == {child: {(AGAIN.agency, AGAIN.reference)}}


def test_whether_others_decided_is_known_and_what_the_hub_did_for_itself_counts_for_nothing(
    hub: AppendHub,
) -> None:
    """Fails without: the length before a version; leaving out the hub's own log."""
    lived(hub)
    read = histories(hub)
    version = hub.world.ruleset.version
    children = everybody(read.connection)
    for known, by_others in (
        ({version}, False),
        ({version, "1"}, False),
        (set[str](), True),
        ({f"9{version}", version[1:]}, True),
    ):
        assert read.decided_by_others(children, known) == by_others, known
    activate(hub, "ours", OURS.replace('version: "1"', 'version: "ours"'))
    assert HUB in everybody(read.connection)
    assert not read.decided_by_others([HUB], ["none"])


def tried(hub: AppendHub, read: Histories, only: str | None) -> Comparison:
    """What comes of the rules that were in force, by this one alone or all of them."""
    rules = Rules(hub.world.ruleset, hub.world.calendar)
    asked = Asked(None, hub.clock.at + timedelta(days=1))
    alone = Only(frozenset({only}), frozenset({rules.ruleset.version})) if only else None
    trial = Trial(hub.world, rules, asked, read.reader, alone)
    came = trial.run(read, everybody(read.connection))
    assert (came.by_others, came.failed) == (False, {}), only
    return came.comparison


def test_rules_tried_over_them_tell_what_they_told(hub: AppendHub) -> None:
    """Fails without: what replaced a statement that is read; what is awaited; whom it concerns."""
    lived(hub)
    read = histories(hub)
    for only in (None, "missing", "return-interview", "custody-ligature"):
        told = tried(hub, read, only)
        assert told.told_before, only
        assert told.told_after == told.told_before, only
        assert (told.gained, told.lost, told.earlier, told.later) == ([], [], [], []), only


def test_a_statement_that_went_to_another_child_is_followed_until_then(hub: AppendHub) -> None:
    """Fails without: reading what replaced a statement where one was moved away."""
    child = child_is_back(next_rules(hub))
    hub.say(replace(ANOTHER, occurred="2021-07-06 12:00", known="2021-07-06 12:00"))
    hub.clock.move("2021-07-07 20:30")
    hub.say(AGAIN)
    became = incident("force_used", "2021-07-07 20:00", reference=AGAIN.reference)
    for version, said in enumerate((became, AGAIN, replace(AGAIN, identifiers=OTHER_CHILD)), 2):
        hub.clock.move(minutes=5)
        hub.say(replace(said, version=version))
    read = histories(hub)
    assert read.restated([child]) == {}
    comparison = tried(hub, read, "missing")
    assert comparison.told_before == comparison.told_after
    raised, withdrawn = (
        sum(1 for each in read.of_types([child], [kind])[child])
        for kind in ("alert-raised", "alert-withdrawn")
    )
    assert (raised, withdrawn) >= (2, 2)


def test_who_reads_them_can_change_nothing(hub: AppendHub) -> None:
    lived(hub)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        histories(hub).connection.execute("delete from derived.entry")
