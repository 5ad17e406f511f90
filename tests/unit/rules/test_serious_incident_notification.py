"""serious-incident-notification: a death or serious harm is notified, and then reviewed (1.4)."""

from itertools import permutations

import pytest

from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said
from tests.unit.rules.said_incident import harm, meeting, notified
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

RULE = "serious-incident-notification"
NOTIFICATION = f"{RULE}/notification SH-1"
REVIEW = f"{RULE}/rapid-review SH-1"
FRIDAY = "2021-12-17 15:00"
"""The working days after it are 20 to 24 December: then comes Christmas."""
HARM = harm("serious_harm", FRIDAY, place_authority="the host authority")
AROUND_HER = members("social_worker team_manager senior_manager host_authority iro edt placement")
NOT_NOTIFIED = (
    "The child was seriously harmed. 5 working days later no notification to the national panel is "
    "known. It is for the host authority to notify, or to say why it need not. Whether abuse or "
    "neglect is suspected has not been said."
)


def scene(*said: Said) -> Scene:
    """These things are said of it, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_it_is_awaited_for_five_working_days() -> None:
    scene(HARM).then_expects({NOTIFICATION: "open 2021-12-25 00:00", REVIEW: "open"})


def test_bank_holidays_are_no_working_days() -> None:
    christmas_eve = scene(harm("serious_harm", "2021-12-23 15:00"))
    # 24, 29, 30, 31 December and 4 January: 27, 28 December and 3 January are bank holidays.
    christmas_eve.then_expects({NOTIFICATION: "open 2022-01-05 00:00", REVIEW: "open"})


def test_it_is_counted_from_when_the_agency_knew() -> None:
    told_later = scene(harm("serious_harm", FRIDAY, known="2021-12-20 10:00"))
    told_later.then_expects({NOTIFICATION: "open 2021-12-25 00:00", REVIEW: "open"})
    past = harm("serious_harm", "2021-11-01 15:00", known=FRIDAY)
    known_late = given(AROUND_HER, received(past, at="2021-12-20 09:00"), hub=Hub(only(RULE)))
    known_late.then_expects({NOTIFICATION: "open 2021-12-25 00:00", REVIEW: "open"})


def test_missed_on_a_holiday_it_waits_for_the_office() -> None:
    scene(HARM).when(time_passes("2021-12-25 00:01")).then(
        raised(
            RULE,
            "high",
            urgent="",
            digest="senior_manager host_authority team_manager iro",
            level=1,
            what=NOT_NOTIFIED,
        )
    ).then_expects({NOTIFICATION: "missed", REVIEW: "open"})


def test_in_office_hours_it_is_for_the_managers_of_both_authorities() -> None:
    scene(HARM).when(time_passes("2021-12-29 09:30")).then(
        raised(RULE, "high", urgent="senior_manager host_authority", digest="team_manager iro")
    )


def test_one_that_was_notified_in_time_is_met_by_the_same_report() -> None:
    told = scene(HARM, notified(HARM, "2021-12-22 16:00"))
    told.when(time_passes("2021-12-29 09:30")).then_nothing()
    told.then_expects({NOTIFICATION: "met", REVIEW: "open 2022-01-18 00:00"})


def test_the_rapid_review_is_awaited_from_the_notification_on() -> None:
    told = scene(HARM, notified(HARM, "2021-12-22 16:00"))
    what = (
        "The child was seriously harmed. 15 working days after the notification no rapid review is "
        "known. It is for the safeguarding partners of the area where it happened."
    )
    told.when(time_passes("2022-01-18 09:30")).then(raised(RULE, "high", what=what))


def test_only_a_review_of_this_incident_counts() -> None:
    story = (HARM, notified(HARM, "2021-12-22 16:00"))
    open_still = {NOTIFICATION: "met", REVIEW: "open 2022-01-18 00:00"}
    strategy = meeting("M-1", "2022-01-10 10:00", "strategy", about_reference="SH-1")
    scene(*story, strategy).then_expects(open_still)
    of_another = meeting("M-2", "2022-01-10 10:00", "panel", about_reference="SH-9")
    scene(*story, of_another).then_expects(open_still)
    called = meeting("M-3", "2022-01-10 10:00", "panel", step="called", about_reference="SH-1")
    scene(*story, called).then_expects(open_still)
    held = meeting("M-3", "2022-01-12 10:00", "panel", about_reference="SH-1")
    scene(*story, called, held).then_expects({NOTIFICATION: "met", REVIEW: "met"})


def test_a_rapid_review_held_late_is_over_and_stays_missed() -> None:
    story = (HARM, notified(HARM, "2021-12-22 16:00"))
    missed = scene(*story).when(time_passes("2022-01-18 09:30"))
    missed.when(received(meeting("M-3", "2022-01-20 10:00", "panel", about_reference="SH-1")))
    (fact,) = missed.facts(RULE)
    assert fact.alert.settled
    assert fact.alert.what == (
        "The child was seriously harmed. The rapid review was held later than 15 working days "
        "after the notification."
    )


def test_where_all_rule_out_abuse_and_neglect_nothing_is_awaited() -> None:
    scene(harm("serious_harm", FRIDAY, abuse_or_neglect="no")).then_expects({})
    doubted = harm("serious_harm", FRIDAY, abuse_or_neglect="yes", reference="H-7", agency="camhs")
    both = scene(harm("serious_harm", FRIDAY, abuse_or_neglect="no"), doubted)
    both.then_expects(
        {
            f"{RULE}/notification H-7": "open 2021-12-25 00:00",
            f"{RULE}/rapid-review H-7": "open",
        }
    )


def test_a_death_is_notified_in_any_case() -> None:
    died = scene(harm("death", FRIDAY, abuse_or_neglect="no"))
    died.then_expects({NOTIFICATION: "open 2021-12-25 00:00", REVIEW: "open"})


def test_a_death_afterwards_does_not_end_it() -> None:
    later = harm("death", "2021-12-20 15:00", reference="SH-2")
    died = scene(HARM, later)
    died.when(time_passes("2021-12-30 09:30")).then(raised(RULE), raised(RULE))


def test_two_agencies_that_tell_of_one_incident_open_one() -> None:
    of_the_hospital = harm(
        "serious_harm", "2021-12-17 16:00", agency="acute-trust", reference="H-7"
    )
    scene(HARM, of_the_hospital).then_expects(
        {NOTIFICATION: "open 2021-12-25 00:00", REVIEW: "open"}
    )


def test_the_notification_that_the_authority_tells_of_meets_what_the_hospital_opened() -> None:
    of_the_hospital = harm(
        "serious_harm", "2021-12-17 14:00", agency="acute-trust", reference="H-7"
    )
    told = scene(of_the_hospital, notified(HARM, "2021-12-22 16:00"))
    told.then_expects(
        {
            f"{RULE}/notification H-7": "met",
            f"{RULE}/rapid-review H-7": "open 2022-01-18 00:00",
        }
    )


def test_told_late_that_it_was_notified_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(HARM).when(time_passes("2021-12-29 09:30"))
    told_late = received(notified(HARM, "2021-12-22 16:00"), at="2021-12-30 10:00")
    missed.when(told_late).then(
        withdrawn(RULE, urgent="senior_manager host_authority", digest="team_manager iro")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: the notification of a serious incident to the national panel. "
        "It was told late."
    )


def test_notified_too_late_it_is_over_and_stays_missed() -> None:
    missed = scene(HARM).when(time_passes("2021-12-29 09:30"))
    missed.when(received(notified(HARM, "2021-12-30 10:00"), at="2021-12-30 11:00")).then(
        updated(
            RULE,
            what="The child was seriously harmed. "
            "The panel was notified later than 5 working days after it.",
        )
    )
    missed.then_expects({NOTIFICATION: "missed", REVIEW: "open 2022-01-22 00:00"})


def test_a_report_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(HARM).when(time_passes("2021-12-29 09:30"))
    missed.when(received(HARM.retracted(), at="2021-12-30 10:00")).then(withdrawn(RULE))
    missed.then_expects({NOTIFICATION: "cancelled", REVIEW: "cancelled"})


def test_a_notification_that_was_not_made_after_all_is_awaited_again() -> None:
    told = notified(HARM, "2021-12-22 16:00")
    scene(HARM, told, told.corrected(notified=None)).then_expects(
        {NOTIFICATION: "open 2021-12-25 00:00", REVIEW: "open"}
    )


def test_a_retracted_review_opens_it_again() -> None:
    held = meeting("M-3", "2022-01-12 10:00", "panel", about_reference="SH-1")
    story = scene(HARM, notified(HARM, "2021-12-22 16:00"), held)
    story.when(received(held.retracted(), at="2022-01-13 10:00"))
    story.then_expects({NOTIFICATION: "met", REVIEW: "open 2022-01-18 00:00"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(HARM).when(time_passes("2021-12-29 09:30", unknown="no live feed"))
    silent.then_nothing().then_expects({NOTIFICATION: "not_known", REVIEW: "open"})


def test_of_history_it_is_not_known() -> None:
    old = harm("serious_harm", "2019-05-02 15:00").as_history()
    told = given(AROUND_HER, received(old, at="2021-12-01 10:00"), hub=Hub(only(RULE)))
    told.then_expects({NOTIFICATION: "not_known", REVIEW: "open"})
    told.when(time_passes("2021-12-02 10:00")).then_nothing()


ALL = (
    HARM,
    harm("serious_harm", "2021-12-17 14:00", agency="acute-trust", reference="H-7"),
    notified(HARM, "2021-12-30 10:00"),
    meeting("M-3", "2022-01-12 10:00", "panel", about_reference="SH-1"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2022-02-01 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2022-02-01 10:01"))
    ended.then_open(f"{RULE} high 0")
