"""stated-intent-date: the date that a child named comes near, and it passes (1.4)."""

from itertools import permutations

import pytest

from safeguarding.rules.self_harm.stated_intent_date import StatedIntentDate
from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, left
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_intent import closed, intent
from tests.unit.rules.said_plan import plan
from tests.unit.rules.said_stay import discharge
from tests.unit.rules.spec import (
    Audience,
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

RULE = "stated-intent-date"
EVENING = "2021-10-12 18:50"  # A Tuesday.
BIRTHDAY = "2022-01-18"  # A Tuesday. Seven days before it begins, the office opened on the Monday.
SAID = intent(EVENING, by_when=BIRTHDAY, reference="SI-1")
NEAR, PASSED = f"{RULE}/near SI-1", f"{RULE}/passed SI-1"
SOON = "2022-01-10 09:00"
NOON_AFTER = "2022-01-19 12:00"
OPEN = {NEAR: f"open {SOON}", PASSED: f"open {NOON_AFTER}"}
LOOKED_AT = plan("reviewed", "2022-01-05 15:00")
IN_OFFICE_HOURS: Audience = {
    "urgent": "social_worker placement camhs_crisis safeguarding_nurse",
    "digest": "edt team_manager iro camhs_community",
}
AROUND_HER = members(f"{IN_OFFICE_HOURS['urgent']} {IN_OFFICE_HOURS['digest']}")
WORDS = "Said to ward: To die before her birthday. By when: 18 January 2022."
COMES_NEAR = (
    f"{WORDS} Nobody has told that the safety plan was looked at since 27 December 2021. Asked: "
    "that somebody speaks with the child about it and looks at the plan, and that it is known who "
    "is with the child then."
)
HAS_PASSED = (
    f"{WORDS} That has passed, and nobody has told since that it was closed. Asked: that somebody "
    "asks the child how things are and looks at the safety plan, and then closes it or keeps it in "
    "view."
)


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


# --- when it is due ------------------------------------------------------------------------------


def test_a_week_before_a_look_at_the_plan_is_awaited_and_at_noon_after_it_a_closing() -> None:
    scene(SAID).then_expects(OPEN)


def test_words_without_a_date_await_nothing() -> None:
    scene(intent(EVENING)).then_expects({})
    unknown = {"at": "2022-01-18T00:00:00Z", "precision": "unknown"}
    scene(intent(EVENING, by_when=unknown)).then_expects({})


def test_a_month_is_near_before_it_begins_and_has_passed_when_it_ends() -> None:
    """25 December is a Saturday; the office was open on the 24th."""
    month = {"at": "2022-01-01T00:00:00Z", "precision": "month"}
    said = scene(intent(EVENING, by_when=month, reference="SI-1"))
    said.then_expects({NEAR: "open 2021-12-24 09:00", PASSED: "open 2022-02-01 12:00"})


def test_an_hour_that_the_child_named_has_passed_with_it() -> None:
    said = scene(intent(EVENING, by_when="2021-10-12T23:00+01:00", reference="SI-1"))
    said.then_expects({PASSED: "open 2021-10-13 11:01"})  # Said to the minute.


def test_of_a_date_within_a_week_no_notice_comes_since_the_words_themselves_are_news() -> None:
    scene(intent(EVENING, by_when="2021-10-19", reference="SI-1")).then_expects(
        {PASSED: "open 2021-10-20 12:00"}
    )


def test_of_a_date_that_was_past_when_it_was_said_nothing_is_awaited() -> None:
    scene(intent(EVENING, by_when="2021-10-11")).then_expects({})


# --- it comes near -------------------------------------------------------------------------------


def test_it_comes_near_and_nobody_has_looked_at_the_plan() -> None:
    scene(SAID).when(time_passes(SOON)).then(
        raised(RULE, "high", level=1, what=COMES_NEAR, **IN_OFFICE_HOURS)
    ).then_expects({NEAR: "missed", PASSED: f"open {NOON_AFTER}"})


def test_an_hour_before_nobody_is_told() -> None:
    scene(SAID).when(time_passes("2022-01-10 08:00")).then_nothing()


def test_a_plan_that_was_looked_at_shortly_before_is_enough() -> None:
    scene(SAID, LOOKED_AT).when(time_passes(SOON)).then_nothing()
    for step in ("made", "changed"):
        looked = plan(step, "2022-01-05 15:00")
        scene(SAID, looked).then_expects({NEAR: "met", PASSED: f"open {NOON_AFTER}"})


def test_a_plan_that_was_looked_at_in_the_autumn_or_is_only_shared_is_not() -> None:
    autumn = plan("reviewed", "2021-10-20 10:00")
    scene(SAID, autumn, plan("shared", "2022-01-05 15:00", "edt")).then_expects(OPEN)


def test_a_plan_from_before_the_words_does_not_know_them() -> None:
    said = intent("2022-01-04 10:00", by_when=BIRTHDAY, reference="SI-1")
    scene(plan("made", "2022-01-03 10:00"), said).then_expects(OPEN)


def test_who_closed_it_shortly_before_has_looked_at_it() -> None:
    early = closed("2022-01-06 10:00")
    scene(SAID, early).then_expects({NEAR: "met", PASSED: f"open {NOON_AFTER}"})


def test_who_closed_it_long_before_is_named_and_the_notice_comes_all_the_same() -> None:
    early = scene(SAID, closed("2021-12-20 10:00", because=None)).when(time_passes(SOON))
    named = "Closed by camhs community on 20 December 2021, before its date; why is not said."
    early.then(raised(RULE, what=COMES_NEAR.replace("2022. ", f"2022. {named} ", 1)))


def test_a_plan_that_is_looked_at_after_the_notice_settles_it() -> None:
    late = scene(SAID).when(time_passes(SOON))
    late.when(received(plan("changed", "2022-01-12 15:00"))).then(
        updated(
            RULE,
            level=0,
            what=f"{WORDS} The safety plan was looked at on 12 January 2022.",
        )
    ).then_expects({NEAR: "missed", PASSED: f"open {NOON_AFTER}"})


# --- it passes -----------------------------------------------------------------------------------


def test_it_passes_and_at_noon_nobody_has_closed_it() -> None:
    scene(SAID, LOOKED_AT).when(time_passes(NOON_AFTER)).then(
        raised(RULE, "high", level=1, what=HAS_PASSED, **IN_OFFICE_HOURS)
    ).then_expects({NEAR: "met", PASSED: "missed"})


def test_at_midnight_when_it_passes_nobody_is_woken() -> None:
    scene(SAID, LOOKED_AT).when(time_passes("2022-01-19 00:01")).then_nothing()


def test_at_a_weekend_it_is_for_who_is_on_duty_then() -> None:
    friday = intent(EVENING, by_when="2022-01-21", reference="SI-1")
    looked = plan("reviewed", "2022-01-12 15:00")
    scene(friday, looked).when(time_passes("2022-01-22 12:00")).then(
        raised(
            RULE,
            urgent="edt placement camhs_crisis",
            digest="social_worker team_manager iro camhs_community safeguarding_nurse",
        )
    )


def test_closed_in_the_morning_after_it_nobody_is_told() -> None:
    done = scene(SAID, LOOKED_AT, closed("2022-01-19 10:00"))
    done.when(time_passes(NOON_AFTER)).then_nothing()
    done.then_expects({NEAR: "met", PASSED: "met"})


def test_closed_on_the_day_after_at_an_hour_not_known_is_closed() -> None:
    scene(SAID, LOOKED_AT, closed("2022-01-19")).then_expects({NEAR: "met", PASSED: "met"})


@pytest.mark.parametrize("at", ["2022-01-06 10:00", f"{BIRTHDAY} 20:00"])
def test_closed_before_its_date_has_passed_it_is_asked_about_and_that_is_said(at: str) -> None:
    early = scene(SAID, closed(at)).when(time_passes(NOON_AFTER))
    told = {fact.alert.what for fact in early.facts(RULE) if "passed" in fact.alert.what}
    (what,) = told
    assert "Closed by camhs community" in what
    assert "before its date" in what


def test_a_closing_of_before_the_words_is_not_of_them() -> None:
    other = closed("2021-10-11 10:00")
    scene(other, SAID, LOOKED_AT).when(time_passes(NOON_AFTER)).then(raised(RULE, what=HAS_PASSED))


def test_closed_late_all_of_it_is_over() -> None:
    late = scene(SAID).when(time_passes(SOON), time_passes(NOON_AFTER))
    late.when(received(closed("2022-01-20 10:00")))
    words = (
        "Said to ward: To die before her birthday. Closed by camhs community on 20 January 2022; A "
        "plan for the day is made and she has been seen."
    )
    late.then(updated(RULE, level=0, what=words), updated(RULE, level=0, what=words))
    assert all(fact.alert.settled for fact in late.facts(RULE))


def test_who_let_her_go_since_reads_and_is_not_called() -> None:
    """Fails without: let_go in the route; where the child is, in the needs."""
    known = [admission("2021-10-03 10:00"), discharge("SP-1", "2021-10-19 10:00")]
    told = given(members("edt ward"), *map(received, (*known, SAID)), hub=Hub(only(RULE)))
    told.when(time_passes("2022-01-10 17:30")).then(raised(RULE, urgent="edt", digest="ward"))
    rule, ruleset = StatedIntentDate(), only(RULE)
    about = told.hub.case.standing_event((SAID.agency, SAID.reference))
    assert about is not None
    thresholds, calendar = ruleset.thresholds[RULE], told.hub.calendar
    seen = windowed(told.hub.case, about, rule.needs(thresholds))
    whole = rule.expectations(told.hub.case, about, thresholds, calendar)
    assert rule.expectations(seen, about, thresholds, calendar) == whole


# --- said again, and by others -------------------------------------------------------------------


def test_the_same_date_named_again_is_told_of_once() -> None:
    again = intent("2021-11-02 20:00", step="repeated", by_when=BIRTHDAY, reference="SI-2")
    other = intent(EVENING, by_when=BIRTHDAY, agency="camhs", reference="SI-3")
    told = scene(SAID, again)
    told.when(received(other, at="2021-11-02 21:00")).when(time_passes(SOON)).then(raised(RULE))


def test_another_date_has_a_notice_of_its_own() -> None:
    again = intent("2021-11-02 20:00", step="repeated", by_when="2021-12-31", reference="SI-2")
    scene(SAID, again).then_expects(
        {
            **OPEN,
            f"{RULE}/near SI-2": "open 2021-12-23 09:00",  # The 24th begins after that.
            f"{RULE}/passed SI-2": "open 2022-01-01 12:00",
        }
    )


# --- what ends with 18, with care, with a death --------------------------------------------------


@pytest.mark.parametrize("day", [BIRTHDAY, "2022-01-19"])
def test_of_the_birthday_itself_or_the_day_before_it_is_told_though_the_child_is_18(
    day: str,
) -> None:
    """She meant to die before her 18th birthday (1.4): that day is when it matters."""
    grown = given(AROUND_HER, born(f"2004{day[4:]}"), received(SAID), hub=Hub(only(RULE)))
    grown.then_expects(OPEN)
    grown.when(time_passes(NOON_AFTER)).then(raised(RULE), raised(RULE, what=HAS_PASSED))


def test_a_date_after_the_birthday_is_no_matter_of_a_child() -> None:
    grown = given(AROUND_HER, born("2003-12-01"), received(SAID), hub=Hub(only(RULE)))
    grown.then_expects({})


def test_a_death_ends_it() -> None:
    scene(SAID, harm("death", "2021-12-20 10:00")).then_expects(
        {NEAR: "cancelled", PASSED: "cancelled"}
    )


def test_the_end_of_care_does_not_end_it() -> None:
    home = left("PL-1", "2021-11-01 10:00", reason={"system": "ssda903.rec", "code": "E4A"})
    scene(SAID, home).then_expects(OPEN)


# --- late, out of order, corrected, retracted ----------------------------------------------------


def test_told_late_that_it_was_closed_in_time_it_is_taken_back_and_says_so() -> None:
    told = scene(SAID, LOOKED_AT).when(time_passes(NOON_AFTER))
    told.when(received(closed("2022-01-19 10:00"), at="2022-01-19 16:00")).then(
        withdrawn(RULE, **IN_OFFICE_HOURS)
    )
    (fact,) = told.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a closing of what the child said, after its date. It was told late."
    )


def test_a_closing_that_comes_before_the_words_meets_it() -> None:
    early = [received(closed("2022-01-19 09:00")), received(SAID, at="2022-01-19 10:00")]
    given(AROUND_HER, received(LOOKED_AT), *early, hub=Hub(only(RULE))).then_expects(
        {NEAR: "met", PASSED: "met"}
    )


def test_words_that_are_told_after_their_date_are_asked_about_at_once() -> None:
    late = given(AROUND_HER, received(LOOKED_AT), hub=Hub(only(RULE)))
    late.when(received(SAID, at="2022-01-24 10:00"), time_passes("2022-01-24 10:01"))
    late.then(raised(RULE, what=HAS_PASSED))


def test_a_closing_that_is_taken_back_is_awaited_again() -> None:
    done = closed("2022-01-19 10:00")
    told = scene(SAID, LOOKED_AT, done)
    told.when(received(done.retracted(), at="2022-01-19 11:00"))
    told.then_expects({NEAR: "met", PASSED: f"open {NOON_AFTER}"})


def test_words_that_are_taken_back_withdraw_what_was_told() -> None:
    told = scene(SAID).when(time_passes(SOON))
    told.when(received(SAID.retracted(), at="2022-01-10 10:00")).then(
        withdrawn(RULE, **IN_OFFICE_HOURS)
    )
    told.then_expects({NEAR: "cancelled", PASSED: "cancelled"})


def test_a_corrected_date_moves_both_and_takes_back_what_was_told_of_the_other() -> None:
    told = scene(SAID).when(time_passes(SOON))
    later = SAID.corrected(by_when="2022-03-02")
    told.when(received(later, at="2022-01-10 11:00")).then(withdrawn(RULE, **IN_OFFICE_HOURS))
    told.then_expects({NEAR: "open 2022-02-22 09:00", PASSED: "open 2022-03-03 12:00"})


def test_a_statement_that_its_correction_closes_is_closed_if_its_date_has_passed() -> None:
    told = scene(SAID, LOOKED_AT).when(time_passes(NOON_AFTER))
    over = SAID.corrected(
        occurred="2022-01-20 10:00", step="closed", closed_because="Seen, and well."
    )
    told.when(received(over)).then(updated(RULE, level=0))


STORY = (
    SAID,
    intent("2021-11-02 20:00", step="repeated", by_when=BIRTHDAY, reference="SI-2"),
    closed("2021-12-20 10:00", reference="early"),
    closed("2022-01-20 10:00", reference="last"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2022-01-20 11:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2022-01-20 11:01"))
    ended.then_open(f"{RULE} high 0", f"{RULE} high 0")


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(SAID).when(time_passes(SOON, unknown="no live feed"))
    silent.then_nothing().then_expects({NEAR: "not_known", PASSED: f"open {NOON_AFTER}"})


def test_of_history_it_is_not_known() -> None:
    old = received(SAID.as_history(), at="2022-06-01 10:00")
    told = given(AROUND_HER, old, hub=Hub(only(RULE)))
    told.then_expects({NEAR: "not_known", PASSED: "not_known"})
    told.when(time_passes("2022-06-01 10:01")).then_nothing()
