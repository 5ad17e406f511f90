"""meeting-without: the same one who is needed is left out again and again (3.6)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said
from tests.unit.rules.said_meetings import asked, meeting, not_asked
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.spec import given as given_in

RULE = "meeting-without"
PATTERN = f"{RULE}/pattern"
AROUND_HER = members(
    "social_worker team_manager senior_manager iro camhs_community missing_coordinator"
)
WORKER = asked("social_worker", agency="social-care")
CAMHS = asked("camhs_community", agency="camhs")
NOT_CAMHS = not_asked("camhs_community")
# The manager leads, and has the line of the meeting.
LINE: Audience = {"urgent": "", "digest": "team_manager camhs_community"}


def held(day: str, *invitees: list[dict[str, Any]], kind: str = "professionals") -> Said:
    """A meeting on that day, without her mental health worker where the spec says nothing."""
    said = invitees or (WORKER, NOT_CAMHS)
    return meeting("held", f"{day} 14:00", *said, kind=kind, number=f"M-{day}")


def led_by(role: str, said: Said) -> Said:
    return replace(said, details={**said.details, "lead": role})


JUNE, JULY, LATER_IN_JULY = held("2021-06-30"), held("2021-07-08"), held("2021-07-20")
REST = [held(f"2021-08-{day}") for day in ("03", "10", "17")]


def given(*doings: Doing) -> Scene:
    return given_in(AROUND_HER, *doings, hub=Hub(only(RULE)))


def told(*said: Said) -> Scene:
    """These meetings were held, and each was told on its day."""
    return given(*(received(each) for each in said))


def test_the_third_meeting_without_her_worker_is_told_to_who_oversees_her_plan() -> None:
    told(JUNE, JULY).when(received(LATER_IN_JULY)).then(
        raised(RULE, **LINE),
        raised(
            PATTERN,
            "medium",
            level=3,
            urgent="",
            digest="iro",
            what="At least 3 meetings within 183 days were held without: camhs community. "
            "Please see that they are asked to the next one before it takes place.",
        ),
    ).then_awaits({})


def test_who_led_that_meeting_has_its_line_and_is_not_told_twice() -> None:
    of_the_head_of_service = led_by("senior_manager", LATER_IN_JULY)
    told(JUNE, JULY).when(received(of_the_head_of_service)).then(
        raised(RULE, urgent="", digest="senior_manager camhs_community"),
        raised(PATTERN, urgent="", digest="team_manager iro"),
    )
    of_the_reviewing_officer = led_by("iro", LATER_IN_JULY)
    told(JUNE, JULY).when(received(of_the_reviewing_officer)).then(
        raised(RULE, urgent="", digest="iro camhs_community"),
        raised(PATTERN, urgent="", digest="team_manager"),
    )


def test_after_that_only_a_doubling_is_told() -> None:
    three = told(JUNE, JULY, LATER_IN_JULY)
    three.when(*(received(each) for each in REST[:2])).then(
        raised(RULE, **LINE), raised(RULE, **LINE)
    )
    three.when(received(REST[2])).then(
        raised(RULE, **LINE),
        updated(PATTERN, level=6, urgent="", digest="iro"),
    )
    (fact,) = three.facts(PATTERN)
    assert fact.alert.headline == "6 meetings without somebody who is needed"


def test_a_meeting_that_was_held_with_her_does_not_end_the_count() -> None:
    with_her = held("2021-07-12", WORKER, CAMHS)
    told(JUNE, JULY, with_her).when(received(LATER_IN_JULY)).then(
        raised(RULE, **LINE), raised(PATTERN, level=3)
    )


def test_three_meetings_each_without_another_are_no_pattern() -> None:
    reviews = [
        held("2021-07-08", WORKER, CAMHS, kind="looked_after_review"),
        held("2021-07-20", WORKER, CAMHS, kind="missing"),
    ]
    told(JUNE, reviews[0]).when(received(reviews[1])).then(
        raised(RULE, urgent="", digest="team_manager missing_coordinator")
    )


def test_what_two_agencies_tell_of_one_meeting_counts_once() -> None:
    also = replace(JULY, agency="host-authority", said_by="host_authority")
    told(JUNE, JULY).when(received(also)).then(raised(RULE, digest="camhs_community"))


def test_who_is_left_out_for_the_first_time_is_not_named_in_the_pattern() -> None:
    neither = held("2021-07-20", WORKER, NOT_CAMHS, kind="missing")
    third = told(JUNE, JULY).when(received(neither))
    (fact,) = third.facts(PATTERN)
    assert "without: camhs community. " in fact.alert.what


def test_what_is_longer_ago_than_half_a_year_does_not_count() -> None:
    told(JUNE, JULY).when(received(held("2021-12-31"))).then(raised(RULE, **LINE))
    told(JUNE, JULY).when(received(held("2021-12-29"))).then(
        raised(RULE, **LINE), raised(PATTERN, level=3)
    )


def test_a_meeting_that_is_only_called_does_not_count() -> None:
    called = meeting("called", "2021-07-20 10:00", WORKER, kind="professionals", number="M-3")
    told(JUNE, JULY).when(received(called)).then(raised(RULE, level=1, urgent="team_manager"))


def test_history_counts_and_tells_nobody() -> None:
    old = [JUNE.as_history(), JULY.as_history()]
    loaded = given(*(received(each, at="2021-07-19 10:00") for each in old))
    loaded.when(received(LATER_IN_JULY)).then(
        raised(RULE, **LINE), raised(PATTERN, level=3, digest="iro")
    )


def test_a_meeting_that_comes_to_light_later_goes_on_under_the_open_alert() -> None:
    three = told(JULY, LATER_IN_JULY, REST[0])
    three.when(received(JUNE, at="2021-08-04 10:00")).then(raised(RULE, **LINE))
    three.then_open(*[f"{RULE} medium 0"] * 4, f"{PATTERN} medium 3")


def test_a_list_corrected_to_have_her_takes_the_pattern_back() -> None:
    three = told(JUNE, JULY, LATER_IN_JULY)
    corrected = JULY.corrected(invitees=[*WORKER, *CAMHS])
    three.when(received(corrected, at="2021-07-21 10:00")).then(
        withdrawn(RULE, **LINE), withdrawn(PATTERN, urgent="", digest="iro")
    )
    three.then_open(f"{RULE} medium 0", f"{RULE} medium 0")


def test_of_four_one_may_be_taken_back() -> None:
    four = told(JUNE, JULY, LATER_IN_JULY, REST[0])
    four.when(received(JUNE.retracted(), at="2021-08-04 10:00")).then(withdrawn(RULE, **LINE))
    four.then_open(*[f"{RULE} medium 0"] * 3, f"{PATTERN} medium 3")


def test_when_the_one_that_made_it_a_pattern_is_taken_back_the_next_one_does() -> None:
    four = told(JUNE, JULY, LATER_IN_JULY, REST[0])
    four.when(received(LATER_IN_JULY.retracted(), at="2021-08-04 10:00"))
    four.then_open(*[f"{RULE} medium 0"] * 3, f"{PATTERN} medium 3")


def test_where_the_sixth_is_taken_back_it_is_three_again_in_a_line() -> None:
    six = told(JUNE, JULY, LATER_IN_JULY, *REST)
    six.when(received(REST[2].retracted(), at="2021-08-18 10:00")).then(
        withdrawn(RULE, **LINE), updated(PATTERN, level=3, urgent="", digest="iro")
    )


def test_it_is_not_taken_back_when_time_has_passed() -> None:
    years_later = [held("2022-06-01"), held("2024-02-01")]
    told(JUNE, JULY, LATER_IN_JULY).when(*(received(each) for each in years_later)).then(
        raised(RULE, **LINE), raised(RULE, **LINE)
    )


def test_a_meeting_that_joins_two_patterns_withdraws_one_of_them() -> None:
    again = [held(f"2022-04-{day}") for day in ("01", "08", "15")]
    two = told(JUNE, JULY, LATER_IN_JULY, *again)
    two.when(received(held("2022-01-05"), at="2022-04-19 10:00")).then(
        raised(RULE, **LINE), withdrawn(PATTERN, urgent="", digest="iro")
    )
    two.then_open(*[f"{RULE} medium 0"] * 7, f"{PATTERN} medium 3")


def test_a_pattern_long_after_is_another() -> None:
    again = [held(f"2022-04-{day}") for day in ("01", "08", "15")]
    two = told(JUNE, JULY, LATER_IN_JULY, *again[:2]).when(received(again[2]))
    two.then(raised(RULE, **LINE), raised(PATTERN, level=3))
    two.then_open(*[f"{RULE} medium 0"] * 6, *[f"{PATTERN} medium 3"] * 2)


ALL = (JUNE, JULY, LATER_IN_JULY, REST[0].corrected(purposes=["safety"]))


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_the_same_is_open_and_says_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-08-04 10:00") for place in order]
    given(*said, *said).then_open(*[f"{RULE} medium 0"] * 4, f"{PATTERN} medium 3")
