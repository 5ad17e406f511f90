"""forum-needed: one forum for all that calls for one (3.1, 3.4)."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.planning.forum_needed import ForumNeeded
from schemas import rulesets
from schemas.reviewed_file import FileRefused
from schemas.rulesets import load_ruleset
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, detention, harmed, placed, report
from tests.unit.rules.said_harm import alleged, concern
from tests.unit.rules.said_meetings import asked, meeting, not_asked
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.windowed import windowed

RULE = "forum-needed"
FILE = Path(rulesets.__file__).parent / "v2.yaml"
# Days of an October in which Monday is the 4th.
MONDAY, TUESDAY, THURSDAY = "2021-10-04 10:00", "2021-10-05 10:00", "2021-10-07 10:00"
NEXT_WEEK = "2021-10-13 10:00"
ASKED: Audience = {"urgent": "team_manager", "digest": "social_worker iro camhs_community"}
NOBODY_ASKED: Audience = {"urgent": "", "digest": f"{ASKED['urgent']} {ASKED['digest']}"}
# The team manager was asked, and hears that it is over.
OVER = ASKED
TWICE = (harmed("laceration", "2021-10-01 10:00"), harmed("laceration", MONDAY))
ALLEGED = alleged(TUESDAY, known=TUESDAY)
FOR_ALL = "social_worker missing_coordinator camhs_community"
HEAD = (
    "One forum is asked for, and not a meeting for each. Lead: the team manager of the responsible "
    "authority."
)


def story(*doings: Doing) -> Scene:
    """A child with a network, what happened before, and no rule but this."""
    around = members("social_worker team_manager iro camhs_community foster_carer edt placement")
    return given(around, *doings, hub=Hub(ruleset=only(RULE)))


def of(*said: Said) -> list[Doing]:
    return [received(each) for each in said]


def alert(scene: Scene) -> Alert:
    """What was last told: there is one alert, or none."""
    (told,) = scene.hub.alerts.values()
    return told


def held(
    at: str, *, kind: str = "professionals", roles: str = FOR_ALL, number: str = "M-1"
) -> Said:
    """A meeting was held, to which these were asked."""
    return meeting("held", at, asked(roles), kind=kind, number=number)


def missing(times: int, since: int = 1) -> list[Said]:
    """Missing on as many days of September, so that the last come in office hours."""
    return [report(f"E-{day}", f"2021-09-{day:02} 11:00") for day in range(since, since + times)]


def moves(times: int) -> list[Said]:
    """Moved so often in office hours, a week apart, after a placement before."""
    before = placed("P-0", "2021-07-01 10:00")
    return [
        before,
        *(placed(f"P-{n}", f"2021-08-{7 * n - 5:02} 10:00") for n in range(1, times + 1)),
    ]


# --- it fires ----------------------------------------------------------------------------------


def test_who_leads_is_asked_for_one_forum_and_reads_what_for_and_whom_it_needs() -> None:
    story(*of(TWICE[0])).when(*of(TWICE[1])).then(
        raised(
            RULE,
            "medium",
            what=(
                f"{HEAD} It is for: self-harm that comes again, or in a deadlier way (since 4 "
                "October 2021; from self-harm-escalation). Last new or graver: 4 October 2021, "
                "10:00. Needed there: social worker, camhs community."
            ),
            **ASKED,
        )
    ).then_awaits({"team_manager": "2021-10-04 14:00"})


def test_another_matter_is_merged_and_asked_for_like_new() -> None:
    story(*of(*TWICE)).when(*of(ALLEGED)).then(
        updated(
            RULE,
            "medium",
            what=(
                f"{HEAD} It is for: self-harm that comes again, or in a deadlier way (since 4 "
                "October 2021; from self-harm-escalation); a strategy discussion about harm by "
                "others (since 5 October 2021; from exploitation). Last new or graver: 5 October "
                "2021, 10:00. Needed there: social worker, "
                "camhs community, missing coordinator. The strategy discussion does not wait for "
                "the rest."
            ),
            **ASKED,
        )
    )


def test_more_of_the_same_is_not_told_again() -> None:
    """Fails without: ``new`` in ``_stand``."""
    story(*of(*TWICE)).when(*of(harmed("laceration", TUESDAY))).then_nothing()
    another = alleged(THURSDAY, known=THURSDAY, number="AL-2")
    story(*of(ALLEGED)).when(*of(another)).then_nothing()


def test_an_allegation_against_a_carer_is_one_of_them_and_no_carer_reads_of_it() -> None:
    """Fails without: ``placement-with-parent`` among the rules that are asked."""
    said = alleged(TUESDAY, known=TUESDAY, against="mother", against_carer=True)
    scene = story().when(*of(said)).then(raised(RULE, "medium", **ASKED))
    assert "(since 5 October 2021; from placement-with-parent)" in alert(scene).what


def test_what_has_become_graver_is_asked_for_like_new_and_says_when() -> None:
    """Fails without: the grade in ``_stand``."""
    scene = story(*of(ALLEGED)).when(*of(concern("confirmed", THURSDAY)))
    scene.then(updated(RULE, "medium", **ASKED))
    assert (
        "told of by several agencies (since 5 October 2021, graver on 7 October 2021; from "
        "exploitation)"
    ) in alert(scene).what


def test_at_night_nobody_is_woken() -> None:
    story(*of(TWICE[0])).when(*of(harmed("laceration", "2021-10-04 23:00"))).then(
        raised(RULE, "medium", **NOBODY_ASKED)
    )


# --- when it does not speak at all --------------------------------------------------------------


def test_a_pattern_of_missing_or_a_third_move_calls_for_none_by_itself() -> None:
    story().when(*of(*missing(6))).then_nothing()
    story().when(*of(*moves(5))).then_nothing()


def test_two_such_matters_together_do() -> None:
    """Fails without: ``together``."""
    scene = story(*of(*moves(3), *missing(2))).when(*of(report("E-3", "2021-09-03 11:00")))
    scene.then(raised(RULE, "medium", **ASKED))
    assert alert(scene).headline == "One forum is needed: missing, moves"


def test_so_does_one_that_has_doubled_and_doubled_again() -> None:
    story(*of(*missing(11))).when(*of(report("E-12", "2021-09-13 11:00"))).then(
        raised(RULE, "medium", **ASKED)
    )
    story(*of(*moves(3))).when(
        *of(
            *(placed(f"Q-{n}", f"2021-09-0{n} 10:00") for n in (1, 2, 3)),
        )
    ).then(raised(RULE, "medium", **ASKED))


def test_a_move_that_was_planned_calls_for_none() -> None:
    """Fails without: ``planned`` in ``_of_moves``."""
    planned = replace(moves(3)[-1], details={**moves(3)[-1].details, "planned": True})
    story(*of(*missing(3, since=10), *moves(2))).when(
        received(planned, at="2021-10-04 10:00")
    ).then_nothing()


def test_a_risk_score_in_its_first_band_is_not_named_either_and_in_its_second_calls_for_one() -> (
    None
):
    """Fails without: the band in ``_of_risk``. It counts the same two, and would be said twice."""
    said = [detention(f"2021-09-{day} 10:00", record=f"CR-{day}") for day in (27, 28, 29)]
    scene = story().when(*of(*said)).then_nothing()
    scene.when(*of(concern("confirmed", "2021-09-30 10:00")))
    assert alert(scene).headline == "One forum is needed: exploitation"
    scene.when(*of(*TWICE)).then(updated(RULE, "medium", **ASKED))
    assert "a risk score in band 2 of 3 (since 4 October 2021; from risk-stratification)" in (
        alert(scene).what
    )


def test_history_that_is_loaded_calls_nobody_together() -> None:
    """Fails without: ``backfilled`` in ``_calls_people``: then what comes next would be no news."""
    loaded = [received(each.as_history(), at="2021-10-05 09:00") for each in TWICE]
    story().when(*loaded).then_nothing()


# --- a meeting deals with it --------------------------------------------------------------------


def test_a_meeting_that_can_deal_with_all_of_it_settles_it() -> None:
    story(*of(*TWICE, ALLEGED)).when(*of(held(THURSDAY))).then(
        updated(
            RULE,
            what=(
                "Dealt with: self-harm that comes again, or in a deadlier way (since 4 October "
                "2021; from self-harm-escalation); a strategy discussion about harm by others "
                "(since 5 October 2021; from exploitation). The last meeting about it: "
                "professionals, 7 October 2021. It was last asked for: 5 October 2021, 10:00."
            ),
            urgent="",
            digest="social_worker iro camhs_community",
        )
    ).then_awaits({})


def test_who_leads_hears_that_it_is_over_where_somebody_else_says_so() -> None:
    said = replace(held(THURSDAY), said_by="iro")
    story(*of(*TWICE)).when(*of(said)).then(
        updated(RULE, urgent="team_manager", digest="social_worker camhs_community")
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (held(THURSDAY, kind="panel"), "a panel is about one matter"),
        (held(THURSDAY, kind="placement"), "one about a placement is not about self-harm"),
        (held(THURSDAY, roles="social_worker missing_coordinator"), "her own worker was not asked"),
        (held("2021-10-01 14:00"), "it was before the second time"),
        (meeting("cancelled", THURSDAY, asked(FOR_ALL), kind="professionals"), "it was not held"),
    ],
)
def test_other_meetings_leave_it_as_it_is_and_nobody_is_told(said: Said, why: str) -> None:
    del why
    story(*of(*TWICE)).when(received(said, at=THURSDAY)).then_nothing()


def test_whoever_stands_in_for_who_is_needed_is_enough() -> None:
    said = held(THURSDAY, roles="team_manager police_officer camhs_crisis")
    story(*of(*TWICE, ALLEGED)).when(*of(said))
    scene = story(*of(*TWICE, ALLEGED)).when(*of(said))
    assert alert(scene).settled


def test_apologies_are_enough_and_an_invitation_in_the_call_too() -> None:
    called = meeting("called", "2021-10-05 12:00", asked("camhs_community", "apologies"),
                     kind="professionals")  # fmt: skip
    scene = story(*of(*TWICE, called)).when(*of(held(THURSDAY, roles="social_worker")))
    assert alert(scene).settled


def test_what_it_could_not_deal_with_is_left() -> None:
    """Fails without: who is needed for each purpose. The police were not asked."""
    said = held(THURSDAY, roles="social_worker camhs_community")
    scene = story(*of(*TWICE, ALLEGED)).when(*of(said))
    scene.then(updated(RULE, urgent="", digest="social_worker iro camhs_community team_manager"))
    assert alert(scene).headline == "One forum is needed: exploitation"


def test_what_is_left_may_call_for_no_forum_by_itself() -> None:
    without_police = held("2021-10-05 14:00", roles="social_worker camhs_community")
    scene = story(*of(*missing(3, since=10), *TWICE)).when(*of(without_police))
    assert alert(scene).settled
    assert "No forum is asked for by this alone: missing at least 3 times" in alert(scene).what


def test_after_it_was_held_it_is_asked_for_again_once_that_has_become_more() -> None:
    """Fails without: the rise in ``_of_self_harm`` and ``_of_missing``."""
    scene = story(*of(*TWICE, held(TUESDAY)))
    scene.when(*of(harmed("laceration", THURSDAY))).then_nothing()
    scene.when(*of(harmed("laceration", NEXT_WEEK))).then(updated(RULE, "medium", **ASKED))
    assert "(since 13 October 2021;" in alert(scene).what
    dealt_with = held("2021-09-14 10:00", kind="missing")
    scene = story(*of(*missing(12), dealt_with))
    scene.when(*of(report("E-13", "2021-09-15 11:00"))).then_nothing()


def test_harm_that_nobody_had_told_of_was_not_dealt_with() -> None:
    """Fails without: ``known`` of a purpose. What was alleged lies before the meeting."""
    late = alleged("2021-10-01", known="2021-10-11 18:00")
    story(*of(*TWICE, held(THURSDAY))).when(received(late, at="2021-10-12 10:00")).then(
        updated(RULE, "medium", **ASKED)
    )


def test_self_harm_that_is_known_months_later_calls_nobody_together_for_a_day() -> None:
    """Fails without: ``told_late_days``: the next event would have withdrawn it."""
    late = [harmed("laceration", f"2021-05-0{day}", known=MONDAY) for day in (1, 2)]
    told = [received(each, at=MONDAY) for each in late]
    story().when(*told, *of(report("E-1", TUESDAY))).then_nothing()
    soon = [harmed("laceration", f"2021-09-1{day}", known=MONDAY) for day in (1, 2)]
    scene = story().when(*(received(each, at=MONDAY) for each in soon))
    scene.then(raised(RULE, "medium", **ASKED)).when(*of(report("E-1", TUESDAY))).then_nothing()


def test_harm_of_years_ago_is_still_seen_on_the_next_day() -> None:
    """Fails without: ``past_harm_days``."""
    old = alleged("2019-10-01", known="2021-10-04 09:00")
    scene = story(received(old, at=MONDAY)).when(*of(harmed("laceration", TUESDAY))).then_nothing()
    scene.when(*of(harmed("laceration", THURSDAY))).then(updated(RULE, "medium", **ASKED))
    assert alert(scene).headline == "One forum is needed: self-harm, exploitation"


def test_one_that_is_called_is_named() -> None:
    called = meeting(
        "called",
        TUESDAY,
        asked(FOR_ALL),
        kind="professionals",
        set_for="2021-10-11T14:00+01:00",
    )
    scene = story(*of(*TWICE)).when(*of(called))
    scene.then(updated(RULE, **NOBODY_ASKED))
    assert alert(scene).what.endswith(
        "A meeting is called (professionals); set for 11 October 2021, 14:00."
    )
    scene.when(*of(alleged(NEXT_WEEK, known=NEXT_WEEK)))
    assert "is called" not in alert(scene).what  # It was set for before that came.


def test_one_that_is_called_off_is_named_no_more() -> None:
    called = meeting("called", TUESDAY, asked(FOR_ALL), kind="professionals", set_for="2021-10-11")
    scene = story(*of(*TWICE, called))
    assert "set for 11 October 2021." in alert(scene).what
    off = meeting("cancelled", THURSDAY, kind="professionals")
    scene.when(*of(off))
    assert "is called" not in alert(scene).what


def test_six_weeks_later_what_nobody_dealt_with_is_asked_for_like_new() -> None:
    """Fails without: ``stands_days``."""
    again = alleged("2021-12-01 10:00", known="2021-12-01 10:00", number="AL-2")
    scene = story(*of(ALLEGED)).when(*of(again)).then(updated(RULE, "medium", **ASKED))
    assert "(since 1 December 2021;" in alert(scene).what


def test_a_meeting_twelve_weeks_later_is_no_answer_to_it() -> None:
    """Fails without: ``settles_days``, also where something is told late once it was held."""
    scene = story(*of(*TWICE)).when(*of(held("2021-12-27 10:01"))).then_nothing()
    scene.when(received(report("E-1", THURSDAY), at="2021-12-28 10:00")).then_nothing()
    scene = story(*of(*TWICE)).when(*of(held("2021-12-27 09:59")))
    assert alert(scene).settled


# --- late, out of order, corrected, taken back --------------------------------------------------


def test_a_meeting_that_is_told_late_settles_it_and_what_came_since_stands() -> None:
    scene = story(*of(*TWICE, harmed("laceration", TUESDAY), harmed("laceration", NEXT_WEEK)))
    scene.when(received(held(THURSDAY), at="2021-10-14 10:00"))
    assert "(since 13 October 2021;" in alert(scene).what


def test_what_is_told_late_of_before_is_a_line_since_a_forum_is_asked_for() -> None:
    early = alleged("2021-10-01 12:00", known="2021-10-01 12:00")
    story(*of(*TWICE)).when(received(early, at=TUESDAY)).then(updated(RULE, **NOBODY_ASKED))


def test_what_is_told_late_of_before_a_meeting_that_dealt_with_it_asks_nobody() -> None:
    early = harmed("laceration", "2021-10-02 10:00")
    scene = story(*of(*TWICE, held(THURSDAY))).when(received(early, at=NEXT_WEEK))
    assert alert(scene).settled


def test_a_retraction_takes_back_what_rested_on_it() -> None:
    story(*of(*TWICE)).when(received(TWICE[1].retracted(), at=TUESDAY)).then(
        withdrawn(RULE, urgent="team_manager", digest="social_worker iro camhs_community")
    )


def test_a_meeting_that_is_taken_back_leaves_it_open_and_asks_again() -> None:
    scene = story(*of(*TWICE, held(THURSDAY)))
    scene.when(received(held(THURSDAY).retracted(), at="2021-10-08 10:00")).then(
        updated(RULE, "medium", **ASKED)
    )


def test_a_meeting_whose_list_is_corrected_settles_nothing_any_more() -> None:
    without = held(THURSDAY).corrected(
        invitees=[*asked("social_worker"), *not_asked("camhs_community")]
    )
    scene = story(*of(*TWICE, held(THURSDAY))).when(received(without, at="2021-10-08 10:00"))
    assert not alert(scene).settled


def test_an_event_long_after_leaves_what_is_past_as_it_is() -> None:
    """Fails without: ``gone`` in ``assess``. That time passes withdraws nothing."""
    scene = story(*of(*TWICE)).when(*of(report("E-1", "2022-06-01 11:00"))).then_nothing()
    correction = report("E-1", "2022-06-01 11:00").corrected(reported_by="foster_carer")
    scene.when(received(correction, at="2022-06-02 10:00")).then_nothing()
    assert [each.rule for each in scene.hub.open_alerts()] == [RULE]


def test_the_order_in_which_it_is_told_changes_nothing_in_the_end() -> None:
    said = (*TWICE, ALLEGED, held(THURSDAY), concern("confirmed", NEXT_WEEK))
    ends = set()
    for order in permutations(said):
        scene = story(*(received(each, at="2021-10-15 10:00") for each in order))
        told = alert(scene)
        ends.add((told.what, told.level, told.settled))
    assert len(ends) == 1


A_MEETING = meeting("held", "2021-12-20 10:00", asked(FOR_ALL), kind="panel")
BEFORE_THEM = placed("P-0", "2020-06-01 10:00")
SIX_MOVES = [placed(f"P-{month}", f"2021-{month:02}-01 10:00") for month in range(5, 11)]
HELD_IN_JULY = [detention(f"2021-07-{day} 10:00", record=f"CR-{day}") for day in range(10, 14)]


@pytest.mark.parametrize(
    "said",
    [
        [*missing(12), *moves(4), *TWICE, ALLEGED, held(THURSDAY), concern("likely", NEXT_WEEK)],
        [BEFORE_THEM, *SIX_MOVES, A_MEETING],
        [*HELD_IN_JULY, concern("likely", "2021-09-30 10:00"), TWICE[0], A_MEETING],
        [alleged("2019-10-01", known=TUESDAY), TWICE[1], A_MEETING],
    ],
)
def test_what_the_append_would_load_is_enough(said: list[Said]) -> None:
    """Fails with narrower ``needs``: what a meeting in December can settle rests on the spring."""
    thresholds = only(RULE).thresholds[RULE]
    at = [(each.known or each.occurred, each) for each in said]
    scene = story(*(received(each, at=known) for known, each in sorted(at, key=lambda one: one[0])))
    assert alert(scene).rule == RULE
    rule, whole = ForumNeeded(), scene.hub.case
    for standing in whole.standings.values():
        about = standing.event
        assert about is not None
        near = windowed(whole, about, rule.needs(thresholds))
        assert rule.assess(near, about, thresholds) == rule.assess(whole, about, thresholds)


# --- the file -----------------------------------------------------------------------------------


def test_a_rule_that_is_not_in_force_is_not_asked(tmp_path: Path) -> None:
    """Fails without: ``asks``."""
    asked_now = only(RULE).thresholds[RULE]["asked"]
    assert set(asked_now) == set(ForumNeeded.asks)
    text = FILE.read_text(encoding="utf-8")
    begins, ends = text.index("  exploitation:\n"), text.index("  carer-concern:\n")
    file = tmp_path / "rules.yaml"
    file.write_text(text[:begins] + text[ends:], encoding="utf-8")
    ruleset = load_ruleset(file)[0]
    hub = Hub(ruleset=replace(ruleset, rules=(ForumNeeded(),)))
    given(members("team_manager"), hub=hub).when(*of(ALLEGED)).then_nothing()


def test_the_file_names_every_kind_of_purpose(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace("moves: 2}", "}")
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused, match="alone must name moves too"):
        load_ruleset(file)
