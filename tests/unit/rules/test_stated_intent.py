"""stated-intent: a child said that they mean to die or to be harmed (1.4)."""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.self_harm.stated_intent import StatedIntent
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import NIGHT, Said, admission, detention, harmed, release
from tests.unit.rules.said_intent import alleged, closed, intent
from tests.unit.rules.said_stay import discharge
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    acknowledged,
    answered,
    flagged,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.windowed import windowed

RULE = "stated-intent"
EVENING = "2021-10-12 18:50"  # A Tuesday; the office is closed.
NEXT_DAY = "2021-10-13 10:00"
BIRTHDAY = "2022-01-18"
DAY_AFTER = "2022-01-19 10:00"  # A Wednesday.
AT_NIGHT: Audience = {
    "urgent": "edt placement camhs_crisis",
    "digest": "social_worker team_manager iro camhs_community safeguarding_nurse",
}
IN_OFFICE_HOURS: Audience = {
    "urgent": "social_worker placement camhs_crisis safeguarding_nurse",
    "digest": "edt team_manager iro camhs_community",
}
EVERYONE = f"{AT_NIGHT['urgent']} {AT_NIGHT['digest']}"
# The last to be told urgently when it is over: who was told then, and who would be now.
CLOSED: Audience = {
    "urgent": "edt placement camhs_crisis social_worker safeguarding_nurse",
    "digest": "team_manager iro",
}
UNTIL_CLOSED = "It stays in view until somebody has closed it."
UNTIL_BOTH = "It stays in view until its date has passed and somebody has closed it."


def story(*doings: Doing) -> Scene:
    """A child with a network, what happened before, and no rule but this."""
    return given(members(EVERYONE), *doings, hub=Hub(ruleset=only(RULE)))


def the_alert(scene: Scene) -> Alert:
    (alert,) = scene.hub.alerts.values()
    return alert


def dated(occurred: str = EVENING) -> Said:
    """She named her birthday."""
    return intent(occurred, by_when=BIRTHDAY)


# --- it fires ----------------------------------------------------------------------------------


def test_at_night_it_is_told_at_once_to_who_has_her_and_who_can_come() -> None:
    story().when(
        received(intent(EVENING)),
    ).then(
        raised(
            RULE,
            "high",
            level=1,
            what=f"Said to ward: To die before her birthday. {UNTIL_CLOSED}",
            **AT_NIGHT,
        ),
    ).then_awaits(dict.fromkeys(AT_NIGHT["urgent"].split(), "2021-10-12 19:50"))


def test_in_office_hours_it_is_told_to_the_social_worker_and_the_safeguarding_nurse() -> None:
    story().when(received(intent(NEXT_DAY))).then(raised(RULE, "high", **IN_OFFICE_HOURS))


@pytest.mark.parametrize("role", ["ward", "custody_sergeant"])
def test_a_ward_or_a_custody_suite_that_has_her_is_told_at_once(role: str) -> None:
    said = intent(EVENING, agency="fostering", said_by="foster_carer")
    given(members(f"edt {role}"), hub=Hub(ruleset=only(RULE))).when(
        received(said),
    ).then(
        raised(RULE, urgent=f"edt {role}", digest=""),
    )


@pytest.mark.parametrize(
    ("role", "before"),
    [
        ("ward", [admission("2021-10-03 10:00"), discharge("SP-1", "2021-10-09 10:00")]),
        ("custody_sergeant", [detention("2021-10-01 23:05"), release("2021-10-02 11:25")]),
    ],
)
def test_a_ward_or_a_custody_suite_that_has_let_her_go_reads_of_it(
    role: str, before: list[Said]
) -> None:
    """Fails without: let_go in the route; where the child is, in the needs."""
    said = intent(EVENING, agency="fostering", said_by="foster_carer")
    known = [received(each) for each in before]
    scene = given(members(f"edt {role}"), *known, hub=Hub(ruleset=only(RULE))).when(
        received(said),
    )
    scene.then(raised(RULE, urgent="edt", digest=role)).then_awaits({"edt": "2021-10-12 19:50"})
    rule, thresholds = StatedIntent(), only(RULE).thresholds[RULE]
    about = scene.hub.case.standing_event((said.agency, said.reference))
    assert about is not None
    seen = windowed(scene.hub.case, about, rule.needs(thresholds))
    assert rule.assess(seen, about, thresholds) == rule.assess(scene.hub.case, about, thresholds)


def test_told_late_it_goes_to_who_has_her_now() -> None:
    said = intent(EVENING, agency="fostering", said_by="foster_carer")
    held, again = detention("2021-10-01 23:05"), detention("2021-10-18 09:00", record="CR-2")
    known = [received(each) for each in (held, release("2021-10-02 11:25"), again)]
    given(members("edt custody_sergeant"), *known, hub=Hub(ruleset=only(RULE))).when(
        received(said, at="2021-10-18 22:00"),
    ).then(
        raised(RULE, urgent="edt custody_sergeant", digest=""),
    )


def test_who_told_of_it_is_not_told() -> None:
    given(members("edt ward"), hub=Hub(ruleset=only(RULE))).when(
        received(intent(EVENING)),
    ).then(
        raised(RULE, urgent="edt", digest=""),
    )


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given(hub=Hub(ruleset=only(RULE))).when(
        received(intent(EVENING)),
    ).then(
        raised(RULE, urgent="steward edt", digest=""),
    )


def test_it_says_the_date_and_the_means_that_she_named() -> None:
    said = intent(EVENING, by_when=BIRTHDAY, means="tablets")
    scene = story().when(received(said))
    scene.then(raised(RULE, "high", level=3, **AT_NIGHT))
    assert the_alert(scene).what == (
        "Said to ward: To die before her birthday. By when: 18 January 2022. With what: tablets. "
        f"{UNTIL_BOTH}"
    )
    assert the_alert(scene).headline == "Said that they mean to die or be harmed"


def test_what_somebody_alleges_that_she_said_is_said_to_be_alleged() -> None:
    scene = story().when(received(alleged(EVENING)))
    assert the_alert(scene).what.startswith("Is alleged to have been said to ward: To die")


def test_an_hour_that_she_named_is_told() -> None:
    scene = story().when(received(intent(EVENING, by_when="2021-10-12T23:00+01:00")))
    assert "By when: 12 October 2021 at 23:00; within 7 days" in the_alert(scene).what


@pytest.mark.parametrize(
    ("by_when", "found"),
    [
        ("2021-10-12", "critical"),  # That day.
        ("2021-10-19", "critical"),
        ("2021-10-20", "high"),
        ("2021-10-11", "high"),  # Past when it was said: the year or the day is wrong.
    ],
)
def test_a_date_within_a_week_is_critical(by_when: object, found: str) -> None:
    scene = story().when(received(intent(EVENING, by_when=by_when)))
    assert the_alert(scene).severity.value == found


def test_a_date_that_nobody_knows_is_none() -> None:
    unknown = {"at": "2021-10-13T00:00:00Z", "precision": "unknown"}
    scene = story().when(received(intent(EVENING, by_when=unknown)))
    scene.then(raised(RULE, "high", level=1))
    assert the_alert(scene).what.endswith(UNTIL_CLOSED)


def test_self_harm_without_a_word_of_it_tells_nobody() -> None:
    story().when(received(harmed("ligature", NIGHT))).then_nothing()


# --- said again --------------------------------------------------------------------------------


def test_said_again_is_a_line_in_the_digest() -> None:
    again = intent(NEXT_DAY, step="repeated", intent="Not to be there at New Year.")
    scene = story(received(intent(EVENING))).when(received(again))
    scene.then(updated(RULE, "high", level=1, urgent="", digest=EVERYONE))
    assert the_alert(scene).what == (
        "Said to ward: Not to be there at New Year. Said 2 times, first on 12 October 2021. "
        f"{UNTIL_CLOSED}"
    )


@pytest.mark.parametrize("more", [{"by_when": BIRTHDAY}, {"means": "tablets"}])
def test_said_again_with_a_date_or_means_is_told_like_new(more: dict[str, str]) -> None:
    story(received(intent(EVENING))).when(
        received(intent(NEXT_DAY, step="repeated", **more)),
    ).then(
        updated(RULE, "high", level=2, **IN_OFFICE_HOURS),
    )


def test_said_again_with_a_near_date_is_critical_and_keeps_the_first_date() -> None:
    scene = story(received(dated())).when(
        received(intent(NEXT_DAY, step="repeated", by_when="2021-10-14")),
    )
    scene.then(updated(RULE, "critical", **IN_OFFICE_HOURS))
    near = "By when: 14 October 2021, 18 January 2022; within 7 days of when it was said."
    assert near in the_alert(scene).what


def test_two_agencies_that_tell_of_it_are_one_alert() -> None:
    other = intent(EVENING, agency="camhs", said_by="camhs_crisis")
    scene = story(received(intent(EVENING))).when(received(other, at="2021-10-12 19:30"))
    scene.then(updated(RULE, "high", urgent="")).then_open(f"{RULE} high 1")


def test_it_is_answered_like_any_other() -> None:
    story(received(intent(EVENING))).when(
        acknowledged("edt", RULE, "2021-10-12 19:00"),
    ).then(
        answered("edt"),
    )


# --- closed ------------------------------------------------------------------------------------


def test_without_a_date_it_is_in_view_until_somebody_closes_it() -> None:
    scene = story(received(intent(EVENING))).when(received(closed("2021-10-20 10:00")))
    scene.then(updated(RULE, "high", level=0, **CLOSED)).then_awaits({})
    assert the_alert(scene).settled
    assert the_alert(scene).headline == "Stated intent: closed"
    assert the_alert(scene).what == (
        "Said to ward: To die before her birthday. Closed by camhs community on 20 October 2021; "
        "A plan for the day is made and she has been seen."
    )


def test_closed_before_its_date_it_stays_in_view_and_says_who_closed_it() -> None:
    scene = story(received(dated())).when(received(closed("2021-12-20 10:00", because=None)))
    scene.then(updated(RULE, "high", level=2, urgent=""))
    assert not the_alert(scene).settled
    assert the_alert(scene).what == (
        "Said to ward: To die before her birthday. By when: 18 January 2022. Closed by camhs "
        f"community on 20 December 2021, before its date; why is not said. {UNTIL_BOTH}"
    )


@pytest.mark.parametrize(
    ("at", "found"),
    [(f"{BIRTHDAY} 20:00", 2), (BIRTHDAY, 2), ("2022-01-19", 0), (DAY_AFTER, 0)],
)
def test_its_date_has_passed_when_that_day_is_over(at: str, found: int) -> None:
    """Also where it was closed on the day after, at an hour that nobody knows."""
    scene = story(received(dated()), received(closed(at)))
    scene.then_open(f"{RULE} high {found}")


@pytest.mark.parametrize(("at", "found"), [("2022-02-28 20:00", 2), ("2022-03-01 09:00", 0)])
def test_a_month_that_the_child_named_has_passed_with_its_last_day(at: str, found: int) -> None:
    month = {"at": "2022-02-01T00:00:00Z", "precision": "month"}
    scene = story(received(intent(EVENING, by_when=month)), received(closed(at)))
    scene.then_open(f"{RULE} high {found}")


def test_after_its_date_it_is_in_view_until_somebody_closes_it() -> None:
    scene = story(received(dated())).when(
        received(intent(DAY_AFTER, step="repeated")),
    )
    scene.then(updated(RULE, level=2)).then_open(f"{RULE} high 2")


def test_closed_early_and_again_after_its_date_it_is_closed() -> None:
    early, last = closed("2021-12-20 10:00"), closed(DAY_AFTER, reference="intent/closed-2")
    story(received(dated()), received(early)).when(
        received(last),
    ).then(
        updated(RULE, "high", level=0, **CLOSED),
    )


def test_said_again_after_it_was_closed_is_told_like_new() -> None:
    scene = story(received(intent(EVENING)), received(closed("2021-10-20 10:00"))).when(
        received(intent("2021-11-02 20:00", step="repeated")),
    )
    scene.then(updated(RULE, "high", level=1, **AT_NIGHT))
    assert the_alert(scene).what == f"Said to ward: To die before her birthday. {UNTIL_CLOSED}"


def test_closed_on_the_same_day_at_an_hour_not_known_is_closed() -> None:
    story(received(intent(EVENING))).when(
        received(closed("2021-10-12"), at=NEXT_DAY),
    ).then(
        updated(RULE, "high", level=0),
    )


def test_a_closing_of_before_closes_nothing() -> None:
    story(received(closed("2021-10-11 10:00"))).when(
        received(intent(EVENING)),
    ).then(
        raised(RULE, "high", level=1, **AT_NIGHT),
    )


def test_a_closing_alone_tells_nobody() -> None:
    story().when(received(closed(NEXT_DAY))).then_nothing()


def test_a_statement_that_is_closed_by_its_correction_is_no_withdrawal() -> None:
    said = intent(EVENING)
    story(received(said)).when(
        received(said.corrected(step="closed", closed_because="Seen."), at="2021-10-20 10:00"),
    ).then(
        updated(RULE, "high", level=0, urgent=CLOSED["urgent"]),
    )


# --- late, out of order, twice -----------------------------------------------------------------


def test_told_days_late_it_is_told_no_less_urgently() -> None:
    story().when(
        received(intent(EVENING), at="2021-10-18 10:00"),
    ).then(
        raised(RULE, "high", **IN_OFFICE_HOURS),
    )


def test_told_late_a_near_date_is_near_to_when_it_was_said() -> None:
    scene = story().when(received(intent(EVENING, by_when="2021-10-17"), at="2021-11-18 10:00"))
    scene.then(raised(RULE, "critical"))


def test_what_is_known_to_be_closed_is_raised_by_digest_only() -> None:
    story(received(closed(NEXT_DAY))).when(
        received(intent(EVENING), at="2021-10-14 10:00"),
    ).then(
        raised(RULE, "high", level=0, urgent="", digest=EVERYONE),
    ).then_awaits({})


def test_in_any_order_the_same_alert_is_open_and_says_the_same() -> None:
    said = [
        dated(),
        intent("2021-11-02 20:00", step="repeated", means="tablets"),
        closed("2021-12-20 10:00"),
        intent("2022-01-17 20:00", step="repeated"),
    ]
    words = set()
    for order in permutations(said):
        scene = story(*(received(each, "2022-01-18 09:00") for each in order))
        scene.then_open(f"{RULE} high 2")
        words.add(the_alert(scene).what)
        last = closed(DAY_AFTER, reference="intent/closed-2")
        scene.when(received(last)).then_open(f"{RULE} high 0")
    assert len(words) == 1


def test_the_same_words_published_twice_say_nothing_new() -> None:
    said = intent(EVENING)
    story(received(said)).when(received(said, at="2021-10-12 19:30")).then_nothing()


def test_history_loaded_in_bulk_tells_nobody() -> None:
    scene = story().when(received(intent("2021-03-01 10:00").as_history(), at=NEXT_DAY))
    scene.then(raised(RULE, "high", urgent="", digest=""))


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    story().when(
        received(intent(occurred, known=EVENING), at=EVENING),
    ).then(
        flagged("occurred"),
        raised(RULE, "high", **AT_NIGHT),
    )


# --- corrections and retractions ---------------------------------------------------------------


def test_a_correction_that_adds_a_date_is_told_like_new() -> None:
    said = intent(EVENING)
    story(received(said)).when(
        received(said.corrected(by_when=BIRTHDAY), at="2021-10-12 19:30"),
    ).then(
        updated(RULE, "high", level=2, **AT_NIGHT),
    )


def test_a_correction_of_the_day_that_makes_it_less_severe_is_a_line() -> None:
    said = intent(EVENING, by_when="2021-10-24", known=NEXT_DAY).corrected(occurred="2021-10-18")
    scene = story(received(said, at="2021-10-20 10:00"))
    scene.then_open(f"{RULE} critical 2")
    scene.when(received(said.corrected(occurred=EVENING), at="2021-10-20 11:00")).then(
        updated(RULE, "high", level=2, urgent="", digest=f"{EVERYONE}"),
    )


def test_a_correction_of_the_words_is_a_line_in_the_digest() -> None:
    said = intent(EVENING)
    story(received(said)).when(
        received(said.corrected(intent="Not to want to live."), at="2021-10-12 19:30"),
    ).then(
        updated(RULE, "high", urgent="", digest=EVERYONE),
    )


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = intent(EVENING)
    story(received(said)).when(
        received(said.retracted(), at=NEXT_DAY),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_a_retraction_of_one_of_two_statements_is_a_line_and_the_alert_stays() -> None:
    said = intent(NEXT_DAY, step="repeated")
    story(received(intent(EVENING)), received(said)).when(
        received(said.retracted(), at="2021-10-13 11:00"),
    ).then(
        updated(RULE, "high", level=1, urgent="", digest=EVERYONE),
    )


def test_a_retraction_of_the_statement_withdraws_also_what_was_closed() -> None:
    said = intent(EVENING)
    story(received(said), received(closed("2021-10-20 10:00"))).when(
        received(said.retracted(), at="2021-10-21 10:00"),
    ).then(
        withdrawn(RULE, urgent=CLOSED["urgent"], digest=f"{CLOSED['digest']} camhs_community"),
    )


def test_a_closing_that_is_taken_back_is_told_like_new() -> None:
    said = closed("2021-10-20 10:00")
    story(received(intent(EVENING)), received(said)).when(
        received(said.retracted(), at="2021-10-20 20:00"),
    ).then(
        updated(RULE, "high", level=1, urgent=AT_NIGHT["urgent"]),
    )


def test_an_early_retraction_is_remembered() -> None:
    said = intent(EVENING)
    story(received(said.retracted(), at="2021-10-12 18:51")).when(
        received(said, at="2021-10-12 18:52"),
    ).then_nothing().then_open()


def test_the_same_reference_of_another_agency_is_another_statement() -> None:
    said = intent(EVENING, reference="S-1")
    elsewhere = replace(said, agency="placement", said_by="placement")
    story(received(said), received(elsewhere)).when(
        received(said.retracted(), at=NEXT_DAY),
    ).then(
        updated(RULE, "high", level=1, urgent="", digest=EVERYONE),
    )
