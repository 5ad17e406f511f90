"""transition: adult services with a plan before a child at high risk is 18 (1.4, 3.7, 3.19)."""

from collections.abc import Mapping
from datetime import date
from itertools import permutations

import pytest

from safeguarding.case import Case
from safeguarding.events import Event, Subject
from safeguarding.rules.absence import Expected
from safeguarding.rules.planning.transition import Transition
from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, attendance, detention, harmed, left, london
from tests.unit.rules.said_briefing import plan
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_transition import assessed_by_adults, referred, with_adults
from tests.unit.rules.spec import (
    Scene,
    given,
    members,
    raised,
    received,
    time_passes,
    updated,
    withdrawn,
)
from tests.unit.rules.windowed import windowed

RULE = "transition"
HERE = f"{RULE}/adulthood plan"
BORN = "2004-03-20"  # 18 on 20 March 2022: invented.
DUE = "2021-10-01 00:00"
OVERDUE = "2021-10-01 09:30"  # A Friday.
AROUND_HER = members(
    "social_worker team_manager senior_manager iro edt camhs_community adult_services placement"
)
OVERDOSE = harmed("overdose", "2021-06-23 18:00", reference="SH-1")
BROKE_DOWN = left("PL-1", "2021-07-05 11:00", planned=False)
DETAINED = detention("2021-07-28 22:25")
RISKS = (OVERDOSE, BROKE_DOWN, DETAINED)
PLANNED = with_adults("2021-09-07 13:30")
STRATEGY = with_adults("2021-09-14 14:00", kind="strategy", planned="reactive", number="M-2")
HIGH_RISK = "The child is at high risk, and an adult within 6 months."
ASKED = (
    "Asked: that adult services are on the child's network to stay, and that a planned meeting "
    "agrees with them who does what."
)
CALLED = "senior_manager team_manager"
READERS = "social_worker iro camhs_community adult_services"


def scene(*said: Said, birthday: str | None = BORN, risks: tuple[Said, ...] = RISKS) -> Scene:
    """A child at high risk, of whom these things are said besides."""
    doings = [received(each) for each in (*risks, *said)]
    known = [born(birthday)] if birthday else []
    return given(AROUND_HER, *known, *doings, hub=Hub(only(RULE)))


def words(*said: Said) -> str:
    """What is told once it is missed."""
    (fact,) = scene(*said).when(time_passes(OVERDUE)).facts(RULE)
    return fact.alert.what


# --- it fires ----------------------------------------------------------------------------------


def test_it_is_due_at_the_end_of_the_month_half_a_year_before_18() -> None:
    scene().then_expects({HERE: f"open {DUE}"})


@pytest.mark.parametrize(
    ("birthday", "due"),
    [
        ("2004-03-01", "2021-10-01"),
        ("2004-03-31", "2021-10-01"),
        ("2004-02-29", "2021-10-01"),  # Of age on 1 March.
        ("2004-06-30", "2022-01-01"),
        ("2004-05-01", "2021-12-01"),
    ],
)
def test_all_who_are_18_in_one_month_have_the_same_day(birthday: str, due: str) -> None:
    later = harmed("laceration", "2021-07-20 10:00")  # In the last year of all of them.
    scene(later, birthday=birthday).then_expects({HERE: f"open {due} 00:00"})


def test_at_the_end_of_a_month_it_is_a_line_for_the_morning() -> None:
    scene().when(time_passes(DUE)).then(
        raised(
            RULE,
            "high",
            urgent="",
            digest=f"{CALLED} {READERS}",
            level=1,
            what=f"{HIGH_RISK} That adult services have taken part is not known. {ASKED}",
        )
    ).then_expects({HERE: "missed"})


def test_where_the_clock_finds_it_in_office_hours_who_decides_is_asked() -> None:
    scene().when(time_passes(OVERDUE)).then(raised(RULE, urgent=CALLED, digest=READERS))


def test_where_the_risk_is_high_only_later_there_is_a_fortnight() -> None:
    late = scene(harmed("ligature", "2021-12-01 10:00"), risks=RISKS[:2])
    late.then_expects({HERE: "open 2021-12-16 00:00"})


def test_attending_once_does_not_close_it() -> None:
    known = "Adult services have taken part; no planned meeting that agreed what they do is known."
    assert words(STRATEGY) == f"{HIGH_RISK} {known} {ASKED}"


def test_nor_does_attending_often_where_nothing_is_planned_with_them() -> None:
    reactive = with_adults("2021-09-07 13:30", planned="reactive")
    without_a_part = with_adults("2021-09-08 13:30", who="social_worker", number="M-3")
    assert "no planned meeting that agreed what they do is known" in words(
        reactive, without_a_part, STRATEGY
    )


def test_nor_does_a_plan_after_which_nothing_of_them_is_known() -> None:
    known = "Adult services came to a planned meeting; nothing that they did besides is known."
    assert words(PLANNED) == f"{HIGH_RISK} {known} {ASKED}"


def test_two_meetings_of_one_day_are_attending_once() -> None:
    same_day = with_adults("2021-09-07 16:00", kind="strategy", number="M-2")
    assert "nothing that they did besides is known" in words(PLANNED, same_day)


def test_who_was_asked_or_sent_apologies_or_views_was_not_there() -> None:
    """As on 7 January in the review's story."""
    for attendance_ in ("invited", "apologies", "absent", "sent_views", "not_invited"):
        away = with_adults("2021-09-07 13:30", attendance=attendance_)
        assert "That adult services have taken part is not known." in words(away)


def test_what_others_say_of_a_referral_and_a_safety_plan_are_not_theirs() -> None:
    by_others = referred("2021-09-14 10:00", said_by="social_worker")
    safe = plan("2021-09-15 10:00")
    assert "nothing that they did besides is known" in words(PLANNED, by_others, safe)


def test_what_they_made_of_it_must_be_more_than_to_have_it() -> None:
    for step in ("made", "received", "declined", "closed"):
        received_only = referred("2021-09-14 10:00", step)
        assert "nothing that they did besides is known" in words(PLANNED, received_only)
    begun = assessed_by_adults("2021-09-14 10:00", "started")
    assert "nothing that they did besides is known" in words(PLANNED, begun)


def test_it_never_says_when_the_child_was_born_nor_is_18() -> None:
    (fact,) = scene(PLANNED).when(time_passes(OVERDUE)).facts(RULE)
    said = f"{fact.alert.headline} {fact.alert.what} {fact.alert.where} {fact.alert.key}"
    assert not any(each in said for each in ("2004", "2022", "March", "03-20", "20"))


# --- it is silent ------------------------------------------------------------------------------


def test_a_plan_and_something_besides_meet_it() -> None:
    for besides in (
        STRATEGY,
        referred("2021-09-14 10:00"),
        assessed_by_adults("2021-09-14 10:00"),
        with_adults("2021-09-21 13:30", number="M-3"),
        referred("2021-05-10 10:00"),  # Before the plan.
    ):
        met = scene(PLANNED, besides)
        met.then_expects({HERE: "met"})
        met.when(time_passes(OVERDUE)).then_nothing()


def test_where_no_birthday_is_known_nothing_is_awaited() -> None:
    unknown = scene(birthday=None)
    unknown.then_expects({})
    unknown.when(time_passes(OVERDUE)).then_nothing()


def test_once_a_birthday_is_known_the_next_event_opens_it() -> None:
    unknown = scene(birthday=None)
    unknown.when(born(BORN), received(harmed("laceration", "2021-08-10 10:00")))
    unknown.then_expects({HERE: f"open {DUE}"})


def test_a_birthday_that_is_put_right_moves_it() -> None:
    wrong = scene(birthday="2004-05-20")
    wrong.then_expects({HERE: "open 2021-12-01 00:00"})
    wrong.when(born(BORN), received(harmed("laceration", "2021-08-10 10:00")))
    wrong.then_expects({HERE: f"open {DUE}"})
    younger = scene().when(born("2006-05-20"), time_passes(OVERDUE))
    younger.then_nothing().then_expects({HERE: "cancelled"})


def test_a_child_who_is_at_risk_on_two_days_is_not_at_high_risk() -> None:
    scene(risks=RISKS[:2]).then_expects({})
    one_night = (attendance("2021-06-23 20:00"), harmed("laceration", "2021-06-23 23:00"))
    scene(*one_night, risks=RISKS[:2]).then_expects({})


def test_what_is_more_than_a_year_before_18_does_not_count() -> None:
    earlier = (harmed("overdose", "2021-03-20 18:00"), *RISKS[1:])
    scene(risks=earlier).then_expects({})
    in_it = (harmed("overdose", "2021-03-21 18:00"), *RISKS[1:])
    scene(risks=in_it).then_expects({HERE: f"open {DUE}"})


def test_a_plan_of_long_before_does_not_count() -> None:
    old = with_adults("2020-03-20 10:00")
    assert "That adult services have taken part is not known." in words(old)
    in_time = with_adults("2020-03-21 10:00")
    scene(in_time, STRATEGY).then_expects({HERE: "met"})


# --- it comes late, in another order, is corrected or taken back -------------------------------


def test_planned_late_it_is_over() -> None:
    late = scene(STRATEGY).when(time_passes(OVERDUE))
    late.when(received(with_adults("2021-10-12 13:30", said_by="senior_manager"))).then(
        updated(
            RULE,
            urgent="team_manager",
            digest=READERS,
            level=0,
            what="Adult services have agreed to a plan with those around the child, and act on it.",
        )
    ).then_expects({HERE: "missed"})
    (fact,) = late.facts(RULE)
    assert fact.alert.settled


def test_while_it_is_overdue_only_a_further_step_is_told() -> None:
    overdue = scene(STRATEGY).when(time_passes(OVERDUE))
    overdue.when(
        received(with_adults("2021-10-05 14:00", kind="strategy", number="M-4")),
        received(harmed("laceration", "2021-10-06 10:00")),
    ).then_nothing()


def test_told_late_that_it_was_planned_in_time_it_is_taken_back() -> None:
    missed = scene(STRATEGY).when(time_passes(OVERDUE))
    missed.when(received(PLANNED, at="2021-10-04 10:00")).then(
        withdrawn(RULE, urgent=CALLED, digest=READERS)
    ).then_expects({HERE: "met"})


def test_a_meeting_corrected_to_be_reactive_leaves_it_open() -> None:
    corrected = scene(PLANNED, STRATEGY, PLANNED.corrected(planned="reactive"))
    corrected.then_expects({HERE: f"open {DUE}"})


def test_a_meeting_that_is_taken_back_leaves_it_missed() -> None:
    met = scene(PLANNED, STRATEGY).when(received(PLANNED.retracted(), at="2021-10-04 09:30"))
    met.when(time_passes("2021-10-04 09:31")).then(raised(RULE))


def test_an_event_that_is_taken_back_leaves_a_child_at_less_than_high_risk() -> None:
    missed = scene().when(time_passes(OVERDUE))
    missed.when(received(OVERDOSE.retracted(), at="2021-10-04 10:00")).then(withdrawn(RULE))
    missed.then_expects({HERE: "cancelled"})


def test_an_earlier_event_that_comes_late_changes_who_opened_it_and_tells_nobody() -> None:
    missed = scene().when(time_passes(OVERDUE))
    earlier = harmed("laceration", "2021-05-10 10:00")
    missed.when(received(earlier, at="2021-10-04 10:00")).then_nothing()
    missed.then_open(f"{RULE} high 1")


def test_a_death_ends_it() -> None:
    died = scene(harm("death", "2021-08-10 10:00"))
    died.then_expects({HERE: "cancelled"})
    died.when(time_passes(OVERDUE)).then_nothing()


def test_serious_harm_moves_nothing() -> None:
    later = harmed("ligature", "2021-12-01 10:00")
    story = scene(later, harm("serious_harm", "2021-12-01 10:00"))
    story.then_expects({HERE: f"open {DUE}"})


def test_in_the_last_fortnight_nothing_is_awaited() -> None:
    at_the_end = scene(harmed("ligature", "2022-03-10 10:00"), risks=RISKS[:2])
    at_the_end.when(time_passes("2022-03-25 10:00")).then_nothing().then_expects({})


def test_after_18_nothing_opens_it() -> None:
    scene(harmed("ligature", "2022-03-21 10:00"), risks=RISKS[:2]).then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({HERE: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = [received(each.as_history(), at="2021-11-13 09:00") for each in RISKS]
    told = given(AROUND_HER, born(BORN), *old, hub=Hub(only(RULE)))
    told.then_expects({HERE: "not_known"})


ALL = (*RISKS, STRATEGY)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at=OVERDUE) for place in order]
    ended = given(AROUND_HER, born(BORN), *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes(OVERDUE))
    ended.then_open(f"{RULE} high 1")


FAR_APART = (
    with_adults("2020-03-25 10:00"),
    harmed("overdose", "2021-03-22 10:00"),
    harmed("ligature", "2022-03-01 10:00"),
    referred("2022-03-19 10:00"),
)


@pytest.mark.parametrize("about", FAR_APART)
def test_what_is_read_around_an_event_is_enough(about: Said) -> None:
    whole = scene(*FAR_APART, risks=RISKS[:1]).hub.case
    event = about.received(london("2022-03-19 12:00"))
    needs = Transition().needs(only(RULE).thresholds[RULE])
    found = _awaited(windowed(whole, event, needs), event)
    assert found == _awaited(whole, event)
    assert [each.met is not None for each in found.values() if each] == [True]


def test_an_event_of_other_years_touches_nothing() -> None:
    """From it not all of the last year can be seen, so it must not decide on it."""
    long_ago = harmed("overdose", "2019-03-01 10:00", reference="SH-0")
    for said in (long_ago, long_ago.corrected(method="laceration"), long_ago.retracted()):
        event = said.received(london("2021-08-01 10:00"))
        assert _awaited(Case(scene().hub.case.child_id, subject=_KNOWN), event) == {}


_KNOWN = Subject((), born=date.fromisoformat(BORN))


def _awaited(case: Case, event: Event) -> Mapping[str, Expected | None]:
    hub = Hub(only(RULE))
    return Transition().expectations(case, event, hub.ruleset.thresholds[RULE], hub.calendar)
