"""Deadlines, reminders, escalation, acknowledgements (scenarios/child-k/README.md, Answering).

Digests that ask for an answer once the office is open: ``test_office_work.py``.
"""

from safeguarding.case import Case
from safeguarding.due import fall_due
from safeguarding.facts import Recipient
from safeguarding.network import Directory
from tests.unit.rules.hub import Hub, directory, rules_with_network, teams
from tests.unit.rules.said import found, incident, london, placed, report
from tests.unit.rules.spec import (
    acknowledged,
    answered,
    asked_again,
    given,
    leaves,
    members,
    missed,
    raised,
    received,
    refused,
    time_passes,
    updated,
    withdrawn,
)

LIGATURE = incident("ligature", "2021-10-02 02:40")
TOLD = received(LIGATURE, at="2021-10-02 02:41")
DUE = "2021-10-02 02:56"


# --- deadlines ---------------------------------------------------------------------------------


def test_a_digest_of_what_is_no_office_work_asks_for_no_answer() -> None:
    given(members("edt social_worker iro"), TOLD).then_awaits({"edt": DUE})


def test_a_medium_alert_asks_nobody() -> None:
    given(members("iro"), received(placed("P-1", "2021-09-01"))).when(
        received(placed("P-2", "2021-10-01")),
    ).then(
        raised("placement-move", "medium", urgent=""),
    ).then_awaits({})


def test_before_its_time_nothing_is_missed() -> None:
    given(members("placement"), TOLD).when(
        time_passes(to="2021-10-02 02:55:59"),
    ).then(asked_again("custody-ligature", "placement")).then_awaits({"placement": DUE})


def test_the_deadline_counts_from_when_the_hub_is_told() -> None:
    given(
        members("placement"),
        received(LIGATURE, at="2021-10-06 10:15"),
    ).then_awaits({"placement": "2021-10-06 10:30"})


# --- reminded ----------------------------------------------------------------------------------


def test_a_few_minutes_before_it_is_due_an_answer_is_asked_for_again_by_the_same_time() -> None:
    """Fails without: ``due.remind``; with another lead of the rule set's."""
    given(members("placement"), TOLD).when(
        time_passes(to="2021-10-02 02:52:59"),
        time_passes(to="2021-10-02 02:53"),
    ).then(
        asked_again("custody-ligature", "placement", severity="critical"),
    ).then_awaits({"placement": DUE})


def test_it_is_asked_for_again_once() -> None:
    """Fails without: the mark in ``evolve``."""
    given(members("placement"), TOLD, time_passes(to="2021-10-02 02:53")).when(
        time_passes(to="2021-10-02 02:54"),
    ).then_nothing()


def test_who_was_reminded_is_not_reminded_when_it_is_missed() -> None:
    given(members("placement"), TOLD, time_passes(to="2021-10-02 02:53")).when(
        time_passes(to=DUE),
    ).then(
        missed("custody-ligature", reminded="", escalated="edt"),
    )


def test_the_next_contact_is_reminded_of_its_own_time() -> None:
    given(members("placement"), TOLD, time_passes(to=DUE)).when(
        time_passes(to="2021-10-02 03:08"),
    ).then(
        asked_again("custody-ligature", "edt"),
    )


def test_who_has_answered_is_not_reminded() -> None:
    """Fails without: the question whether it is open."""
    given(members("placement"), TOLD).when(
        acknowledged("placement", "custody-ligature", at="2021-10-02 02:45"),
        time_passes(to="2021-10-02 02:54"),
    ).then(answered("placement"))


def test_who_has_left_is_not_reminded() -> None:
    """Fails without: ``has_left``."""
    hub = Hub(ruleset=rules_with_network())
    left = leaves("placement", at="2021-10-02 02:45")
    given(members("placement"), TOLD, left, hub=hub).when(
        time_passes(to="2021-10-02 02:54"),
    ).then_nothing()


def test_an_alert_that_rose_is_asked_for_again_anew() -> None:
    """Its deadline is another. Fails without: opening it anew in ``evolve``."""
    given(
        members("placement"),
        TOLD,
        time_passes(to="2021-10-02 02:53"),
        received(incident("unconscious", "2021-10-02 02:53"), at="2021-10-02 02:54"),
    ).when(
        time_passes(to="2021-10-02 03:06"),
    ).then(asked_again("custody-ligature", "placement")).then_awaits(
        {"placement": "2021-10-02 03:09"}
    )


# --- missed ------------------------------------------------------------------------------------


def test_a_missed_deadline_reminds_and_tells_the_next_contact_with_a_deadline_of_its_own() -> None:
    given(members("placement"), TOLD).when(
        time_passes(to=DUE),
    ).then(
        missed("custody-ligature", reminded="placement", escalated="edt", severity="critical"),
    ).then_awaits({"edt": "2021-10-02 03:11"})


def test_it_is_missed_once() -> None:
    given(members("placement"), TOLD, time_passes(to=DUE)).when(
        time_passes(to="2021-10-02 03:07"),
    ).then_nothing()


def test_if_the_contact_misses_it_too_the_next_is_told_until_the_chain_ends() -> None:
    # The missing coordinator goes on to the custody inspector, and she to the night team; then come
    # the authority's own contact and that of the partnership.
    given(
        members("missing_coordinator"),
        received(report("M-1", "2021-10-02 01:00", said_by=None, reported_by="placement")),
    ).when(
        time_passes(to="2021-10-02 02:00"),
        time_passes(to="2021-10-02 03:00"),
        time_passes(to="2021-10-02 04:00"),
        time_passes(to="2021-10-02 05:00"),
        time_passes(to="2021-10-02 06:00"),
        time_passes(to="2021-10-02 23:00"),
    ).then(
        missed("missing", reminded="missing_coordinator", escalated="custody_inspector"),
        missed("missing", reminded="custody_inspector", escalated="edt"),
        missed("missing", reminded="edt", escalated="senior_manager"),
        missed("missing", reminded="senior_manager", escalated="partnership"),
        missed("missing", reminded="partnership", escalated=""),
    ).then_awaits({})


def test_a_contact_whose_own_copy_is_open_keeps_its_deadline() -> None:
    given(
        members("foster_carer"),
        TOLD,
        leaves("foster_carer", at="2021-10-02 02:45"),
        members("placement", since="2021-10-02 02:45"),
        received(incident("unconscious", "2021-10-02 02:50")),
    ).when(
        time_passes(to="2021-10-02 02:56"),
        time_passes(to="2021-10-02 03:05"),
    ).then(
        missed("custody-ligature", reminded="foster_carer", escalated="edt"),
        missed("custody-ligature", reminded="placement", escalated="edt"),
    ).then_awaits({"edt": "2021-10-02 03:11"})


def test_a_contact_that_has_answered_is_told_and_gets_no_new_deadline() -> None:
    given(
        members("placement edt"),
        TOLD,
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:45"),
    ).when(
        time_passes(to=DUE),
    ).then(
        missed("custody-ligature", reminded="placement", escalated="edt"),
    ).then_awaits({})


def test_neither_does_one_that_has_answered_a_digest() -> None:
    given(
        members("placement edt"),
        received(LIGATURE, at="2021-10-05 10:00"),
        acknowledged("edt", "custody-ligature", at="2021-10-05 10:05"),
    ).when(
        time_passes(to="2021-10-05 10:15"),
    ).then(
        missed("custody-ligature", reminded="placement", escalated="edt"),
    ).then_awaits({})


def test_two_who_do_not_answer_and_share_a_contact_each_tell_it() -> None:
    scene = given(members("placement foster_carer"), TOLD).when(time_passes(to=DUE))
    scene.then(
        missed("custody-ligature", reminded="placement", escalated="edt"),
        missed("custody-ligature", reminded="foster_carer", escalated="edt"),
    ).then_awaits({"edt": "2021-10-02 03:11"})


def test_a_team_that_names_itself_as_next_contact_is_reminded_only() -> None:
    member = teams()["placement"]
    loop = Directory(
        {(member.agency, member.team): member},
        directory().steward,
        directory().emergency_duty_team,
    )
    given(members("placement"), TOLD, hub=Hub(directory=loop)).when(
        time_passes(to=DUE),
    ).then(
        missed("custody-ligature", reminded="placement", escalated=""),
    )


def test_nothing_falls_due_for_somebody_who_was_asked_nothing() -> None:
    scene = given(members("placement"), TOLD)
    (alert,) = scene.hub.alerts.values()
    stranger = Recipient("police", "custody", "custody_sergeant")
    context = scene.hub.context(london("2021-10-03 00:00"))
    assert fall_due(scene.hub.case, alert, stranger, context) is None
    assert fall_due(Case(scene.hub.case.child_id), alert, teams()["placement"], context) is None


def test_nothing_falls_due_twice_or_for_somebody_who_has_answered() -> None:
    missed_it = given(members("placement"), TOLD, time_passes(to=DUE))
    answer = acknowledged("placement", "custody-ligature", at="2021-10-02 02:50")
    answered_it = given(members("placement"), TOLD, answer)
    for scene in (missed_it, answered_it):
        (alert,) = scene.hub.alerts.values()
        context = scene.hub.context(london("2021-10-03 00:00"))
        assert fall_due(scene.hub.case, alert, teams()["placement"], context) is None


# --- answers -----------------------------------------------------------------------------------


def test_an_answer_clears_the_deadline_of_that_team_in_that_role_only() -> None:
    given(members("placement edt"), TOLD).when(
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:45"),
    ).then(
        answered("edt"),
    ).then_awaits({"placement": DUE})


def test_a_late_answer_is_recorded_and_starts_nothing() -> None:
    given(members("placement"), TOLD, time_passes(to=DUE)).when(
        acknowledged("placement", "custody-ligature", at="2021-10-02 03:00"),
    ).then(
        answered("placement"),
    ).then_awaits({"edt": "2021-10-02 03:11"})


def test_the_next_contact_may_answer_though_it_is_not_on_the_network() -> None:
    given(members("placement"), TOLD, time_passes(to=DUE)).when(
        acknowledged("edt", "custody-ligature", at="2021-10-02 03:00"),
        time_passes(to="2021-10-02 04:00"),
    ).then(
        answered("edt"),
    )


def test_what_is_told_like_new_is_to_be_answered_again() -> None:
    given(
        members("edt"),
        TOLD,
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:45"),
    ).when(
        received(incident("unconscious", "2021-10-02 03:00")),
    ).then(
        updated("custody-ligature", urgent="edt"),
    ).then_awaits({"edt": "2021-10-02 03:15"})


def test_a_repeated_answer_is_recorded_again_and_changes_nothing() -> None:
    given(
        members("edt"), TOLD, acknowledged("edt", "custody-ligature", at="2021-10-02 02:45")
    ).when(
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:50"),
    ).then(
        answered("edt"),
    ).then_awaits({})


# --- refusals ----------------------------------------------------------------------------------


def test_only_who_was_told_may_answer() -> None:
    given(members("edt"), TOLD).when(
        acknowledged("placement", "custody-ligature", at="2021-10-02 02:45"),
    ).then(
        refused("this team was not told of the alert in that role"),
    )


def test_who_saw_an_older_revision_is_asked_to_read_again() -> None:
    scene = given(members("edt"), TOLD, received(incident("unconscious", "2021-10-02 02:45")))
    scene.when(
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:46", seen_revision=1),
    ).then(
        refused("the alert is at revision 2, you saw 1"),
    ).when(
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:46", seen_revision=2),
    ).then(
        answered("edt"),
    )


def test_a_withdrawn_alert_is_not_to_be_answered() -> None:
    given(members("edt"), TOLD, received(LIGATURE.retracted(), at="2021-10-02 02:43")).when(
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:46"),
    ).then(
        refused("the alert was withdrawn"),
    )


# --- it is over --------------------------------------------------------------------------------


def test_when_the_child_is_found_open_deadlines_lapse() -> None:
    given(
        members("placement"),
        received(report("M-1", "2021-10-02 01:00", said_by=None, reported_by="somebody")),
        received(found("M-1", "2021-10-02 01:30")),
    ).when(
        time_passes(to="2021-10-03 00:00"),
    ).then_nothing()


def test_those_of_a_withdrawn_alert_lapse_too() -> None:
    given(members("placement"), TOLD, received(LIGATURE.retracted(), at="2021-10-02 02:43")).when(
        time_passes(to="2021-10-03 00:00"),
    ).then_nothing()


def test_everyone_who_was_ever_told_is_told_of_the_withdrawal() -> None:
    given(
        members("placement iro"),
        TOLD,
        time_passes(to=DUE),  # The night team is told, which is not on the network.
        leaves("placement", at="2021-10-02 03:00"),
        leaves("iro", at="2021-10-02 03:00"),
        members("camhs_crisis", since="2021-10-02 03:00"),  # Joins, and was told nothing.
    ).when(
        received(LIGATURE.retracted(), at="2021-10-05 10:00"),
    ).then(
        withdrawn("custody-ligature", urgent="placement edt", digest="iro"),
    )


def test_a_withdrawal_comes_in_the_most_urgent_mode_in_which_one_was_told() -> None:
    given(
        members("social_worker"),
        received(LIGATURE, at="2021-10-05 10:00"),
        received(incident("force_used", "2021-10-05 10:30", reference="I-2")),
        received(LIGATURE.retracted(), at="2021-10-05 11:00"),
    ).when(
        received(incident("force_used", "2021-10-05 10:30", reference="I-2").retracted()),
    ).then(
        withdrawn("custody-ligature", urgent="social_worker", digest=""),
    )
