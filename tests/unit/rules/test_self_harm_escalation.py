"""self-harm-escalation: again, more often, or more dangerously (1.4, 3.19, 3.22)."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from safeguarding.facts import Alert
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, attendance, harmed, incident
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    flagged,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

RULE = "self-harm-escalation"
MORNING = "2021-10-05 10:00"  # A Tuesday in office hours.
NIGHT = "2021-10-05 23:00"
OFFICE: Audience = {
    "urgent": "social_worker team_manager camhs_community",
    "digest": "iro edt foster_carer camhs_crisis",
}
EVERYONE = f"{OFFICE['urgent']} {OFFICE['digest']}"
FORUM = (
    "It is for the one forum about the child, with a named lead, and asks for no meeting of its "
    "own."
)
TWICE = (
    "Self-harm at least 2 times, beginning on 20 September 2021, each within 30 days of the one "
    "before."
)


def story(*doings: Doing) -> Scene:
    """A child with a network, what happened before, and no rule but this."""
    return given(members(EVERYONE), *doings, hub=Hub(ruleset=only(RULE)))


def first(occurred: str = "2021-09-20 18:00", method: str = "laceration") -> Said:
    """A carer tells of the first."""
    return harmed(method, occurred, agency="fostering", said_by="foster_carer", reference="F-1")


def the_alert(scene: Scene) -> Alert:
    (alert,) = scene.hub.alerts.values()
    return alert


def level(*said: Said) -> int:
    """The level once all have come; 0 where there is no alert."""
    alerts = list(story(*(received(each) for each in said)).hub.alerts.values())
    return alerts[0].level if alerts else 0


def often(times: int, *, days_apart: int = 10) -> list[Said]:
    """The same method, so many times, told by one agency."""
    days = [date(2021, 1, 1) + timedelta(days=n * days_apart) for n in range(times)]
    return [harmed("laceration", f"{day} 10:00") for day in days]


# --- again within days -------------------------------------------------------------------------


def test_a_second_self_harm_within_thirty_days_asks_for_one_forum_in_office_hours() -> None:
    story(received(first())).when(
        received(attendance(MORNING)),
    ).then(
        raised(RULE, "high", level=1, what=f"{TWICE} {FORUM}", **OFFICE),
    ).then_awaits(dict.fromkeys(OFFICE["urgent"].split(), "2021-10-05 11:00"))


def test_at_night_nobody_is_called_to_hold_a_forum_and_they_answer_in_the_morning() -> None:
    story(received(first())).when(
        received(attendance(NIGHT)),
    ).then(
        raised(RULE, "high", level=1, urgent="", digest=EVERYONE),
    ).then_awaits(dict.fromkeys(OFFICE["urgent"].split(), "2021-10-06 10:00"))


def test_who_told_of_the_last_is_told_too_since_the_others_are_news_to_them() -> None:
    said = harmed("laceration", MORNING, agency="camhs", said_by="camhs_community")
    story(received(first())).when(received(said)).then(raised(RULE, **OFFICE))


def test_a_first_self_harm_tells_nobody() -> None:
    story().when(received(first())).then_nothing()


@pytest.mark.parametrize(("day", "found"), [("2021-10-20 18:00", 1), ("2021-10-20 18:01", 0)])
def test_thirty_days_count_to_the_minute(day: str, found: int) -> None:
    assert level(first(), harmed("laceration", day)) == found


def test_it_counts_across_agencies_and_in_custody() -> None:
    said = [first(), incident("other_self_harm", "2021-10-01 23:40"), attendance(MORNING)]
    assert level(*said[:2]) == 1
    assert level(*said[1:]) == 1


@pytest.mark.parametrize(
    "said",
    [
        incident("force_used", MORNING),
        incident("unconscious", MORNING),
        attendance(MORNING, self_harm="no"),
        attendance(MORNING, self_harm="not_known", unconscious=True),
        admission(MORNING, reason="overdose"),
    ],
    ids=["force", "unconscious in custody", "another reason", "nobody knows yet", "admission"],
)
def test_what_is_not_known_to_be_self_harm_does_not_count(said: Said) -> None:
    story(received(first())).when(received(said)).then_nothing()


def test_a_third_says_nothing_new_and_a_fourth_rises() -> None:
    scene = story(*(received(each) for each in often(2)))
    scene.when(received(often(3)[2])).then_nothing()
    scene.when(received(often(4)[3])).then(updated(RULE, "high", level=2))
    assert "at least 4 times" in the_alert(scene).what


@pytest.mark.parametrize(("times", "found"), [(1, 0), (2, 1), (3, 1), (4, 2)])
def test_a_run_rises_at_each_doubling(times: int, found: int) -> None:
    assert level(*often(times)) == found


def test_a_new_run_after_a_quiet_time_is_told_like_new() -> None:
    said = [*often(4), harmed("laceration", "2021-12-06 10:00")]
    scene = story(*(received(each) for each in said))
    scene.when(received(harmed("laceration", "2021-12-07 10:00")))
    # Two for the run of January, one for the fifth of a life, and now one for this run.
    scene.then(updated(RULE, "high", level=4, **OFFICE))
    assert the_alert(scene).what.startswith(
        "Self-harm at least 4 times, beginning on 1 January 2021, and at least 2 times, beginning "
        "on 6 December 2021, each within 30 days of the one before."
    )


def test_of_a_life_it_says_no_fewer_than_of_a_run() -> None:
    """Fails without: max in ``_reasons`` (at least 8 times, and 5 in her life)."""
    scene = story(*(received(each) for each in often(8)))
    assert the_alert(scene).what == (
        "Self-harm at least 8 times, beginning on 1 January 2021, each within 30 days of the one "
        f"before. At least 8 times in the child's life, as far as is known here. {FORUM}"
    )
    scene.when(received(often(8)[7].retracted(), at="2021-12-06 10:00"))
    assert "At least 5 times in the child's life" in the_alert(scene).what


# --- one harm, told by several -----------------------------------------------------------------


def test_a_carers_report_and_the_hospitals_of_the_hours_after_are_one() -> None:
    carers = first("2021-10-05 08:00", "overdose")
    story(received(carers)).when(received(attendance(MORNING))).then_nothing()


def test_harm_in_custody_and_the_hospital_that_she_is_taken_to_are_one() -> None:
    assert level(incident("ligature", "2021-10-05 04:00"), attendance(MORNING)) == 0


def test_after_twelve_hours_the_hospital_tells_of_another() -> None:
    assert level(first("2021-10-04 22:00"), attendance(MORNING)) == 0
    assert level(first("2021-10-04 21:59"), attendance(MORNING)) == 1


def test_what_happens_on_the_ward_is_not_why_she_came() -> None:
    assert level(attendance(MORNING), harmed("ligature", "2021-10-05 12:00")) == 1


def test_two_agencies_that_tell_of_one_method_within_hours_tell_of_one() -> None:
    wards = harmed("ligature", "2021-10-05 10:05")
    assert level(first(MORNING, "ligature"), wards) == 0
    assert level(first(MORNING, "not_known"), wards) == 0
    assert level(first(MORNING, "laceration"), wards) == 2  # Two, and the second is deadlier.


def test_two_of_one_agency_are_two_also_where_another_tells_of_one_of_them() -> None:
    wards = [harmed("ligature", "2021-10-05 10:05"), harmed("ligature", "2021-10-05 11:05")]
    assert level(*wards) == 1
    assert level(wards[0], first("2021-10-05 10:30", "ligature"), wards[1]) == 1


def test_a_carer_who_knows_only_the_day_tells_of_what_the_hospital_saw_on_it() -> None:
    said = first("2021-10-05", "overdose")
    scene = story(received(attendance("2021-10-05 19:40")))
    scene.when(received(said, at="2021-10-06 09:00")).then_nothing()


# --- a life ------------------------------------------------------------------------------------


def test_the_fifth_of_a_life_is_told_though_months_lie_between() -> None:
    said = [harmed("laceration", f"2021-0{month}-05 10:00") for month in (1, 3, 5, 7, 9)]
    scene = story(*(received(each) for each in said[:4]))
    scene.then_nothing()
    scene.when(received(said[4])).then(
        raised(
            RULE,
            "high",
            level=1,
            urgent="",
            digest=EVERYONE,
            what=f"At least 5 times in the child's life, as far as is known here. {FORUM}",
        )
    )


def test_the_tenth_is_told_like_new() -> None:
    said = often(10, days_apart=31)
    scene = story(*(received(each, "2022-01-10 10:00") for each in said[:9]))
    scene.then_open(f"{RULE} high 1")
    scene.when(received(said[9], at="2022-01-10 11:00")).then(updated(RULE, level=2, **OFFICE))
    assert "At least 10 times" in the_alert(scene).what


def test_what_two_agencies_tell_of_at_times_not_known_is_not_taken_for_one() -> None:
    wards = harmed("laceration", "unknown", reference="W-1")
    said = [harmed("laceration", f"2021-0{month}-05 10:00") for month in (1, 3, 5)]
    before = [received(first("unknown"), at="2021-10-02 09:00"), *map(received, said)]
    story(*before).when(received(wards, at=MORNING)).then(raised(RULE, level=1))


def test_what_was_at_a_time_not_known_counts_in_a_life_and_in_no_run() -> None:
    said = [harmed("laceration", f"2021-0{month}-05 10:00") for month in (1, 3, 5, 7)]
    undated = received(first("unknown"), at="2021-10-02 09:00")
    story(undated).when(received(harmed("laceration", "2021-10-02 10:00"))).then_nothing()
    story(*(received(each) for each in said)).when(undated).then(raised(RULE, level=1))


# --- deadlier ----------------------------------------------------------------------------------


def test_a_deadlier_method_is_told_though_months_lie_between() -> None:
    story(received(first("2021-05-01 10:00", "overdose"))).when(
        received(harmed("ligature", MORNING)),
    ).then(
        raised(RULE, "high", what=f"In a deadlier way than ever before: ligature. {FORUM}"),
    )


@pytest.mark.parametrize(
    ("before", "then", "found"),
    [
        ("laceration", "overdose", 1),
        ("ligature", "height", 0),
        ("ligature", "overdose", 0),
        ("other", "ligature", 0),
        ("not_known", "ligature", 0),
    ],
)
def test_only_what_ranks_higher_than_all_known_before_is_deadlier(
    before: str, then: str, found: int
) -> None:
    assert level(first("2021-05-01 10:00", before), harmed(then, MORNING)) == found


def test_a_ligature_in_custody_is_a_ligature() -> None:
    assert level(first("2021-05-01 10:00"), incident("ligature", MORNING)) == 1
    assert level(incident("ligature", "2021-05-01 10:00"), harmed("ligature", MORNING)) == 0


def test_it_says_each_reason_once() -> None:
    scene = story(received(first())).when(received(harmed("railway", MORNING)))
    assert the_alert(scene).what == (
        f"{TWICE} In a deadlier way than ever before: at a railway. {FORUM}"
    )
    assert the_alert(scene).level == 2
    assert the_alert(scene).headline == "Self-harm is escalating"


# --- late, out of order, twice -----------------------------------------------------------------


def test_told_days_late_it_counts_from_when_it_happened() -> None:
    story(received(harmed("laceration", "2021-09-10 10:00"))).when(
        received(first(), at="2021-11-16 10:00"),
    ).then(
        raised(RULE, "high", level=1, **OFFICE),
    )


def test_a_late_report_of_long_before_does_not_join_what_followed() -> None:
    story(received(harmed("laceration", MORNING))).when(
        received(first("2021-08-20 10:00"), at="2021-10-06 10:00"),
    ).then_nothing()


def test_in_any_order_the_same_alert_is_open_and_says_the_same() -> None:
    said = [
        first(),
        incident("ligature", "2021-10-02 02:40"),
        harmed("overdose", "2021-10-10 19:00", agency="placement", said_by="placement"),
        attendance("2021-10-10 19:40"),
        harmed("ligature", "2021-10-11 02:00"),
    ]
    words = set()
    for order in permutations(said):
        scene = story(*(received(each, "2021-10-12 12:00") for each in order))
        scene.then_open(f"{RULE} high 3")
        words.add(the_alert(scene).what)
    assert len(words) == 1


def test_the_same_report_twice_says_nothing_new() -> None:
    said = attendance(MORNING)
    story(received(first()), received(said)).when(
        received(said, at="2021-10-05 10:30"),
    ).then_nothing()


def test_history_loaded_in_bulk_tells_nobody_and_counts() -> None:
    history = first("2021-09-20 18:00").as_history()
    scene = story().when(received(history, at="2021-10-04 10:00"))
    scene.then_nothing()
    scene.when(received(attendance(MORNING))).then(raised(RULE, level=1, **OFFICE))


def test_a_time_that_cannot_be_is_flagged_and_counts_when_it_was_told() -> None:
    said = harmed("laceration", "1970-01-01 00:00+00:00", known=MORNING)
    story(received(first())).when(
        received(said, at=MORNING),
    ).then(
        flagged("occurred"),
        raised(RULE, level=1, **OFFICE),
    )


# --- corrections, retractions, outcomes --------------------------------------------------------


def test_a_correction_of_the_method_may_raise_it() -> None:
    said = harmed("laceration", MORNING)
    story(received(first()), received(said)).when(
        received(said.corrected(method="ligature"), at="2021-10-05 10:30"),
    ).then(
        updated(RULE, "high", level=2, **OFFICE),
    )


def test_a_correction_of_details_says_nothing() -> None:
    said = harmed("laceration", MORNING)
    story(received(first()), received(said)).when(
        received(said.corrected(means="glass"), at="2021-10-05 10:30"),
    ).then_nothing()


def test_a_correction_of_the_day_out_of_the_month_withdraws_it() -> None:
    said = first()
    story(received(said), received(attendance(MORNING))).when(
        received(said.corrected(occurred="2021-08-20 18:00"), at="2021-10-05 10:30"),
    ).then(
        withdrawn(RULE, **OFFICE),
    )


def test_an_attendance_corrected_to_be_for_something_else_withdraws_it() -> None:
    said = attendance(MORNING)
    story(received(first()), received(said)).when(
        received(said.corrected(self_harm="no"), at="2021-10-05 10:30"),
    ).then(
        withdrawn(RULE, **OFFICE),
    )


def test_a_retraction_is_told_to_everyone_who_was_told() -> None:
    said = attendance(MORNING)
    story(received(first()), received(said)).when(
        received(said.retracted(), at="2021-10-05 10:30"),
    ).then(
        withdrawn(RULE, **OFFICE),
    ).then_awaits({})


def test_a_retraction_of_one_of_several_is_a_line_and_the_alert_stays() -> None:
    said = often(4)
    scene = story(*(received(each) for each in said)).when(
        received(said[3].retracted(), at="2021-03-01 10:00"),
    )
    scene.then(updated(RULE, "high", level=1, urgent="", digest=EVERYONE))
    assert "at least 2 times" in the_alert(scene).what


def test_a_level_that_falls_is_never_passed_over() -> None:
    runs = [*often(4), harmed("laceration", "2021-12-06 10:00"), harmed("overdose", MORNING)]
    deadlier = [harmed("overdose", "2021-02-20 10:00"), harmed("ligature", "2021-04-01 10:00")]
    for said in (runs, [*often(1), *deadlier]):
        for gone in said:
            scene = story(*(received(each, "2021-12-20 10:00") for each in said))
            scene.when(received(gone.retracted(), at="2021-12-21 10:00"))
            without = [each for each in said if each is not gone]
            levels = [alert.level for alert in scene.hub.open_alerts()]
            assert sum(levels) == level(*without)


def test_a_discharge_or_an_admission_that_is_cancelled_withdraws_nothing() -> None:
    stay = admission("2021-10-05 12:00", follows="ED-1")
    story(received(first()), received(attendance(MORNING)), received(stay)).when(
        received(stay.retracted(), at="2021-10-05 13:00"),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_an_early_retraction_is_remembered() -> None:
    said = attendance(MORNING)
    story(received(first()), received(said.retracted(), at="2021-10-05 10:01")).when(
        received(said, at="2021-10-05 10:02"),
    ).then_nothing().then_open()
