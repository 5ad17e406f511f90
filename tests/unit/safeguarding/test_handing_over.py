"""Duty workers who go off shift hand over what their team has in hand. It answers nothing."""

from copy import deepcopy
from dataclasses import replace

import pytest

from safeguarding.case import Case
from safeguarding.commands import HandOver, Refused
from safeguarding.facts import Alert, Fact, HandedOver
from schemas.codec import decode
from schemas.facts import encode_fact, fact_from, fact_type
from tests.unit.rules.hub import Hub, teams
from tests.unit.rules.said import found, incident, london, registry, report
from tests.unit.rules.spec import (
    Doing,
    acknowledged,
    asked_again,
    given,
    members,
    missed,
    received,
    time_passes,
)

LIGATURE = incident("ligature", "2021-10-02 02:40")
TOLD = received(LIGATURE, at="2021-10-02 02:41")
ENDS = london("2021-10-02 02:50")


def the_alert(hub: Hub) -> Alert:
    (alert,) = hub.alerts.values()
    return alert


def hand_over(hub: Hub, role: str = "edt", **changes: str | None) -> list[Fact] | Refused:
    """The team in this role hands the one alert over, as the append does it."""
    alert = the_alert(hub)
    workers = {"from_worker": "staff-0412", "to_worker": "staff-0587", "note": None} | changes
    command = HandOver(alert.alert_id, teams()[role], **workers)  # type: ignore[arg-type]
    answer = command.decide(hub.case, ENDS, alert)
    for fact in [] if isinstance(answer, Refused) else answer:
        hub.enter(fact, ENDS)
    return answer


def hands_over(role: str = "edt") -> Doing:
    return lambda hub: hand_over(hub, role)


def night(*doings: Doing, roles: str = "edt") -> Hub:
    return given(members(roles), TOLD, *doings).hub


def why_not(answer: list[Fact] | Refused) -> str:
    assert isinstance(answer, Refused)
    return answer.reason


def test_it_is_a_fact_that_says_from_whom_to_whom_and_when() -> None:
    hub = night()
    handed = hand_over(hub, note="Custody rings back at six.")
    alert_id = the_alert(hub).alert_id
    assert handed == [
        HandedOver(
            alert_id,
            teams()["edt"],
            "staff-0412",
            "staff-0587",
            ENDS,
            "Custody rings back at six.",
        )
    ]


def test_what_was_answered_can_be_handed_over_too() -> None:
    """Something may be left to do. Fails if only open deadlines could be."""
    hub = night(acknowledged("edt", "custody-ligature", at="2021-10-02 02:45"))
    assert not isinstance(hand_over(hub), Refused)


def test_so_can_what_was_not_answered_in_time_and_what_was_only_read() -> None:
    late = night(time_passes(to="2021-10-02 02:56"))
    assert not isinstance(hand_over(late), Refused)
    by_day = given(
        members("social_worker iro"),
        received(incident("ligature", "2021-10-05 10:00"), at="2021-10-05 10:01"),
    ).hub
    assert not isinstance(hand_over(by_day, "iro"), Refused)


def test_nobody_in_particular_may_have_had_it() -> None:
    assert not isinstance(hand_over(night(), from_worker=None), Refused)


# --- no answer ---------------------------------------------------------------------------------


def test_a_hand_over_changes_nothing_in_the_case_but_its_length() -> None:
    """Fails if it is taken for an answer in ``evolve``."""
    hub = night()
    before = deepcopy(hub.case)
    hand_over(hub)
    assert replace(hub.case, sequence=before.sequence) == before
    assert hub.case.sequence == before.sequence + 1


def test_the_team_is_reminded_and_misses_its_deadline_as_if_nothing_had_happened() -> None:
    given(members("placement"), TOLD, hands_over("placement")).when(
        time_passes(to="2021-10-02 02:53"),
        time_passes(to="2021-10-02 02:56"),
    ).then(
        asked_again("custody-ligature", "placement"),
        missed("custody-ligature", reminded="", escalated="edt"),
    )


def test_who_comes_on_answers_for_the_team() -> None:
    given(
        members("edt"),
        TOLD,
        hands_over(),
        acknowledged("edt", "custody-ligature", at="2021-10-02 02:55"),
    ).when(time_passes(to="2021-10-02 04:00")).then_nothing()


# --- refusals ----------------------------------------------------------------------------------


def test_a_team_that_was_not_told_has_nothing_of_it_in_hand() -> None:
    assert "this team was not told" in why_not(hand_over(night(), "placement"))


def test_one_of_another_child_is_not_there() -> None:
    hub = night()
    command = HandOver(the_alert(hub).alert_id, teams()["edt"], None, "staff-0587", None)
    answer = command.decide(Case(hub.case.child_id), ENDS, None)
    assert "there is no such alert" in why_not(answer)


def test_a_withdrawn_alert_leaves_nothing_to_hand_over() -> None:
    hub = night(received(LIGATURE.retracted(), at="2021-10-02 02:43"))
    assert "the alert was withdrawn" in why_not(hand_over(hub))


def test_nor_does_a_settled_one() -> None:
    """She is back. Fails without: the look at the alert as it was last told."""
    hub = given(
        members("placement"),
        received(report("M-1", "2021-10-02 01:00", said_by=None, reported_by="somebody")),
        received(found("M-1", "2021-10-02 01:30")),
    ).hub
    assert "the matter is settled" in why_not(hand_over(hub, "placement"))


@pytest.mark.parametrize(
    "name", ["Sharon Mill", "sharon@authority.example", "", " staff-1", "x" * 65, "staff-1\n"]
)
def test_a_worker_is_named_by_a_reference_and_the_refusal_does_not_repeat_a_name(name: str) -> None:
    for answer in (hand_over(night(), to_worker=name), hand_over(night(), from_worker=name)):
        reason = why_not(answer)
        assert "by the reference that your own system has" in reason
        assert not name.strip() or name.strip() not in reason


def test_nobody_hands_over_to_themselves() -> None:
    assert "who has it" in why_not(hand_over(night(), to_worker="staff-0412"))


# --- on the wire -------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"note": "Ring at six."}, {"from_worker": None}])
def test_the_fact_is_read_as_it_was_written(changes: dict[str, str | None]) -> None:
    answer = hand_over(night(), "edt", **changes)
    assert not isinstance(answer, Refused)
    (fact,) = answer
    assert fact_type(fact) == "handed-over"
    assert fact_from(decode(encode_fact(fact, registry()), registry())) == fact
