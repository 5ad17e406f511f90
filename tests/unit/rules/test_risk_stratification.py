"""risk-stratification: a score that anybody can add up (3.29 to 3.31, Rec 4)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import get_args

import pytest

from safeguarding.case import Case
from safeguarding.facts import Alert
from safeguarding.rules.self_harm.risk_score import PARTS
from safeguarding.rules.self_harm.risk_stratification import RiskStratification
from safeguarding.standings import Standings
from schemas.reviewed_file import FileRefused
from schemas.rulesets import NEXT, load_ruleset
from schemas.rulesets.thresholds.risk import Part
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import (
    Said,
    attendance,
    detention,
    found,
    harmed,
    incident,
    london,
    placed,
    report,
)
from tests.unit.rules.said_intent import closed, intent
from tests.unit.rules.said_risk import detained, exploited, left_hospital, substances
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

RULE = "risk-stratification"
MORNING = "2021-10-05 10:00"  # A Tuesday in office hours.
NIGHT = "2021-10-05 23:00"
OFFICE: Audience = {
    "urgent": "social_worker team_manager camhs_community",
    "digest": "iro camhs_crisis safeguarding_nurse",
}
PLANNERS = f"{OFFICE['urgent']} {OFFICE['digest']}"
ASKS = (
    "It is for the one forum about the child, such as a gateway meeting, and asks for none of its "
    "own. It decides nothing: it counts what was told, and does not know the rest."
)


def story(*doings: Doing) -> Scene:
    """A child with a network, what happened before, and no rule but this."""
    around = members(f"{PLANNERS} edt foster_carer missing_coordinator youth_justice")
    return given(around, *doings, hub=Hub(ruleset=only(RULE)))


def harms(times: int, month: str = "2021-10") -> list[Said]:
    """Self-harm of that month, a day apart."""
    return [harmed("laceration", f"{month}-0{day} 10:00") for day in range(1, times + 1)]


def total(*said: Said) -> int:
    """The score once these have come, with enough before them to be told."""
    enough = [exploited("2021-10-05 10:00"), left_hospital("2021-10-05 10:00"), detained(MORNING)]
    scene = story(*(received(each, "2021-10-31 10:00") for each in (*said, *enough)))
    (alert,) = scene.hub.alerts.values()
    return int(alert.headline.removeprefix("Risk score ").split(":")[0]) - 7


def alerts(scene: Scene) -> dict[str, Alert]:
    """What was last told of each month."""
    return {alert.key.removeprefix("month:"): alert for alert in scene.hub.alerts.values()}


# --- it fires ----------------------------------------------------------------------------------


def test_the_first_band_asks_who_can_call_a_forum_in_office_hours_and_shows_the_sum() -> None:
    story(received(harms(1)[0])).when(
        received(left_hospital("2021-10-05 08:00")),
        received(substances(MORNING)),
    ).then(
        raised(
            RULE,
            "medium",
            level=1,
            what=(
                "Score 6 for the 90 days up to 5 October 2021, band 1 of 3 (they begin at 6, 12, "
                "24): self-harm 1 × 3 = 3; left a hospital or place of safety 1 × 2 = 2; alcohol "
                f"or drugs 1 × 1 = 1. {ASKS}"
            ),
            **OFFICE,
        ),
    ).then_awaits(dict.fromkeys(OFFICE["urgent"].split(), "2021-10-05 14:00"))


def test_below_the_first_band_nobody_is_told_that_it_is_low() -> None:
    story(received(harms(1)[0])).when(
        received(left_hospital(MORNING)),
    ).then_nothing()


def test_at_night_nobody_is_woken_and_who_can_call_it_answers_in_the_morning() -> None:
    story(received(harms(1)[0])).when(
        received(exploited("2021-10-05 22:00")),
        received(substances(NIGHT)),
    ).then(
        raised(RULE, "medium", level=1, urgent="", digest=PLANNERS),
    ).then_awaits(dict.fromkeys(OFFICE["urgent"].split(), "2021-10-06 13:00"))


def test_who_told_of_the_last_is_asked_too_since_the_others_are_news_to_them() -> None:
    said = harmed("laceration", MORNING, agency="camhs", said_by="camhs_community")
    story(received(harms(1)[0])).when(received(said)).then(raised(RULE, **OFFICE))


def test_the_headline_says_the_score_and_the_band() -> None:
    scene = story(*(received(each) for each in harms(4)))
    assert alerts(scene)["2021-10"].headline == "Risk score 12: band 2 of 3"
    assert alerts(scene)["2021-10"].paragraphs == ("3.29", "3.30", "3.31", "Rec 4")


# --- what counts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (attendance("2021-10-02 10:00"), 3),
        (attendance("2021-10-02 10:00", self_harm="no"), 0),
        (incident("ligature", "2021-10-02 10:00"), 3),
        (incident("force_used", "2021-10-02 10:00"), 0),
        (intent("2021-10-02 10:00"), 3),
        (closed("2021-10-02 10:00"), 0),
        (detained("2021-10-02 10:00"), 3),
        (detained("2021-10-02 10:00", step="ended"), 0),
        (left_hospital("2021-10-02 10:00"), 2),
        (left_hospital("2021-10-02 10:00", step="returned"), 0),
        (left_hospital("2021-10-02 10:00", from_kind="placement"), 0),
        (exploited("2021-10-02 10:00", level="likely"), 2),
        (exploited("2021-10-02 10:00", level="suspected"), 0),
        (detention("2021-10-02 10:00"), 2),
        (report("M-1", "2021-10-02 10:00"), 1),
        (found("M-1", "2021-10-02 10:00"), 0),
        (substances("2021-10-02 10:00"), 1),
        (placed("P-1", "2021-10-02", planned=False), 1),
        (placed("P-1", "2021-10-02", planned=True, emergency=True), 1),
        (placed("P-1", "2021-10-02", planned=True), 0),
        (placed("P-1", "2021-10-02"), 0),
    ],
)
def test_what_each_event_counts(said: Said, points: int) -> None:
    assert total(said) == points


def test_of_each_part_no_more_than_four_count_and_the_rest_is_shown() -> None:
    said = [report(f"M-{day}", f"2021-10-0{day} 10:00") for day in range(1, 7)]
    scene = story(*(received(each) for each in (*said, exploited("2021-10-07 10:00"))))
    assert alerts(scene)["2021-10"].what.startswith("Score 6 for the 90 days up to 7 October 2021")
    assert "missing 6, counted as 4, × 1 = 4." in alerts(scene)["2021-10"].what


@pytest.mark.parametrize(
    "again",
    [
        [report("M-1", f"2021-10-02 1{n}:00", reference=f"R-{n}") for n in range(2)],
        [replace(detention("2021-10-02 10:00"), reference=f"CR-1/{n}") for n in range(2)],
        [
            harmed("overdose", "2021-10-02 10:00", agency="placement"),
            attendance("2021-10-02 11:00"),
        ],
    ],
    ids=["episode", "custody record", "self-harm"],
)
def test_what_is_told_twice_counts_once(again: list[Said]) -> None:
    assert total(*again) == total(again[0])


def test_what_has_no_known_time_does_not_count() -> None:
    unknown = [harmed("laceration", "unknown", reference=f"H-{n}") for n in range(3)]
    said = [*unknown, *(replace(exploited("unknown"), reference=f"EX-{n}") for n in range(3))]
    story(*(received(each, at="2021-10-06 10:00") for each in said)).when(
        received(substances("2021-10-06 10:00"), at="2021-10-06 11:00"),
    ).then_nothing().then_open()


@pytest.mark.parametrize(("day", "counts"), [("2021-07-07 10:01", True), (MORNING, False)])
def test_it_counts_ninety_days_to_the_minute(day: str, *, counts: bool) -> None:
    first = exploited("2021-07-07 10:00" if not counts else day)
    scene = story(received(first), received(exploited("2021-10-01 10:00")))
    scene.when(received(left_hospital(MORNING)))
    assert bool(alerts(scene)) is counts


# --- bands and months --------------------------------------------------------------------------


def test_a_higher_band_is_told_like_new_and_what_lies_between_says_nothing() -> None:
    scene = story(*(received(each) for each in harms(2)))
    scene.when(received(harms(3)[2])).then_nothing()
    scene.when(received(harms(4)[3])).then(updated(RULE, "medium", level=2, **OFFICE))


def test_a_month_in_the_same_band_is_a_line_only() -> None:
    story(*(received(each) for each in harms(2, "2021-09"))).when(
        received(substances(MORNING)),
    ).then(
        raised(RULE, "medium", level=1, urgent="", digest=PLANNERS),
    )


def test_a_month_in_a_higher_band_is_asked_about() -> None:
    said = [*harms(2, "2021-09"), exploited("2021-09-10 10:00"), exploited("2021-09-11 10:00")]
    scene = story(*(received(each) for each in said))
    scene.when(received(left_hospital(MORNING))).then(
        raised(RULE, "medium", level=2, **OFFICE),
    )


def test_the_month_before_is_seen_with_all_that_counted_in_it() -> None:
    june = [harmed("laceration", f"2021-06-1{day} 10:00") for day in (5, 6, 7)]
    since = [harms(1, "2021-09")[0], exploited("2021-10-01 10:00"), exploited("2021-10-02 10:00")]
    scene = story(*(received(each) for each in (*june, *since, detained("2021-10-04 10:00"))))
    scene.then_open(f"{RULE} medium 1", f"{RULE} medium 1", f"{RULE} medium 2")
    scene.when(received(left_hospital(MORNING))).then(
        updated(RULE, "medium", level=2, urgent="", digest=PLANNERS),
    )


def test_a_month_begins_at_midnight_in_london() -> None:
    said = [harmed("laceration", "2021-08-31 23:59"), harmed("laceration", "2021-09-01 00:00")]
    scene = story(*(received(each) for each in said))
    assert [*alerts(scene)] == ["2021-09"]


def test_a_month_in_which_nothing_counts_is_told_nothing() -> None:
    said = [*harms(2), closed("2021-11-05 10:00")]
    assert [*alerts(story(*(received(each) for each in said)))] == ["2021-10"]


# --- late, out of order, twice -----------------------------------------------------------------


def test_told_weeks_late_it_counts_from_when_it_happened_in_every_month_since() -> None:
    story(received(harms(1)[0]), received(harms(1, "2021-11")[0])).when(
        received(harmed("laceration", "2021-09-20 10:00"), at="2021-11-16 10:00"),
    ).then(
        raised(RULE, "medium", level=1, **OFFICE),  # October: now two.
        updated(RULE, "medium", level=1, urgent="", digest=PLANNERS),  # November: three, not two.
    )


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    said = [
        harmed("laceration", "2021-09-20 10:00"),
        detained("2021-09-28 10:00"),
        harmed("ligature", "2021-10-02 10:00"),
        exploited("2021-10-03 10:00"),
        detained("2021-11-04 10:00"),
    ]
    ways = {
        tuple(sorted((key, alert.what, alert.level) for key, alert in alerts(scene).items()))
        for order in permutations(said)
        for scene in [story(*(received(each, "2021-11-05 10:00") for each in order))]
    }
    assert len(ways) == 1
    assert [key for key, *_ in ways.pop()] == ["2021-09", "2021-10", "2021-11"]


def test_what_is_read_around_an_event_is_enough_for_every_month_that_it_counts_in() -> None:
    rule, thresholds = RiskStratification(), only(RULE).thresholds[RULE]
    start = london("2021-01-01 10:00")
    # Days with which a window that is too short, before or after, gives another answer.
    days = [start + timedelta(days=n * 53 % 700) for n in range(36)]
    said = [
        (substances, detained, exploited)[n % 3](f"{day:%Y-%m-%d} 10:00")
        for n, day in enumerate(days)
    ]
    case = story(*(received(each, "2023-01-01 10:00") for each in said)).hub.case
    (need,) = rule.needs(thresholds)
    for each in said:
        about = case.standing_event((each.agency, each.reference))
        assert about is not None
        seen = rule.assess(
            within(case, about.placed_at - need.before, about.placed_at + need.after),
            about,
            thresholds,
        )
        assert seen == rule.assess(case, about, thresholds)
        assert set(seen) <= rule.keys(case, about)


def within(case: Case, since: datetime, until: datetime) -> Case:
    """The case as it is loaded for one event."""
    kept = {k: v for k, v in case.standings.items() if since <= v.occurred_at <= until}
    return replace(case, standings=Standings(kept))


def test_the_same_event_twice_says_nothing_new() -> None:
    said = harms(2)
    story(*(received(each) for each in said)).when(
        received(said[1], at="2021-10-02 11:00"),
    ).then_nothing()


def test_history_loaded_in_bulk_tells_nobody_and_counts() -> None:
    old = harms(1, "2021-09")[0].as_history()
    story(received(old, at="2021-10-04 10:00")).when(
        received(harmed("laceration", MORNING)),
    ).then(
        raised(RULE, level=1, **OFFICE),
    )


def test_a_time_that_cannot_be_is_flagged_and_counts_when_it_was_told() -> None:
    said = harmed("laceration", "1970-01-01 00:00+00:00", known=MORNING)
    story(received(harms(1)[0])).when(
        received(said, at=MORNING),
    ).then(
        flagged("occurred"),
        raised(RULE, level=1, **OFFICE),
    )


# --- corrections, retractions, outcomes --------------------------------------------------------


def test_a_correction_that_makes_it_count_is_told() -> None:
    said = exploited(MORNING, level="suspected")
    story(*(received(each) for each in (*harms(1), left_hospital("2021-10-04 10:00"), said))).when(
        received(said.corrected(level="confirmed"), at="2021-10-05 11:00"),
    ).then(
        raised(RULE, "medium", level=1, **OFFICE),
    )


def test_a_correction_to_another_month_moves_it() -> None:
    said = harmed("laceration", MORNING)
    story(received(harms(1)[0]), received(said)).when(
        received(said.corrected(occurred="2021-09-05 10:00"), at="2021-10-05 11:00"),
    ).then(
        updated(RULE, "medium", level=1, urgent="", digest=PLANNERS),
    )
    story(received(harms(1, "2021-09")[0]), received(said)).when(
        received(said.corrected(occurred="2021-09-05 10:00"), at="2021-10-05 11:00"),
    ).then(
        withdrawn(RULE, **OFFICE),
        raised(RULE, "medium", level=1, **OFFICE),
    )


def test_a_retraction_that_takes_it_below_the_first_band_withdraws_it() -> None:
    said = harmed("laceration", MORNING)
    story(received(harms(1)[0]), received(said)).when(
        received(said.retracted(), at="2021-10-05 11:00"),
    ).then(
        withdrawn(RULE, **OFFICE),
    ).then_awaits({})


def test_a_retraction_withdraws_the_months_that_it_carried() -> None:
    said = harms(1)[0]
    scene = story(received(said), received(harms(2)[1]), received(harms(1, "2021-11")[0]))
    scene.then_open(f"{RULE} medium 1", f"{RULE} medium 1")
    scene.when(received(said.retracted(), at="2021-11-16 10:00"))
    scene.then(withdrawn(RULE), updated(RULE, "medium", level=1, urgent="", digest=PLANNERS))


def test_a_retraction_that_lowers_the_band_is_a_line() -> None:
    said = harms(4)
    story(*(received(each) for each in said)).when(
        received(said[3].retracted(), at="2021-10-05 11:00"),
    ).then(
        updated(RULE, "medium", level=1, urgent="", digest=PLANNERS),
    )


def test_that_a_missing_child_is_found_and_a_detention_ends_takes_nothing_away() -> None:
    said = [*harms(1), detained("2021-10-02 10:00")]
    story(*(received(each) for each in said)).when(
        received(detained("2021-10-04 10:00", step="ended")),
        received(found("M-1", MORNING)),
    ).then_nothing()


# --- thresholds --------------------------------------------------------------------------------


def test_the_file_can_name_every_part_and_no_other() -> None:
    assert [*get_args(Part)] == [*PARTS]


def test_a_part_without_points_does_not_count(tmp_path: Path) -> None:
    ruleset = load_ruleset(changed(tmp_path, "      missing: 1\n", ""))[0]
    rules = tuple(rule for rule in ruleset.rules if rule.id == RULE)
    said = [report(f"M-{day}", f"2021-10-0{day} 10:00") for day in range(1, 5)]
    scene = given(hub=Hub(ruleset=replace(ruleset, rules=rules)))
    scene.when(*(received(each) for each in (*said, left_hospital(MORNING)))).then_nothing()
    scene.when(received(detained("2021-10-05 11:00")), received(substances("2021-10-05 12:00")))
    assert alerts(scene)["2021-10"].headline.startswith("Risk score 6:")
    assert "missing" not in alerts(scene)["2021-10"].what


def test_bands_that_do_not_rise_are_refused_with_their_line(tmp_path: Path) -> None:
    path = changed(tmp_path, "    bands: [6, 12, 24]\n", "    bands: [6, 24, 12]\n")
    line = path.read_text(encoding="utf-8").splitlines().index("    bands: [6, 24, 12]") + 1
    with pytest.raises(FileRefused, match=rf":{line}: .*bands: .*greater than the one before"):
        load_ruleset(path)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The next version's file with a change."""
    text = NEXT.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path
