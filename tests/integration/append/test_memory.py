"""What a process remembers of a child spares it reading, and changes nothing that it decides."""

from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID, uuid4

import pytest

from projections.append import opening, reads
from projections.append.arrivals import Step
from projections.append.loading import load
from projections.append.persistence import Appending
from projections.append.wanted import Wanted
from projections.database import Connection, Query, asks_for_something, fetch_each
from safeguarding.facts import Delivered
from schemas.envelope import verify_chain
from schemas.keys import KeyDestroyed
from tests.integration.append.awaiting import MONDAY, alerts, child_is_back, next_rules, tick
from tests.integration.append.hub import AppendHub
from tests.integration.append.test_same_as_in_memory import (
    begun,
    cases_of,
    facts_in,
    facts_of,
    tables_of,
)
from tests.unit.rules.said import found, incident, report
from tests.unit.rules.said_return import interview

Reading = Callable[[], list[str]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Of which types events were looked for since it was asked last."""
    asked: list[str] = []
    real = reads.windows

    def windows(wanted: dict[tuple[UUID, str], reads.Window]) -> object:
        asked.extend(event_type for _, event_type in wanted)
        return real(wanted)

    def since() -> list[str]:
        found = sorted(asked)
        asked.clear()
        return found

    monkeypatch.setattr("projections.append.windows.reads.windows", windows)
    return since


def deliver(hub: AppendHub, by: Appending) -> None:
    """The relay records that something was delivered."""
    (child,) = hub.children()
    delivered = Step(uuid4(), child, lambda _case, _grasp, _context: [Delivered(())], blind=True)
    by.append([], [delivered])


def test_what_is_remembered_is_not_read_again(hub: AppendHub, read: Reading) -> None:
    """Fails without: putting back; deliveries as what changes no case; the slack of a day."""
    relay = hub.appending()
    hub.say(report("E-1", "2021-10-01 20:00"))
    hub.say(report("E-2", "2021-10-02 01:00"))
    assert "missing-report" in read()
    deliver(hub, relay)
    deliver(hub, relay)
    hub.clock.move(minutes=5)
    hub.say(report("E-3", "2021-10-02 02:45"))
    assert read() == []
    assert hub.pages() == []


def test_what_is_remembered_is_loaded_in_one_round_trip(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: asking for alerts with the lock; leaving out those that are settled."""
    hub.say(report("E-1", "2021-10-01 20:00"))
    hub.say(report("E-2", "2021-10-02 01:00"))
    trips: list[int] = []

    def counted(connection: Connection, queries: Sequence[Query]) -> object:
        trips.append(any(map(asks_for_something, queries)))
        return fetch_each(connection, queries)

    monkeypatch.setattr("projections.append.loading.fetch_each", counted)
    hub.say(report("E-3", "2021-10-02 02:40"))
    assert sum(trips) == 1


def test_a_retraction_of_what_is_not_at_hand_is_decided_around_it(hub: AppendHub) -> None:
    """Fails without: looking again for the alerts of whom an event was read."""
    here = hub.appending()
    old = incident("ligature", "2019-10-02 02:40", record="CR-0", reference="I-0")
    hub.say(old)
    for said in (incident("ligature", reference="I-1"), old.retracted()):
        hub.append(hub.record(said), appending=here)
    states = hub.rows("select state from derived.alert where rule = 'custody-ligature' order by 1")
    assert states == [("open",), ("withdrawn",)]


def test_after_more_than_deliveries_it_is_read(hub: AppendHub, read: Reading) -> None:
    """Fails without: looking at the types of what was appended elsewhere."""
    hub.say(report("E-1", "2021-10-01 20:00"))
    hub.say(report("E-2", "2021-10-02 01:00"))
    elsewhere = hub.record(found("E-2", "2021-10-02 02:00"))
    hub.append(elsewhere, appending=hub.appending())
    read()
    hub.say(report("E-3", "2021-10-02 02:40"))
    assert "missing-report" in read()


@pytest.mark.parametrize("every", [False, True], ids=["first-rules", "all-rules"])
@pytest.mark.parametrize("seed", range(6))
def test_several_that_append_in_turn_decide_as_one(
    hub: AppendHub, seed: int, *, every: bool
) -> None:
    """Fails without: comparing the head of the log; the windows that are not at hand."""
    if every:
        next_rules(hub)
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    several = [hub.appending(), hub.appending()]
    memory, child, rest = begun(hub, random)
    for said, at in rest:
        hub.append(hub.record_at(said, at), appending=random.choice(several))
        memory.receive(said.received(at), hub.clock.at)
        if random.random() < 0.3:
            deliver(hub, several[0])
    facts = [each for each in facts_of(hub, child) if not isinstance(each, Delivered)]
    assert facts == facts_in(memory)
    assert tables_of(hub) == cases_of(memory)


def test_what_the_clock_told_is_taken_back(hub: AppendHub) -> None:
    """Fails without: looking at the types of what was appended elsewhere."""
    next_rules(hub)
    child_is_back(hub)
    hub.clock.move(MONDAY)
    assert tick(hub) == 1
    assert alerts(hub) == [("open", 1)]
    hub.say(interview("E-1", "2021-07-08 15:00"))
    assert alerts(hub) == [("withdrawn", 2)]
    assert hub.pages() == []


def test_what_lies_further_back_is_read(hub: AppendHub, read: Reading) -> None:
    """Fails without: comparing the window with those that were read."""
    hub.say(report("E-1", "2021-10-01 20:00"))
    hub.say(report("E-2", "2021-10-02 01:00"))
    read()
    hub.say(report("E-0", "2020-02-02 01:00"))
    assert "missing-report" in read()


def test_of_what_is_so_whatever_the_case_says_nothing_is_read(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: leaving children out of whom no step looks at the case."""
    hub.say(incident("ligature", reference="I-1"))
    asked: list[UUID] = []
    real = reads.memberships

    def memberships(children: list[UUID]) -> object:
        asked.extend(children)
        return real(children)

    monkeypatch.setattr("projections.append.loading.reads.memberships", memberships)
    deliver(hub, hub.appending())
    assert asked == []
    (child,) = hub.children()
    assert isinstance(hub.entries(child)[-1].body, Delivered)
    assert verify_chain(hub.log(child), hub.world.registry) is None


def test_of_a_child_beyond_use_nothing_is_remembered(hub: AppendHub) -> None:
    """Fails without: looking for the key of a child that is remembered."""
    process = hub.appending()
    for number in range(2):
        said = hub.record(incident("ligature", reference=f"I-{number}"))
        hub.append(said, appending=process)
    ((child, key_id),) = hub.rows("select child_id, key_id from derived.child")
    hub.world.keys.destroy(key_id)
    with hub.connection() as connection, pytest.raises(KeyDestroyed):
        load(connection, Wanted(children={child}), hub.world, (), process.memory)
    assert process.memory.take([child]) == {}
    kept = opening._fact, opening._event, opening._worked_out
    assert all(each.cache_info().currsize == 0 for each in kept)
