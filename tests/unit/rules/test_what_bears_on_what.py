"""Rules that say of an event on which openings it bears (``between``) must leave none out.

Such a rule reads only those anew when the event comes. So of events of the seven months, with
and without each: whatever it changes lies between, and what is read there is as in the whole.
And what the append loads around an event (``needs``) must be enough to read it.

Each rule is tried with a birthday too, which ends what is due after it: the story gives none, on
purpose.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from safeguarding.case import Case
from safeguarding.events import NOBODY, Event
from safeguarding.moments import Moment
from safeguarding.rules import ALL
from safeguarding.rules.absence import HARM, Absence, Expected, unless_over
from safeguarding.standings import Standing, Standings
from schemas.rulesets import NEXT, load_ruleset
from tests.unit.rules.hub import CHILD
from tests.unit.rules.said import london
from tests.unit.rules.said_care import assessed
from tests.unit.rules.windowed import windowed
from tests.unit.scenarios.played import lived
from tests.unit.scenarios.test_seven_months import seven_months
from tests.unit.scenarios.told import agencies

BEGIN, END = london("2021-01-01"), london("2023-01-01")
EVER = london("1995-01-01")
AT_MOST = 25
# In the middle of what the seven months leave due, so that some of it ends with it; and so of the
# same life in a shorter time.
BORN, BORN_CLOSER = date(2003, 12, 15), date(2003, 4, 15)
# The story has none of these.
BESIDE = (assessed("2021-06-20 10:00", "initial"), assessed("2021-11-20 10:00"))
ABSENCES = [rule for rule in ALL if isinstance(rule, Absence)]
NARROW = [rule for rule in ABSENCES if type(rule).between is not Absence.between]
TRIED = [
    pytest.param(rule, share, born, id=f"{rule.id}-{share}")
    for rule in NARROW
    # Without a birthday transition awaits nothing.
    for share, born in ((1, BORN if rule.id == "transition" else None), (0.3, BORN_CLOSER))
]


@cache
def events() -> list[Event]:
    standings = lived(seven_months(in_fact=False), agencies()).case.standings.values()
    told = [each.event for each in standings if each.event is not None and not each.retracted]
    return told + [each.received(london(each.occurred)) for each in BESIDE]


def closer(event: Event, share: float) -> Event:
    """The same life in a shorter time, so that more of it lies in one window."""

    def moved(moment: Moment) -> Moment:
        return replace(moment, at=BEGIN + (moment.at - BEGIN) * share)

    received = BEGIN + (event.received_at - BEGIN) * share + timedelta(minutes=10)
    return replace(
        event, occurred=moved(event.occurred), known=moved(event.known), received_at=received
    )


def case_of(told: list[Event], born: date | None) -> Case:
    standings = {
        each.key: Standing(each.version, False, each.type, each.placed_at, 1, each) for each in told
    }
    return Case(
        child_id=CHILD,
        subject=replace(NOBODY, born=born),
        standings=Standings(standings),
    )


def everything(rule: Absence, case: Case) -> dict[str, Expected | None]:
    """What is awaited under each ground there is, each opening read anew."""
    ruleset, calendar = load_ruleset(NEXT)
    thresholds = ruleset.thresholds[rule.id]
    found: dict[str, Expected | None] = {}
    for opening in case.events(rule.opens, EVER, END):
        for key in rule.keys_of(opening):
            found.setdefault(key)
        for each in rule.expected(opening, case, thresholds, calendar):
            # No death is among these events.
            found[each.key] = unless_over(each, (), rule.window(thresholds), case.subject.born)
    return found


@pytest.mark.parametrize(("rule", "share", "born"), TRIED)
def test_what_an_event_changes_is_read_anew_when_it_comes(
    rule: Absence, share: float, born: date | None
) -> None:
    ruleset, calendar = load_ruleset(NEXT)
    told = [closer(each, share) for each in events() if each.type in rule.watches - {HARM}]
    case = case_of(told, born)
    whole = everything(rule, case)
    bore = 0
    for event in told[:: 1 + len(told) // AT_MOST]:
        without = case_of([each for each in told if each.key != event.key], born)
        before = everything(rule, without)
        changed = {key for key in {*before, *whole} if before.get(key) != whole.get(key)}
        bore += bool(changed)
        for now, all_of_it in ((case, whole), (without, before)):
            read = rule.expectations(now, event, ruleset.thresholds[rule.id], calendar)
            assert changed <= {*read}, event.reference
            assert read == {key: all_of_it.get(key) for key in read}, event.reference
    assert bore


@pytest.mark.parametrize("rule", ABSENCES, ids=lambda rule: rule.id)
def test_what_is_loaded_around_an_event_is_enough_to_read_it(rule: Absence) -> None:
    ruleset, calendar = load_ruleset(NEXT)
    thresholds = ruleset.thresholds[rule.id]
    told = [each for each in events() if each.type in rule.watches]
    case = case_of(told, BORN)
    for event in told[:: 1 + len(told) // AT_MOST]:
        loaded = windowed(case, event, rule.needs(thresholds))
        assert rule.expectations(loaded, event, thresholds, calendar) == rule.expectations(
            case, event, thresholds, calendar
        ), event.reference
