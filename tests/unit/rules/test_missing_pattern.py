"""missing/pattern: episodes that come close together are a pattern, and need a plan (1.4, 3.5)."""

from datetime import timedelta

from tests.unit.rules.said import Said, london, report
from tests.unit.rules.spec import (
    Doing,
    given,
    in_turn,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

AROUND_HER = members("placement missing_coordinator edt social_worker team_manager iro")
EVERYONE = "placement missing_coordinator edt social_worker team_manager iro"
EPISODE = raised("missing", "high")


def on(day: int, hour: str = "22:00") -> str:
    """The nth day from 1 May 2021; no clock changes until day 183."""
    date = (london("2021-05-01 00:00") + timedelta(days=day)).date()
    return f"{date} {hour}"


def episode(day: int, hour: str = "22:00", *, name: str | None = None) -> Said:
    return report(name or f"M-{day}", on(day, hour))


def episodes(*days: int) -> Doing:
    """One missing episode on each of these days."""
    return in_turn(*(received(episode(day)) for day in days))


# --- it fires ----------------------------------------------------------------------------------


def test_the_third_episode_in_thirty_days_is_a_pattern() -> None:
    given(AROUND_HER, episodes(0, 10)).when(
        received(episode(30)),
    ).then(
        EPISODE,
        raised("missing/pattern", "high", level=3),
    )


def test_outside_office_hours_nobody_is_asked_to_act_on_a_pattern() -> None:
    given(AROUND_HER, episodes(0, 10)).when(
        received(episode(20, "22:00")),
    ).then(
        EPISODE,
        raised("missing/pattern", urgent="", digest=EVERYONE),
    )


def test_in_office_hours_it_is_urgent_to_those_who_plan_and_leaves_out_nobody() -> None:
    given(AROUND_HER, episodes(0, 10)).when(
        received(report("M-3", "2021-05-21 10:00", said_by="missing_coordinator")),
    ).then(
        EPISODE,
        raised(
            "missing/pattern",
            urgent="social_worker team_manager missing_coordinator",
            digest="placement edt iro",
        ),
    )


def test_in_office_hours_without_anyone_who_plans_the_steward_and_night_team_are_told() -> None:
    given(members("placement iro"), episodes(0, 10)).when(
        received(report("M-3", "2021-05-21 10:00")),
    ).then(
        EPISODE,
        raised("missing/pattern", urgent="steward edt", digest="placement iro"),
    )


def test_a_pattern_of_a_child_without_network_is_in_the_stewards_digest_at_night() -> None:
    given(episodes(0, 10)).when(
        received(episode(20, "22:00")),
    ).then(
        EPISODE,
        raised("missing/pattern", urgent="", digest="steward"),
    )


def test_its_grounds_are_the_episodes_that_it_counts() -> None:
    scene = given(AROUND_HER, episodes(0, 40, 45, 50))
    # Day 0 is more than thirty days before the others.
    assert scene.grounds["missing/pattern"] == {"M-40/report", "M-45/report", "M-50/report"}
    scene.when(episodes(51, 52, 53))
    assert scene.grounds["missing/pattern"] == {f"M-{n}/report" for n in (40, 45, 50, 51, 52, 53)}


# --- near misses -------------------------------------------------------------------------------


def test_two_episodes_are_no_pattern() -> None:
    given(AROUND_HER, episodes(0)).when(received(episode(10))).then(EPISODE)


def test_three_episodes_in_more_than_thirty_days_are_no_pattern() -> None:
    given(AROUND_HER, episodes(0, 10)).when(
        received(episode(30, "22:01")),
    ).then(EPISODE)


def test_two_reports_of_one_episode_count_once() -> None:
    given(AROUND_HER, episodes(0, 10)).when(
        received(report("M-10", on(11), reference="M-10/again")),
    ).then_nothing()


# --- repeats -----------------------------------------------------------------------------------


def test_between_its_levels_a_pattern_says_nothing() -> None:
    given(AROUND_HER, episodes(0, 1, 2)).when(episodes(3, 4)).then(EPISODE, EPISODE)


def test_at_each_doubling_it_is_told_like_new() -> None:
    given(AROUND_HER, episodes(0, 1, 2, 3, 4)).when(
        received(episode(5)),
    ).then(
        EPISODE,
        updated("missing/pattern", "high", level=6, urgent="", digest=EVERYONE),
    )


def test_ten_episodes_are_one_alert_and_one_update() -> None:
    given(AROUND_HER).when(
        episodes(*range(10)),
    ).then(
        *[EPISODE] * 10,
        raised("missing/pattern", level=3),
        updated("missing/pattern", level=6),
    )


def test_it_is_not_withdrawn_when_the_month_has_passed() -> None:
    given(AROUND_HER, episodes(0, 1, 2)).when(
        received(episode(90)),
    ).then(EPISODE)


def test_nor_when_years_have_passed_and_its_beginning_is_out_of_sight() -> None:
    for day in (400, 401, 402, 403, 407, 432, 900):
        given(AROUND_HER, episodes(0, 1, 2)).when(received(episode(day))).then(EPISODE)


def test_after_an_episode_alone_the_next_three_are_a_new_pattern() -> None:
    given(AROUND_HER, episodes(0, 1, 2, 60)).when(
        episodes(61, 62),
    ).then(
        EPISODE,
        EPISODE,
        raised("missing/pattern", level=3),
    ).then_open("missing/pattern high 3", "missing/pattern high 3", *["missing high 1"] * 6)


def test_also_when_the_new_pattern_counts_an_episode_of_the_old_one() -> None:
    # Day 40 counts two (25 and itself), so the pattern of 0, 1 and 25 has ended with it.
    given(AROUND_HER, episodes(0, 1, 25, 40)).when(
        received(episode(50)),
    ).then(
        EPISODE,
        raised("missing/pattern", level=3),
    )


# --- late and out of order ---------------------------------------------------------------------


def test_an_episode_that_comes_late_completes_the_pattern() -> None:
    given(AROUND_HER, episodes(0, 20)).when(
        received(episode(10), at=on(25)),
    ).then(
        EPISODE,
        raised("late-disclosure"),
        raised("missing/pattern", level=3),
    )


def test_an_episode_that_comes_late_grows_the_pattern_and_opens_no_other() -> None:
    given(AROUND_HER, episodes(1, 2, 3)).when(
        received(episode(0), at=on(4)),
    ).then(
        EPISODE,
        raised("late-disclosure"),
    )


def test_a_late_episode_that_joins_two_patterns_withdraws_one_of_them() -> None:
    # 0 to 2 and 34 to 36: the count falls to 1 at 34. With 20, 21 and 22 it never falls.
    given(AROUND_HER, episodes(0, 1, 2, 34, 35, 36)).when(
        received(episode(20), at=on(37)),
        received(episode(21), at=on(37)),
    ).then(
        *[EPISODE] * 2,
        *[raised("late-disclosure")] * 2,
        withdrawn("missing/pattern", urgent="", digest=EVERYONE),
    )


def test_backwards_the_same_pattern_is_open_in_the_end() -> None:
    forwards = given(AROUND_HER, episodes(0, 5, 10, 12, 14, 16))
    backwards = given(AROUND_HER, episodes(16, 14, 12, 10, 5, 0))
    forwards.then_open("missing/pattern high 6", *["missing high 1"] * 6)
    backwards.then_open("missing/pattern high 6", *["missing high 1"] * 6)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_report_corrected_into_the_month_completes_the_pattern() -> None:
    early = report("M-0", "2021-01-01 22:00")
    given(AROUND_HER, received(early), episodes(10, 20)).when(
        received(early.corrected(occurred=on(0)), at=on(21)),
    ).then(
        raised("missing/pattern", level=3),
    )


def test_a_report_corrected_out_of_the_month_withdraws_the_pattern() -> None:
    first = episode(0)
    given(AROUND_HER, received(first), episodes(10, 20)).when(
        received(first.corrected(occurred="2021-01-01 22:00"), at=on(21)),
    ).then(
        withdrawn("missing/pattern", urgent="", digest=EVERYONE),
    )


def test_a_retracted_episode_withdraws_a_pattern_of_three() -> None:
    second = episode(10)
    given(AROUND_HER, episodes(0), received(second), episodes(20)).when(
        received(second.retracted(), at=on(21)),
    ).then(
        withdrawn("missing"),
        withdrawn("missing/pattern", urgent="", digest=EVERYONE),
    )


def test_a_retracted_episode_lowers_the_level_by_a_line_in_the_digest() -> None:
    last = episode(5)
    given(AROUND_HER, episodes(0, 1, 2, 3, 4), received(last)).when(
        received(last.retracted(), at=on(6)),
    ).then(
        withdrawn("missing"),
        updated("missing/pattern", level=3, urgent="", digest=EVERYONE),
    )


def test_the_pattern_goes_on_when_the_episode_that_opened_it_no_longer_completes_it() -> None:
    first = episode(0)
    given(AROUND_HER, received(first), episodes(1, 2, 3)).when(
        received(first.retracted(), at=on(4)),
    ).then(
        withdrawn("missing"),
    )


def test_the_words_change_with_the_level_only() -> None:
    scene = given(AROUND_HER).when(episodes(*range(6)))
    texts = [fact.alert.what for fact in scene.facts("missing/pattern")]
    assert texts == [
        "Missing at least 3 times within 30 days. This is a pattern now.",
        "Missing at least 6 times within 30 days. This is a pattern now.",
    ]
