"""custody-release: what must be said before a child leaves custody, and to whom (3.17)."""

from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, adults_report, detention, incident, london, release
from tests.unit.rules.said_release import (
    adult_says,
    declaration,
    force,
    handover,
    healthcare,
    nurse_says,
    observed,
    risk_assessment,
)
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

RULE = "custody-release"
DETAINED = "custody-release/detention CR-1"
DETENTION = "2021-10-01 23:05"
RELEASED = "2021-10-02 11:25"  # A Saturday.
DUE = "2021-10-02 11:40"
BEFORE = "2021-10-02 11:00"
AROUND_HER = members("social_worker team_manager iro edt foster_carer custody_sergeant")
ASKED = "Asked: of custody, to say it now; of the authority, to ask, and to tell the carer."
ALL_DONE = (declaration(BEFORE), risk_assessment(BEFORE), handover(RELEASED))


def scene(*said: Said) -> Scene:
    """The child was detained and released, and these things were said besides."""
    events = (detention(DETENTION), release(RELEASED, released_to="foster_carer"), *said)
    return given(AROUND_HER, *(received(each) for each in events), hub=Hub(only(RULE)))


def words(*said: Said) -> str:
    """What is told once it is missed."""
    told = scene(*said).when(time_passes(DUE))
    (fact,) = told.facts(RULE)
    return fact.alert.what


# --- it fires ----------------------------------------------------------------------------------


def test_every_detention_opens_it_and_it_waits_for_the_release() -> None:
    detained = given(received(detention(DETENTION)), hub=Hub(only(RULE)))
    detained.then_expects({DETAINED: "open"})
    detained.when(time_passes("2021-10-03 10:00")).then_nothing()


def test_it_is_due_at_the_release_with_a_quarter_of_an_hour_to_write_it_down() -> None:
    scene().then_expects({DETAINED: f"open {DUE}"})


def test_missing_at_night_the_inspector_and_the_night_team_are_asked_at_once() -> None:
    scene().when(time_passes(DUE)).then(
        raised(
            RULE,
            "high",
            urgent="custody_inspector edt",
            digest="social_worker team_manager custody_sergeant",
            what=(
                "Released from custody; to: foster carer. Not known: whether there was self-harm, "
                "a change of observation, use of force, a healthcare call; a risk assessment "
                f"before release; a handover to whoever receives the child. {ASKED}"
            ),
        )
    ).then_expects({DETAINED: "missed"})


def test_in_office_hours_the_social_worker_is_asked_and_the_night_team_reads_it() -> None:
    day = given(
        AROUND_HER,
        received(detention("2021-10-05 09:00")),
        received(release("2021-10-05 14:00")),
        hub=Hub(only(RULE)),
    )
    day.when(time_passes("2021-10-05 14:15")).then(
        raised(
            RULE,
            "high",
            urgent="custody_inspector social_worker",
            digest="edt team_manager custody_sergeant",
        )
    )


def test_where_nobody_of_the_authority_is_around_the_child_the_fallback_hears_it_too() -> None:
    alone = given(received(detention(DETENTION)), received(release(RELEASED)), hub=Hub(only(RULE)))
    alone.when(time_passes(DUE)).then(raised(RULE, urgent="custody_inspector edt steward"))


def test_it_is_missed_once() -> None:
    weekend = scene().when(time_passes(DUE), time_passes("2021-10-04 10:00"))
    assert len(weekend.facts(RULE)) == 1


def test_nothing_of_what_the_child_is_suspected_of_is_said() -> None:
    suspected = given(
        AROUND_HER,
        received(detention(DETENTION, reason="burglary")),
        received(release(RELEASED)),
        hub=Hub(only(RULE)),
    )
    (fact,) = suspected.when(time_passes(DUE)).facts(RULE)
    assert "burglary" not in fact.alert.what


# --- what meets it, and what does not ----------------------------------------------------------


def test_a_declaration_a_risk_assessment_and_a_handover_meet_it() -> None:
    done = scene(*ALL_DONE)
    done.then_expects({DETAINED: "met"})
    done.when(time_passes(DUE)).then_nothing()


@pytest.mark.parametrize("left_out", range(3))
def test_without_any_one_of_the_three_it_is_missed(left_out: int) -> None:
    some = [each for place, each in enumerate(ALL_DONE) if place != left_out]
    scene(*some).when(time_passes(DUE)).then(raised(RULE))


def test_a_risk_assessment_alone_that_is_missing_is_less_grave() -> None:
    only_that = scene(declaration(BEFORE), handover(RELEASED))
    only_that.when(time_passes(DUE)).then(raised(RULE, "medium"))


def test_a_declaration_at_the_end_of_a_shift_says_nothing_of_the_hours_after() -> None:
    shift = declaration("2021-10-02 07:00", occasion="end_of_shift")
    what = words(shift, risk_assessment(BEFORE), handover(RELEASED))
    assert "whether there was self-harm, a change of observation, use of force" in what


def test_what_was_yes_at_the_end_of_a_shift_is_known() -> None:
    shift = declaration("2021-10-02 07:00", occasion="end_of_shift", self_harm=True)
    assert "Known already: self-harm yes." in words(shift)


def test_the_arresting_officers_assessment_is_no_declaration() -> None:
    vpa = Said(
        "vulnerable-person-assessment",
        "police",
        "VPA-1",
        "2021-10-01 23:30",
        None,
        "arresting_officer",
        {
            "custody_record": "CR-1",
            "completed_by": "arresting_officer",
            "occasion": "arrest",
            "self_harm": "not_recorded",
        },
    )
    scene(vpa, risk_assessment(BEFORE), handover(RELEASED)).then_expects({DETAINED: f"open {DUE}"})


def test_out_of_office_hours_a_handover_tells_the_emergency_duty_team_too() -> None:
    to_the_carer_only = handover(RELEASED, night_team=False)
    what = words(declaration(BEFORE), risk_assessment(BEFORE), to_the_carer_only)
    assert "Not known: whether the emergency duty team was told at the handover." in what
    to_the_team = handover(RELEASED, to="edt", night_team=None)
    scene(declaration(BEFORE), risk_assessment(BEFORE), to_the_team).then_expects({DETAINED: "met"})


def test_in_office_hours_the_handover_to_the_carer_is_enough() -> None:
    day = given(
        received(detention("2021-10-05 09:00")),
        received(release("2021-10-05 14:00")),
        received(declaration("2021-10-05 13:30")),
        received(risk_assessment("2021-10-05 13:30")),
        received(handover("2021-10-05 14:00", night_team=None)),
        hub=Hub(only(RULE)),
    )
    day.then_expects({DETAINED: "met"})


def test_an_appropriate_adult_and_a_nurse_count_for_what_they_say() -> None:
    by_others = words(adult_says(BEFORE, "no"), risk_assessment(BEFORE), handover(RELEASED))
    assert (
        "whether there was a change of observation, use of force, a healthcare call." in by_others
    )
    assert "Known already: self-harm no." in by_others
    by_the_nurse = words(nurse_says(BEFORE, "yes"))
    assert "whether there was a change of observation, use of force; a risk" in by_the_nurse
    assert "Known already: self-harm yes, a healthcare call yes." in by_the_nurse


@pytest.mark.parametrize("step", ["called", "seen", "declined", "not_available"])
def test_a_professional_who_was_called_is_a_healthcare_call_whatever_came_of_it(step: str) -> None:
    what = words(healthcare("2021-10-02 03:00", step, "custody_nurse"))
    assert "Known already: a healthcare call yes." in what


@pytest.mark.parametrize("step", ["seen", "declined"])
def test_that_liaison_and_diversion_comes_of_itself_is_no_healthcare_call(step: str) -> None:
    desk = healthcare(BEFORE, step, "liaison_and_diversion", agency="liaison-diversion")
    assert "use of force, a healthcare call;" in words(desk)
    assert "Known already" not in words(desk)


def test_liaison_and_diversion_that_custody_called_is_a_healthcare_call() -> None:
    called = healthcare("2021-10-02 03:00", "called", "liaison_and_diversion")
    assert "Known already: a healthcare call yes." in words(called)


def test_an_adult_who_does_not_know_says_nothing() -> None:
    assert "whether there was self-harm," in words(adults_report(BEFORE))


def test_all_four_matters_said_by_others_need_no_declaration() -> None:
    others = (
        nurse_says("2021-10-02 03:00", "yes"),
        observed("2021-10-02 03:10", "constant", "intermittent"),
        force("2021-10-02 02:45"),
    )
    scene(*others, risk_assessment(BEFORE), handover(RELEASED)).then_expects({DETAINED: "met"})


def test_the_first_level_of_observation_is_no_change_and_force_on_the_way_is_none_in_custody() -> (
    None
):
    what = words(
        observed("2021-10-01 23:10", "general", None), force("2021-10-01 23:30", "transport")
    )
    assert "Known already" not in what


def test_a_ligature_that_custody_told_of_is_known_and_the_rest_is_asked_for() -> None:
    what = words(incident("ligature"))
    assert "whether there was a change of observation, use of force, a healthcare call;" in what
    assert "Known already: self-harm yes." in what


def test_what_was_said_of_another_detention_does_not_count() -> None:
    other = (declaration(BEFORE, record="CR-9"), handover(RELEASED, record="CR-9"))
    scene(*other, risk_assessment(BEFORE)).then_expects({DETAINED: f"open {DUE}"})


def test_a_return_on_bail_is_another_detention_that_needs_its_own() -> None:
    back = detention("2021-10-09 10:00")
    again = Said(**{**vars(back), "reference": "CR-1/again"})
    returned = scene(*ALL_DONE, again)
    returned.then_expects({DETAINED: "met", "custody-release/detention CR-1/again": "open"})


def test_one_detention_told_under_two_references_opens_one() -> None:
    twice = Said(**{**vars(detention("2021-10-01 23:20")), "reference": "CR-1/copy"})
    scene(twice).then_expects({DETAINED: f"open {DUE}"})


# --- late, corrected, retracted ----------------------------------------------------------------


def test_told_late_that_all_was_said_in_time_it_is_taken_back_and_says_so() -> None:
    told_late = scene(declaration(BEFORE), risk_assessment(BEFORE)).when(time_passes(DUE))
    told_late.when(received(handover(RELEASED), at="2021-10-02 15:00")).then(
        withdrawn(
            RULE,
            urgent="custody_inspector edt",
            digest="social_worker team_manager custody_sergeant",
        )
    ).then_expects({DETAINED: "met"})
    (fact,) = told_late.facts(RULE)
    assert fact.alert.headline == "Done in time"


def test_what_is_said_piece_by_piece_afterwards_is_a_line_until_it_is_all_there() -> None:
    late = scene().when(time_passes(DUE))
    late.when(received(declaration("2021-10-02 13:00"))).then(updated(RULE, urgent=""))
    late.when(received(risk_assessment("2021-10-02 13:10"))).then(updated(RULE, urgent=""))
    late.when(received(handover("2021-10-02 13:20"))).then(
        updated(
            RULE,
            urgent="custody_inspector edt",
            what=(
                "Released from custody; to: foster carer. "
                "All was said that must be, after the time for it."
            ),
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    late.then_expects({DETAINED: "missed"})


def test_a_retracted_declaration_is_missed_after_all() -> None:
    done = scene(*ALL_DONE)
    done.when(received(ALL_DONE[0].retracted(), at="2021-10-02 11:35"))
    done.then_expects({DETAINED: f"open {DUE}"})
    done.when(time_passes(DUE)).then(raised(RULE))


def test_a_detention_that_is_taken_back_withdraws_what_was_missed() -> None:
    gone = scene().when(time_passes(DUE))
    gone.when(received(detention(DETENTION).retracted(), at="2021-10-02 12:00")).then(
        withdrawn(RULE)
    ).then_expects({DETAINED: "cancelled"})


def test_a_release_that_is_taken_back_is_awaited_again() -> None:
    held = scene().when(time_passes(DUE))
    held.when(received(release(RELEASED).retracted(), at="2021-10-02 12:00")).then(withdrawn(RULE))
    held.then_expects({DETAINED: "open"})


def test_no_further_action_is_an_outcome_and_takes_nothing_back() -> None:
    outcome = scene().when(time_passes(DUE))
    ended = release(RELEASED, released_to="foster_carer").corrected(outcome="no_further_action")
    outcome.when(received(ended, at="2021-10-02 12:00")).then_nothing()


def test_a_corrected_time_of_release_moves_what_is_due() -> None:
    later = release(RELEASED).corrected(occurred="2021-10-02 12:25")
    moved = scene()
    moved.when(received(later, at="2021-10-02 12:30"))
    moved.then_expects({DETAINED: "open 2021-10-02 12:40"})


def test_a_release_told_days_later_is_judged_from_when_it_was() -> None:
    days = given(AROUND_HER, received(detention(DETENTION)), hub=Hub(only(RULE)))
    days.when(received(release(RELEASED), at="2021-10-06 10:15"))
    days.then_expects({DETAINED: f"open {DUE}"})
    days.when(time_passes("2021-10-06 10:16")).then(raised(RULE))


# --- what cancels it, and what is not known ----------------------------------------------------


def test_after_a_death_nothing_is_awaited() -> None:
    died = Said(
        "serious-harm",
        "police",
        "SH-1",
        "2021-10-02 03:00",
        None,
        "custody_sergeant",
        {"kind": "death"},
    )
    scene(died).then_expects({DETAINED: "cancelled"})


def test_who_is_18_at_the_release_is_a_child_no_more() -> None:
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2003, 10, 2))
    adult = given(received(detention(DETENTION)), received(release(RELEASED)), hub=hub)
    adult.then_expects({DETAINED: "cancelled"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(DUE, unknown="no live feed"))
    silent.then_nothing().then_expects({DETAINED: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = given(
        AROUND_HER,
        received(detention("2019-10-01 23:05").as_history(), at="2021-07-01 10:00"),
        received(release("2019-10-02 11:25").as_history(), at="2021-07-01 10:00"),
        hub=Hub(only(RULE)),
    )
    old.then_expects({DETAINED: "not_known"})


def test_over_the_change_of_the_clocks_a_quarter_of_an_hour_is_one() -> None:
    night = given(
        received(detention("2021-10-30 22:00")),
        received(release("2021-10-31 01:50+01:00")),
        hub=Hub(only(RULE)),
    )
    (record,) = night.hub.case.awaited.values()
    assert record.due_at == london("2021-10-31 01:05+00:00")


ALL = (
    detention(DETENTION),
    release(RELEASED),
    incident("ligature"),
    declaration("2021-10-02 13:00", self_harm=True),
    handover(RELEASED),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-10-03 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-03 10:01"))
    ended.then_open(f"{RULE} medium 1").then_expects({DETAINED: "missed"})
