"""An event on which the hub's own code fails: kept, told of, and decided when that is mended."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from processors.clock.clock import Clock
from projections.append import journal
from projections.queries.undecided import failed_rules, undecided_events
from safeguarding import evolve as evolving
from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.evolve import evolve
from safeguarding.facts import DeadlineDoubted, ExpectationMissed, Undecided
from safeguarding.timeline import Entry
from schemas.envelope import verify_chain
from tests.integration.append.hub import AppendHub, fates
from tests.integration.append.test_answering import NothingUnread
from tests.unit.rules.said import incident, other, report

SECRET = "his laces"


def failing_on(reference: str, real: Callable[..., Any]) -> Callable[..., Any]:
    """The real function, but for the event with this reference."""

    def fail(*arguments: Any) -> Any:
        for each in arguments:
            body = getattr(each, "body", each)
            if isinstance(body, Event) and body.reference == reference:
                raise ZeroDivisionError(SECRET)
        return real(*arguments)

    return fail


def types(hub: AppendHub) -> list[str]:
    return [
        row[0]
        for row in hub.rows(
            "select type from derived.entry where type not in ('network-joined') order by sequence"
        )
    ]


def decide_all(hub: AppendHub) -> list[str]:
    connection = hub.connection()
    found = undecided_events(connection, hub.world)
    return fates(hub.appending().append([each.again(hub.world) for each in found]))


def told(hub: AppendHub, kind: str) -> list[tuple[str, str]]:
    return hub.rows(
        "select rule, role from derived.notification where kind = %s order by 1, 2", kind
    )


@pytest.fixture
def known(hub: AppendHub) -> UUID:
    """A child with a night team and a foster carer around her."""
    hub.say(other("2021-01-01"))
    hub.members("foster_carer edt")
    return hub.children()[0]


@pytest.mark.parametrize("what", ["evolve", "decide"])
def test_it_is_in_the_log_the_network_is_told_and_it_is_decided_once(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Fails without: the second attempt in `Appending._set_aside` (nobody is told)."""
    with monkeypatch.context() as broken:
        broken.setattr(journal, what, failing_on("I-2", getattr(journal, what)))
        said = [incident("ligature", f"2021-10-02 02:3{n}", reference=f"I-{n}") for n in range(5)]
        assert fates(hub.say(*said)) == [
            *["recorded"] * 2,
            "undecided",
            *["recorded"] * 2,
        ]
        assert fates(hub.say(said[2])) == ["duplicate"]
        assert decide_fails(hub)
    assert hub.quarantined() == []
    assert hub.pages() == ["undecided"]
    assert told(hub, "raised")[-2:] == [("undecided", "edt"), ("undecided", "foster_carer")]
    (kept,) = (e.body for e in hub.entries(known) if isinstance(e.body, Undecided))
    assert (kept.reference, kept.fault) == ("I-2", "ZeroDivisionError")
    assert hub.one("select level from derived.alert where rule = 'custody-ligature'") == 4

    assert decide_all(hub) == ["recorded"]
    assert hub.one("select level from derived.alert where rule = 'custody-ligature'") == 5
    assert told(hub, "withdrawn") == [("undecided", "edt"), ("undecided", "foster_carer")]
    before = types(hub)
    assert decide_all(hub) == []
    assert types(hub) == before
    assert verify_chain(hub.log(known), hub.world.registry) is None
    assert SECRET not in repr(hub.rows("select * from kept.page"))


def decide_fails(hub: AppendHub) -> bool:
    with pytest.raises(ZeroDivisionError):
        decide_all(hub)
    return True


def test_two_who_decide_at_once_decide_once(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: `tell_decided(...) is None` in `Journal.decided`."""
    del known
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-1", evolve))
        hub.say(incident("ligature", reference="I-1"))
    (one,) = undecided_events(hub.connection(), hub.world)
    first, second = one.again(hub.world), one.again(hub.world)
    assert fates(hub.appending().append([first])) == ["recorded"]
    assert fates(hub.appending().append([second])) == ["duplicate"]


def test_of_a_child_that_nobody_knew_the_stand_ins_are_told(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: the ``act`` of the route when there is no network."""
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-1", evolve))
        assert fates(hub.say(incident("ligature", reference="I-1"))) == ["undecided"]
    assert types(hub) == ["undecided", "child-identified", "alert-raised"]
    assert [rule for rule, _ in told(hub, "raised")] == ["undecided", "undecided"]
    # What comes next finds the child, and is decided as ever.
    assert fates(hub.say(incident("ligature", reference="I-2"))) == ["recorded"]
    assert decide_all(hub) == ["recorded"]
    assert len(hub.children()) == 1


def test_a_correction_that_was_decided_meanwhile_has_the_last_word(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: versions in `evolve` (an older one that comes late changes nothing)."""
    said = incident("ligature", reference="I-1")
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-1", evolve))
        hub.say(said)
    assert fates(hub.say(said.corrected(kind="force_used"))) == ["recorded"]
    assert decide_all(hub) == ["recorded"]
    assert hub.one("select version from derived.standing where reference = 'I-1'") == 2
    open_rules = hub.rows("select rule from derived.alert where state = 'open'")
    assert ("undecided",) not in open_rules
    assert verify_chain(hub.log(known), hub.world.registry) is None


def test_a_rule_that_failed_decides_when_it_is_mended_and_once(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: the step's ``about`` (the rule would see no event of the case)."""
    del known
    rule = next(rule for rule in hub.world.ruleset.rules if rule.id == "missing")

    def fail(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    hub.clock.move("2021-10-02 02:30")
    with monkeypatch.context() as broken:
        broken.setattr(type(rule), "assess", fail)
        hub.say(report("M-1", "2021-10-02 02:00"))
        (failed,) = failed_rules(hub.connection(), hub.world)
        assert (failed.rule, failed.reference) == ("missing", "M-1/report")
        with pytest.raises(ZeroDivisionError):
            hub.appending().append([], [failed.again(hub.connection(), hub.world)])
    assert hub.rows("select rule from derived.alert") == []
    (failed,) = failed_rules(hub.connection(), hub.world)
    step = failed.again(hub.connection(), hub.world)
    assert fates(hub.appending().append([], [step])) == ["recorded"]
    assert ("missing", "edt") in told(hub, "raised")
    assert failed_rules(hub.connection(), hub.world) == []
    assert fates(hub.appending().append([], [step])) == ["duplicate"]
    assert hub.one("select count(*) from derived.alert") == 1


def test_what_a_failed_rule_missed_is_withdrawn_again_if_it_was_retracted_meanwhile(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: reading all versions of the event, not only the one that stands."""
    del known
    rule = next(rule for rule in hub.world.ruleset.rules if rule.id == "missing")
    said = report("M-1", "2021-10-02 02:00")
    hub.say(said)
    assert hub.one("select state from derived.alert where rule = 'missing'") == "open"
    with monkeypatch.context() as broken:
        broken.setattr(type(rule), "assess", lambda *_: 1 // 0)
        hub.say(said.retracted())
    assert hub.one("select state from derived.alert where rule = 'missing'") == "open"
    (failed,) = failed_rules(hub.connection(), hub.world)
    hub.appending().append([], [failed.again(hub.connection(), hub.world)])
    assert hub.one("select state from derived.alert where rule = 'missing'") == "withdrawn"


@pytest.mark.parametrize("doubt", ["undecided", "quarantined", None])
def test_a_deadline_that_passes_beside_what_is_not_known_is_marked_so(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch, doubt: str | None
) -> None:
    """Fails without: `doubted` in the clock's step (the log says "missed", and no doubt)."""
    hub.say(incident("ligature", reference="I-1"))
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-2", evolve))
        if doubt == "undecided":
            hub.say(incident("force_used", reference="I-2"))
        elif doubt == "quarantined":
            hub.append(hub.topics.record("social-care", b""))
    hub.clock.move(hours=12)
    assert Clock(hub.connection(), hub.appending(), NothingUnread(), {}).run_once() >= 1
    bodies = [entry.body for entry in hub.entries(known)]
    doubts = [each for each in bodies if isinstance(each, DeadlineDoubted)]
    missed = [each for each in bodies if isinstance(each, ExpectationMissed)]
    about = [each for each in missed if each.alert.rule == "custody-ligature"]
    assert about
    if doubt is None:
        assert doubts == []
    elif doubt == "undecided":
        assert {each.expectation_id for each in doubts} >= {each.expectation_id for each in about}
        assert not any(each.quarantined for each in doubts)
    else:
        of_agency = {e.expectation_id for e in missed if e.recipient.agency == "social-care"}
        assert of_agency == {each.expectation_id for each in doubts}
        assert of_agency
    # Reminded all the same: nobody goes silent for a fault of ours.
    assert all(each.notices for each in missed)


def test_a_rebuild_gives_the_same_tables_with_the_fault_still_there(
    hub: AppendHub, known: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: keeping the event in a fact (were it an event's entry, evolve would raise)."""
    real = evolving._statement

    def fail(case: Case, entry: Entry, event: Event) -> None:
        if event.reference == "I-2":
            raise ZeroDivisionError
        real(case, entry, event)

    def alerts_of_the_log() -> list[tuple[str, str]]:
        """What evolve alone makes of the log."""
        case = Case(known)
        for entry in hub.entries(known):
            evolve(case, entry)
        return sorted((each.rule, each.state.value) for each in case.alerts.values())

    def alerts_of_the_tables() -> list[tuple[str, str]]:
        return sorted(hub.rows("select rule, state from derived.alert"))

    with monkeypatch.context() as broken:
        broken.setattr(evolving, "_statement", fail)
        hub.say(incident("ligature", reference="I-1"), incident("ligature", reference="I-2"))
        assert alerts_of_the_log() == alerts_of_the_tables()
    assert alerts_of_the_log() == alerts_of_the_tables()
    assert decide_all(hub) == ["recorded"]
    assert alerts_of_the_log() == alerts_of_the_tables()
    assert ("undecided", "withdrawn") in alerts_of_the_tables()
