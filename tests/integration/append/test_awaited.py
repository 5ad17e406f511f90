"""What a rule awaits, through the tables and the clock: the return interview."""

import threading
from collections.abc import Callable
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from processors.clock.ends import End
from processors.clock.feeds import NOBODY
from projections.append import journal
from projections.queries.quarantine import discard
from safeguarding.case import Case
from safeguarding.evolve import evolve
from safeguarding.facts import (
    AlertWithdrawn,
    ChildIdentified,
    ExpectationCancelled,
    ExpectationMet,
    Verdict,
)
from schemas.agencies import Feeds
from schemas.envelope import verify_chain
from tests.integration.append.awaiting import (
    AROUND_HER,
    BACK,
    GONE,
    MONDAY,
    RULE,
    Unread,
    alerts,
    child_is_back,
    clock,
    lapsed,
    next_rules,
    state,
    states,
    tick,
)
from tests.integration.append.hub import AppendHub, acknowledgement, message
from tests.integration.append.test_answering import NothingUnread
from tests.integration.append.test_same_as_in_memory import cases_of, facts_in, facts_of, tables_of
from tests.integration.append.test_undecided import failing_on
from tests.unit.rules.hub import Hub, teams
from tests.unit.rules.said import incident, london, other, report
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import members

HELD = interview("E-1", "2021-07-08 15:00")
DUE = london("2021-07-09 22:00")
POLICE = "agency.police.events"


@pytest.fixture
def hub(hub: AppendHub) -> AppendHub:
    return next_rules(hub)


@pytest.fixture
def child(hub: AppendHub) -> UUID:
    return child_is_back(hub)


def test_it_is_awaited_until_the_time_that_the_rule_says(hub: AppendHub, child: UUID) -> None:
    assert hub.rows(
        "select child_id, key, revision, due_at, awaits, agencies, ground_agency, "
        "ground_reference, state, closed_sequence from derived.awaited"
    ) == [
        (
            child,
            "episode:police:E-1",
            1,
            DUE,
            [RULE],
            [],
            BACK.agency,
            BACK.reference,
            "open",
            None,
        ),
    ]
    hub.clock.move("2021-07-09 21:59")
    tick(hub)
    assert state(hub) == "open"


def test_it_is_missed_once_the_time_has_passed_and_people_are_told(
    hub: AppendHub, child: UUID
) -> None:
    hub.clock.move(MONDAY)
    assert tick(hub) >= 1
    assert state(hub) == "missed"
    assert alerts(hub) == [("open", 1)]
    (fact,) = lapsed(hub, child)
    assert (fact.due_at, fact.verdict, fact.because) == (DUE, Verdict.MISSED, None)
    told = hub.rows("select role from derived.notification where rule = %s order by 1", RULE)
    assert ("social_worker",) in told
    assert ("team_manager",) in told
    assert hub.pages() == []
    assert verify_chain(hub.log(child), hub.world.registry) is None


def test_two_clocks_that_saw_it_due_at_once_miss_it_once(hub: AppendHub, child: UUID) -> None:
    """Fails without: the case read under the child's lock, and the step's id; either will do."""
    hub.clock.move(MONDAY)
    first, second = clock(hub), clock(hub)
    due = second._due(hub.clock.at)
    assert [step.lapsing for step in due.steps if step.lapsing]
    first.run_once()
    second.appending.append([], due.steps)
    tick(hub)
    assert len(lapsed(hub, child)) == 1
    assert alerts(hub) == [("open", 1)]


def test_two_clocks_that_run_at_once_miss_it_once(hub: AppendHub, child: UUID) -> None:
    hub.clock.move(MONDAY)
    clocks = [clock(hub) for _ in range(4)]
    together = threading.Barrier(len(clocks))

    def run(number: int) -> None:
        together.wait()
        clocks[number].run_once()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(clocks))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(lapsed(hub, child)) == 1
    assert alerts(hub) == [("open", 1)]


def test_while_a_topic_is_unread_nothing_is_missed(hub: AppendHub, child: UUID) -> None:
    """Fails without: the guard of ends in the clock."""
    hub.clock.move(MONDAY)
    assert tick(hub, ends=Unread()) == 0
    assert state(hub) == "open"
    hub.say(HELD)  # It lay in the backlog.
    tick(hub)
    assert state(hub) == "met"
    assert lapsed(hub, child) == []
    assert alerts(hub) == []


def test_what_is_read_while_the_clock_asks_for_ends_counts(hub: AppendHub, child: UUID) -> None:
    """Fails without: looking again once all has been read (a doubt that came meanwhile)."""

    class Meanwhile:
        def ends(self) -> dict[tuple[str, int], None]:
            hub.append(hub.topics.record("social-care", b""))
            return {}

    hub.clock.move(MONDAY)
    tick(hub, ends=Meanwhile())  # type: ignore[arg-type]
    assert state(hub) == "open"
    assert lapsed(hub, child) == []


def test_a_load_that_goes_on_keeps_no_deadline_waiting(hub: AppendHub, child: UUID) -> None:
    """Fails without: keeping how far agencies had come when the clock looked."""

    class Always:
        """Whenever one looks, one more record has just been published."""

        def ends(self) -> dict[tuple[str, int], End]:
            return {(POLICE, 0): End(hub.topics.offsets[POLICE] + 1, None)}

    hub.clock.move(MONDAY)
    timer = clock(hub, ends=Always())
    for _ in range(3):
        assert timer.run_once() == 0
    assert state(hub) == "open"
    hub.append(hub.topics.record("police", b""))
    assert timer.run_once() == 1
    assert lapsed(hub, child)[0].verdict is Verdict.MISSED
    assert hub.rows("select waits_for from kept.clock") == [(None,)]


def test_while_a_scenarios_time_stands_still_it_is_judged_once(
    make_append_hub: Callable[..., AppendHub],
) -> None:
    """Fails without: leaving what a step opens to the next time, by ``Clock._judged``."""
    hub = next_rules(make_append_hub("scenario"))
    set_time(hub, MONDAY)
    timer = clock(hub)
    timer.run_once()
    child = child_is_back(hub)
    assert timer.run_once() == 0
    assert state(hub) == "open"
    set_time(hub, "2021-07-12 09:31")
    assert timer.run_once() == 1
    assert len(lapsed(hub, child)) == 1


def set_time(hub: AppendHub, at: str) -> None:
    """Where the time of a scenario's hub stands from now on."""
    hub.connection().execute(
        "insert into kept.scenario_time (hub_at, set_at, flows) values (%s, %s, false) "
        "on conflict (only_row) do update set hub_at = excluded.hub_at",
        [london(at), hub.clock.at],
    )


def test_an_end_that_a_broker_lost_is_not_waited_for(hub: AppendHub, child: UUID) -> None:
    """Fails without: giving up what was kept after ten seconds."""
    hub.clock.move(MONDAY)
    timer = clock(hub, ends=Unread())
    assert timer.run_once() == 0
    timer.ends = NothingUnread()
    hub.clock.move(seconds=9)
    assert timer.run_once() == 0
    hub.clock.move(seconds=2)
    assert timer.run_once() == 1
    assert len(lapsed(hub, child)) == 1


def test_a_late_word_that_it_was_in_time_takes_it_back(hub: AppendHub, child: UUID) -> None:
    hub.clock.move(MONDAY)
    tick(hub)
    hub.clock.move("2021-07-13 10:00")
    hub.say(HELD)
    assert state(hub) == "met"
    assert alerts(hub) == [("withdrawn", 2)]
    bodies = [entry.body for entry in hub.entries(child)]
    (met,) = [each for each in bodies if isinstance(each, ExpectationMet)]
    assert (met.by.agency, met.by.reference) == (HELD.agency, HELD.reference)
    (withdrawn,) = [each for each in bodies if isinstance(each, AlertWithdrawn)]
    assert withdrawn.alert.headline == "Done in time"
    assert {notice.recipient.role for notice in withdrawn.notices} >= {"social_worker"}


def test_what_met_it_is_taken_back_and_it_is_awaited_again(hub: AppendHub, child: UUID) -> None:
    del child
    hub.clock.move("2021-07-08 16:00")
    hub.say(HELD)
    hub.say(HELD.retracted())
    assert hub.rows("select state, revision from derived.awaited") == [("open", 2)]
    hub.clock.move(MONDAY)
    tick(hub)
    assert state(hub) == "missed"


@pytest.mark.parametrize(
    ("feeds", "because"),
    [
        ({}, NOBODY),
        ({"social-care": Feeds(usual_days=14, publishes=["review"])}, NOBODY),
        ({"camhs": Feeds(usual_days=14, publishes=[RULE])}, "nothing has been heard from camhs"),
        (
            {"social-care": Feeds(usual_days=3, publishes=[RULE])},
            "nothing has been heard from social-care since Tue 6 Jul 2021 09:00",
        ),
    ],
)
def test_without_a_live_feed_it_is_not_known_and_nobody_is_told(
    hub: AppendHub, child: UUID, feeds: dict[str, Feeds], because: str
) -> None:
    hub.clock.move(MONDAY)
    tick(hub, feeds)
    assert state(hub) == "not_known"
    (fact,) = lapsed(hub, child)
    assert (fact.verdict, fact.because) == (Verdict.NOT_KNOWN, because)
    assert alerts(hub) == []
    tick(hub, feeds)
    assert len(lapsed(hub, child)) == 1
    hub.say(HELD)
    assert state(hub) == "met"


@pytest.mark.parametrize(
    ("doubt", "because"),
    [
        ("undecided", "something about this child is undecided"),
        ("quarantined", "something from social-care is in quarantine"),
    ],
)
def test_what_may_hold_it_and_cannot_be_read_is_waited_for_and_not_for_ever(
    hub: AppendHub, child: UUID, monkeypatch: pytest.MonkeyPatch, doubt: str, because: str
) -> None:
    _doubted(hub, monkeypatch, doubt)
    hub.clock.move(MONDAY)
    tick(hub)
    assert state(hub) == "open"
    hub.clock.move("2021-07-23 21:59")
    tick(hub)
    assert state(hub) == "open"
    hub.clock.move("2021-07-23 22:00")
    tick(hub)
    (fact,) = lapsed(hub, child)
    assert fact.verdict is Verdict.NOT_KNOWN
    assert fact.because == because
    assert alerts(hub) == []


def test_once_the_quarantine_is_empty_it_is_missed_and_told_once(
    hub: AppendHub, child: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    _doubted(hub, monkeypatch, "quarantined")
    hub.clock.move(MONDAY)
    tick(hub)
    waiting = hub.one("select quarantine_id from kept.quarantine where state = 'waiting'")
    assert discard(hub.connection(), waiting, "empty", hub.clock.at)
    tick(hub)
    tick(hub)
    (fact,) = lapsed(hub, child)
    assert fact.verdict is Verdict.MISSED
    assert alerts(hub) == [("open", 1)]


def _doubted(hub: AppendHub, monkeypatch: pytest.MonkeyPatch, doubt: str) -> None:
    """Before it was due something came that cannot be decided on, or cannot be read."""
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-2", evolve))
        hub.clock.move("2021-07-08 16:00")
        if doubt == "undecided":
            hub.say(incident("force_used", "2021-07-08 15:00", reference="I-2"))
        else:
            hub.append(hub.topics.record("social-care", b""))


def test_history_and_answers_do_not_count_as_heard_from(hub: AppendHub, child: UUID) -> None:
    """Fails without: leaving both out of ``heard``."""
    del child
    topic = "agency.social-care.events"
    heard = hub.rows("select heard_at from kept.position where topic = %s", topic)
    assert heard == [(london("2021-07-06 09:00"),)]
    hub.clock.move("2021-07-07 12:00")
    hub.say(other("2020-01-01", "LS-0").as_history())
    alert_id = hub.one("select alert_id from derived.alert where rule = 'missing' limit 1")
    who = teams()["social_worker"]
    plain = acknowledgement(alert_id, (who.agency, who.team, who.role), "2021-07-07 12:00")
    hub.append(hub.topics.record("social-care", message(plain)))
    assert hub.rows("select topic, heard_at from kept.position order by 1") == [
        ("agency.police.events", london("2021-07-06 22:05")),
        ("agency.social-care.backfill", None),
        ("agency.social-care.events", london("2021-07-06 09:00")),
    ]


def test_where_its_ground_is_gone_or_its_rule_it_is_cancelled(hub: AppendHub, child: UUID) -> None:
    hub.clock.move(MONDAY)
    rules = tuple(rule for rule in hub.world.ruleset.rules if rule.id != RULE)
    hub.world = replace(hub.world, ruleset=replace(hub.world.ruleset, rules=rules))
    tick(hub)
    assert state(hub) == "cancelled"
    (fact,) = [e.body for e in hub.entries(child) if isinstance(e.body, ExpectationCancelled)]
    assert fact.because == "no rule in force awaits it any more"


def test_a_rule_that_fails_is_paged_and_does_not_hold_up_the_clock(
    hub: AppendHub, child: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: noting the failure of a step's rule (nobody is paged)."""
    rule = next(rule for rule in hub.world.ruleset.rules if rule.id == RULE)
    hub.clock.move(MONDAY)
    with monkeypatch.context() as broken:
        broken.setattr(type(rule), "expected", lambda *_: 1 // 0)
        tick(hub)
    assert hub.pages() == ["rule-failed"]
    assert state(hub) == "not_known"
    assert [fact.because for fact in lapsed(hub, child)] == ["the rule failed"]


def test_of_a_child_beyond_use_nothing_is_awaited(hub: AppendHub, child: UUID) -> None:
    """Fails without: leaving children whose key is destroyed out of what is due."""
    del child
    hub.world.keys.destroy(hub.one("select key_id from derived.child"))
    hub.clock.move(MONDAY)
    assert tick(hub) == 0
    assert state(hub) == "open"


STORY = (
    (GONE, "2021-07-06 20:10"),
    (BACK, "2021-07-06 22:05"),
    (BACK.corrected(occurred="2021-07-06 23:00"), "2021-07-07 09:00"),
    (report("E-2", "2021-07-20 20:00"), "2021-07-20 20:10"),
    (interview("E-1", "2021-07-08 15:00", "offered"), "2021-07-08 15:10"),
    (interview("E-1", "2021-07-13 15:00"), "2021-07-13 15:10"),
    (interview("E-1", "2021-07-13 15:00").retracted(), "2021-07-14 15:10"),
)


@pytest.mark.parametrize("seed", range(8))
def test_the_tables_and_the_clock_do_what_is_done_in_memory(hub: AppendHub, seed: int) -> None:
    """Fails without: ``awaited`` in loading; without the windows around what is due."""
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    hub.clock.move("2021-07-06 09:00")
    hub.say(other("2021-01-01"))
    (child,) = hub.children()
    memory = Hub(ruleset=hub.world.ruleset, case=Case(child_id=child))
    memory.receive(other("2021-01-01").received(hub.clock.at), hub.clock.at)
    for entry in hub.entries(child):
        if isinstance(entry.body, ChildIdentified):
            memory.enter(entry.body, hub.clock.at)
    members(AROUND_HER)(memory)
    hub.members(AROUND_HER)
    order = random.sample(STORY, len(STORY))
    for said, at in [*order, *order[:2]]:
        hub.clock.move(days=1, hours=7)
        hub.append(hub.record_at(said, london(at)))
        memory.receive(said.received(london(at)), hub.clock.at)
        if random.random() < 0.5:
            tick(hub)
            memory.tick(hub.clock.at)
    hub.clock.move(days=3)
    tick(hub)
    memory.tick(hub.clock.at)
    assert facts_of(hub, child) == facts_in(memory)
    assert tables_of(hub) == cases_of(memory)
    assert dict(states(hub))["episode:police:E-1"] != "open"
