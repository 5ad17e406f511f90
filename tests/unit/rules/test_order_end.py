"""order-end: an order of a court near its last day, and nobody tells what follows (1.6, 3.23)."""

from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said
from tests.unit.rules.said_hospital_and_law import ordered, serious_harm
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

RULE = "order-end"
LIBERTY = "deprivation_of_liberty"
MADE = "2021-12-02 15:00"
# A Wednesday. Two weeks before it begins, the office opened last on the Tuesday.
LAST_DAY = "2022-03-02"
SOON = "2022-02-15 09:00"
OVER = "2022-03-03 01:00"  # A day may last 25 hours: only then is it over for certain.
ORDER = ordered("made", MADE, number="FD-1", ends=LAST_DAY, reference="CO-1")
NEAR = "order-end/near CO-1"
END = "order-end/end CO-1"
AROUND_HER = members("social_worker team_manager senior_manager iro edt placement ward")
OPEN = {NEAR: f"open {SOON}", END: f"open {OVER}"}


def scene(*said: Said) -> Scene:
    """These were said, each when it occurred."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


# --- when it is due ------------------------------------------------------------------------------


def test_two_weeks_before_its_last_day_it_is_awaited_what_follows_and_on_it_what_came() -> None:
    scene(ORDER).then_expects(OPEN)


def test_of_an_order_of_which_nobody_says_until_when_nothing_is_awaited() -> None:
    scene(ordered("made", MADE)).then_expects({})


@pytest.mark.parametrize("step", ["applied_for", "refused", "ended"])
def test_of_what_is_not_in_force_nothing_is_awaited(step: str) -> None:
    scene(ordered(step, MADE, ends=LAST_DAY)).then_expects({})


@pytest.mark.parametrize("kind", ["supervision", "care", "criminal", "protection_from_others"])
def test_of_orders_by_which_no_child_is_kept_nothing_is_awaited(kind: str) -> None:
    scene(ordered("made", MADE, order=kind, ends=LAST_DAY)).then_expects({})


@pytest.mark.parametrize("ends", ["2021-12-01", "2023-12-02"])
def test_of_a_day_that_cannot_be_or_is_far_nothing_is_awaited(ends: str) -> None:
    scene(ordered("made", MADE, ends=ends)).then_expects({})


def test_an_order_that_is_shorter_is_asked_about_halfway() -> None:
    short = ordered("made", MADE, ends="2021-12-12", reference="CO-1")
    scene(short).then_expects({NEAR: "open 2021-12-06 09:00", END: "open 2021-12-13 01:00"})


def test_one_of_a_weekend_is_asked_about_within_it() -> None:
    short = ordered(
        "made",
        "2021-12-03 18:00",
        order="emergency_protection",
        ends="2021-12-05",
        reference="CO-1",
    )
    scene(short).then_expects({NEAR: "open 2021-12-04 09:00", END: "open 2021-12-06 01:00"})


# --- what is told --------------------------------------------------------------------------------


def test_near_its_end_it_is_for_named_roles_alone_while_they_are_at_work() -> None:
    scene(ORDER).when(time_passes(SOON)).then(
        raised(
            RULE,
            "high",
            urgent="social_worker team_manager",
            digest="senior_manager iro",
            what=(
                "An order that authorises a deprivation of liberty was made until 2 March 2022. "
                "Nobody has told what follows. Asked: that a court is asked in time, or that it "
                "is told that the order is to end."
            ),
        )
    ).then_expects({NEAR: "missed", END: f"open {OVER}"})


def test_an_hour_before_nobody_is_told() -> None:
    scene(ORDER).when(time_passes("2022-02-15 08:00")).then_nothing()


def test_past_its_last_day_they_read_of_it_in_the_morning() -> None:
    asked = ordered("applied_for", "2022-02-10 10:00")
    scene(ORDER, asked).when(time_passes(OVER)).then(
        raised(
            RULE,
            "high",
            urgent="",
            digest="social_worker team_manager senior_manager iro",
            what=(
                "An order that authorises a deprivation of liberty was made until 2 March 2022. "
                "Another was asked for; of its being made nobody has told. Asked: that it is told "
                "by what authority the child is kept now, if so."
            ),
        )
    ).then_expects({NEAR: "met", END: "missed"})


def test_it_says_no_word_of_what_the_court_said() -> None:
    said = ordered("made", MADE, "no", ends=LAST_DAY)
    (fact,) = scene(said).when(time_passes(SOON)).facts(RULE)
    assert "ondition" not in fact.alert.what


# --- what tells what follows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "follows",
    [
        ordered("made", "2022-02-10 10:00", number="FD-2", ends="2022-08-01"),
        ordered("made", "2022-02-10 10:00"),
        ordered("made", "2022-02-10 10:00", order="secure_accommodation", ends="2022-05-01"),
        ordered("changed", "2022-02-10 10:00", number="FD-1", ends="2022-08-01"),
        ordered("ended", "2022-02-10 10:00", number="FD-1"),
        ordered("refused", "2022-02-10 10:00"),
    ],
    ids=["another", "another without end", "of another kind", "longer", "ended", "refused"],
)
def test_another_order_a_longer_one_or_its_end_meets_both(follows: Said) -> None:
    after = scene(ORDER, follows)
    states = {key: each.state.value for (_, key), each in after.hub.case.awaited.items()}
    assert states["near:social-care:CO-1"] == states["end:social-care:CO-1"] == "met"


def test_that_another_is_asked_for_is_enough_before_but_not_on_its_last_day() -> None:
    scene(ORDER, ordered("applied_for", "2022-02-10 10:00")).then_expects(
        {NEAR: "met", END: f"open {OVER}"}
    )


@pytest.mark.parametrize(
    "other",
    [
        ordered("made", "2022-02-10 10:00", order="interim_care", ends="2022-08-01"),
        ordered("changed", "2022-02-10 10:00", "no", number="FD-1"),
        ordered("ended", "2022-02-10 10:00", number="FD-9"),
        ordered("made", "2022-02-10 10:00", order="secure_accommodation", ends="2022-02-20"),
        ordered("applied_for", "2021-12-01 10:00"),
        ordered("ended", "2021-12-02 10:00", number="FD-1"),
    ],
    ids=[
        *("another matter", "conditions", "another's end", "no longer than it", "asked for it"),
        "an end before it",
    ],
)
def test_what_says_nothing_of_what_follows_does_not(other: Said) -> None:
    awaited = scene(ORDER, other).hub.case.awaited
    assert awaited[RULE, "near:social-care:CO-1"].state.value == "open"
    assert awaited[RULE, "end:social-care:CO-1"].state.value == "open"


def test_what_was_asked_for_on_the_day_of_an_order_was_that_order() -> None:
    of_a_day = ordered("made", "2021-12-02", number="FD-1", ends=LAST_DAY, reference="CO-1")
    asked = ordered("applied_for", "2021-12-02 10:00")
    same_day = [received(each, at="2021-12-03 09:00") for each in (asked, of_a_day)]
    given(AROUND_HER, *same_day, hub=Hub(only(RULE))).then_expects(OPEN)


def test_its_end_of_a_day_whose_hour_is_not_known_may_be_after_it_and_is() -> None:
    ended = ordered("ended", "2021-12-02", number="FD-1")
    same_day = [received(each, at="2021-12-03 09:00") for each in (ORDER, ended)]
    given(AROUND_HER, *same_day, hub=Hub(only(RULE))).then_expects({NEAR: "met", END: "met"})


def test_one_order_told_twice_is_awaited_once() -> None:
    twice = scene(ORDER, ordered("made", MADE, number="FD-1", ends=LAST_DAY, reference="CO-0"))
    twice.then_expects(OPEN)


def test_a_care_order_follows_an_interim_one() -> None:
    interim = ordered("made", MADE, order="interim_care", ends=LAST_DAY, reference="CO-1")
    care = ordered("made", "2022-02-10 10:00", order="care")
    scene(interim, care).then_expects({NEAR: "met", END: "met"})


def test_an_order_that_is_to_end_sooner_after_all_awaits_it_from_then() -> None:
    sooner = ordered(
        "changed", "2022-01-10 14:00", number="FD-1", ends="2022-02-14", reference="CO-2"
    )
    changed = scene(ORDER, sooner)
    changed.then_expects(
        {
            NEAR: "cancelled",
            END: "cancelled",
            "order-end/near CO-2": "open 2022-01-28 09:00",
            "order-end/end CO-2": "open 2022-02-15 01:00",
        }
    )


# --- late, out of order, corrected, retracted ----------------------------------------------------


def test_told_late_that_another_was_made_in_time_it_is_taken_back_and_says_so() -> None:
    told = scene(ORDER).when(time_passes(SOON))
    made = ordered("made", "2022-02-10 10:00")
    told.when(received(made, at="2022-02-18 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="senior_manager iro")
    ).then_expects({NEAR: "met", END: "met"})


def test_another_that_is_made_after_that_settles_it() -> None:
    told = scene(ORDER).when(time_passes(SOON))
    told.when(received(ordered("made", "2022-02-25 10:00"))).then(
        updated(
            RULE,
            level=0,
            what=(
                "An order that authorises a deprivation of liberty was made until 2 March 2022. "
                "It is told now what followed."
            ),
        )
    ).then_expects({NEAR: "missed", END: "met"})


def test_of_the_day_itself_where_no_hour_is_known_it_was_in_time() -> None:
    told = scene(ORDER).when(time_passes(SOON))
    made = ordered("made", "2022-02-15")
    told.when(received(made, at="2022-02-18 10:00")).then(withdrawn(RULE))
    told.then_expects({NEAR: "met", END: "met"})


def test_an_order_that_comes_after_what_follows_it_is_met() -> None:
    made = ordered("made", "2022-02-10 10:00")
    early = given(
        AROUND_HER,
        received(made),
        received(ORDER, at="2022-02-10 12:00"),
        hub=Hub(only(RULE)),
    )
    early.then_expects({NEAR: "met", END: "met"})


def test_an_application_that_is_taken_back_opens_it_again() -> None:
    asked = ordered("applied_for", "2022-02-10 10:00")
    again = scene(ORDER, asked)
    again.when(received(asked.retracted(), at="2022-02-11 10:00")).then_nothing()
    again.then_expects(OPEN)
    again.when(time_passes(SOON)).then(raised(RULE))


def test_an_order_that_is_taken_back_withdraws_what_was_told() -> None:
    told = scene(ORDER).when(time_passes(SOON))
    told.when(received(ORDER.retracted(), at="2022-02-17 10:00")).then(withdrawn(RULE))
    told.then_expects({NEAR: "cancelled", END: "cancelled"})


def test_a_corrected_last_day_moves_both() -> None:
    later = ORDER.corrected(ends="2022-04-06")
    moved = given(
        AROUND_HER, received(ORDER), received(later, at="2021-12-03 10:00"), hub=Hub(only(RULE))
    )
    moved.then_expects({NEAR: "open 2022-03-22 09:00", END: "open 2022-04-07 01:00"})


STORY = (
    ORDER,
    ordered("applied_for", "2022-02-18 10:00"),
    ordered("changed", "2022-01-10 14:00", "yes", number="FD-1"),
    ordered("made", "2022-03-10 10:00", number="FD-2"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2022-03-11 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2022-03-11 10:01"))
    ended.then_expects({NEAR: "missed", END: "missed"})
    ended.then_open(f"{RULE} high 0", f"{RULE} high 0")


# --- what cancels it, and what is not known ------------------------------------------------------


def test_after_a_death_nothing_is_awaited() -> None:
    scene(ORDER).when(received(serious_harm("death", "2022-01-26 03:00"))).then_expects(
        {NEAR: "cancelled", END: "cancelled"}
    )


def test_who_is_18_by_then_is_a_child_no_more() -> None:
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2004, 2, 20))
    given(AROUND_HER, received(ORDER), hub=hub).then_expects({NEAR: f"open {SOON}"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(ORDER).when(time_passes(SOON, unknown="no live feed"))
    silent.then_nothing().then_expects({NEAR: "not_known", END: f"open {OVER}"})


def test_of_history_it_is_not_known() -> None:
    old = received(ORDER.as_history(), at="2023-07-01 10:00")
    given(AROUND_HER, old, hub=Hub(only(RULE))).then_expects({NEAR: "not_known", END: "not_known"})
