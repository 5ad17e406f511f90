"""Hand-overs through the append, and what a team has in hand by the tables and the sealed log."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from kith.cli.handing_over import Passing, _step
from projections.append.arrivals import Fate, Outcome
from projections.queries.in_hand import InHand, LastHandOver, last_hand_overs, read_in_hand
from safeguarding.commands import Acknowledge, HandOver
from safeguarding.facts import HandedOver
from tests.integration.append.hub import AppendHub, alert_handover, fates, message
from tests.integration.append.test_answering import expectations, tick, told
from tests.unit.rules.hub import teams
from tests.unit.rules.said import found, incident, report

LATER, EARLIER = timedelta(days=1), timedelta(days=28)


def in_hand(
    hub: AppendHub, role: str = "placement", back: timedelta = EARLIER
) -> dict[UUID, InHand]:
    """What the team in this role has in hand, as a reader of the tables sees it."""
    connection = hub.connection("reader")
    since = hub.clock.at - back
    found_ones = read_in_hand(connection, teams()[role], since, hub.world.keys, hub.world.registry)
    return {each.alert_id: each for each in found_ones}


def last(hub: AppendHub, child: UUID, alert_id: UUID, role: str) -> LastHandOver | None:
    given = last_hand_overs(
        hub.connection("reader"), teams()[role], [child], hub.world.keys, hub.world.registry
    )
    return given.get(alert_id)


def hand_over(
    hub: AppendHub,
    child: UUID,
    alert_id: UUID,
    to: str = "staff-0587",
    role: str = "placement",
    after: LastHandOver | None = None,
) -> Outcome:
    """The team in this role hands the alert over, as the command does it."""
    command = HandOver(alert_id, teams()[role], "staff-0412", to, "Rings at six.")
    passing = Passing(child, alert_id, "critical", "custody-ligature", None, after)
    appending = hub.appending()
    try:
        (outcome,) = appending.append([], [_step(command, passing)])
    finally:
        appending.close()
    return outcome


def answers(hub: AppendHub, child: UUID, alert_id: UUID, action: str | None) -> None:
    command = Acknowledge(alert_id, teams()["placement"], "staff-1", action, already_known=False)
    assert hub.command(child, command, alert_id).fate is Fate.RECORDED


def test_it_stands_in_the_childs_log_and_moves_no_deadline(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    before = hub.rows("select * from derived.expectation order by expectation_id")
    told_before = hub.rows("select count(*) from derived.notification")
    hub.clock.move(minutes=5)
    assert hand_over(hub, child, alert_id).fate is Fate.RECORDED
    fact = hub.entries(child)[-1].body
    assert fact == HandedOver(
        alert_id, teams()["placement"], "staff-0412", "staff-0587", hub.clock.at, "Rings at six."
    )
    assert hub.rows("select * from derived.expectation order by expectation_id") == before
    assert hub.rows("select count(*) from derived.notification") == told_before
    assert hub.pages() == []
    hub.clock.move(minutes=10)
    assert tick(hub) == 1
    assert expectations(hub, alert_id) == [("edt", "open"), ("placement", "missed")]


def test_workers_and_note_stand_in_the_sealed_body_alone(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    hand_over(hub, child, alert_id)
    entry = hub.log(child)[-1]
    clear = entry.header + entry.sealed + str(entry.key_id).encode()
    for secret in (b"staff-0412", b"staff-0587", b"Rings at six"):
        assert secret not in clear


def test_of_two_from_the_same_page_one_is_taken(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    assert hand_over(hub, child, alert_id).fate is Fate.RECORDED
    assert hand_over(hub, child, alert_id, to="staff-0611").fate is Fate.DUPLICATE
    after = last(hub, child, alert_id, "placement")
    assert after is not None
    assert after.fact.to_worker == "staff-0587"
    assert hand_over(hub, child, alert_id, to="staff-0611", after=after).fate is Fate.RECORDED
    again = last(hub, child, alert_id, "placement")
    assert again is not None
    assert again.fact.to_worker == "staff-0611"
    assert last(hub, child, alert_id, "edt") is None


def test_what_cannot_be_handed_over_is_refused(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    (not_told,) = fates([hand_over(hub, child, alert_id, role="camhs_crisis")])
    assert not_told.startswith("refused this team was not told of the alert in that role")
    assert hand_over(hub, uuid4(), alert_id).fate is Fate.REFUSED
    hub.say(
        replace(
            incident("ligature", record="CR-7"),
            identifiers=({"scheme": "local", "value": "PN-7"},),
        )
    )
    stranger = hub.one("select child_id from derived.alert where key = 'record:police:CR-7'")
    (elsewhere,) = fates([hand_over(hub, stranger, alert_id)])
    assert elsewhere.startswith("refused there is no such alert")
    hub.say(incident("ligature").retracted())
    (withdrawn,) = fates([hand_over(hub, child, alert_id)])
    assert withdrawn == "refused the alert was withdrawn: there is nothing left to hand over"
    assert hub.one("select count(*) from derived.entry where type = 'handed-over'") == 0


def test_what_is_settled_is_refused_and_in_nobodys_hand(hub: AppendHub) -> None:
    """Nobody is on the network, so the night team was told that she is missing. Then she is back.

    Fails without: reading the alert as it was last told.
    """
    hub.say(report("M-1", "2021-10-02 02:00", said_by=None, reported_by="somebody"))
    (child,) = hub.children()
    alert_id = hub.one("select alert_id from derived.alert where rule = 'missing'")
    assert alert_id in in_hand(hub, "edt")
    hub.say(found("M-1", "2021-10-02 02:30"))
    assert hub.one("select state from derived.alert where alert_id = %s", alert_id) == "open"
    assert alert_id not in in_hand(hub, "edt")
    (settled,) = fates([hand_over(hub, child, alert_id, role="edt")])
    assert settled == "refused the matter is settled: there is nothing left to hand over"


# --- published by the team's own system --------------------------------------------------------


def publishes(
    hub: AppendHub, alert_id: UUID, role: str = "placement", reference: str = "HO-1", **says: str
) -> list[str]:
    """What became of a hand-over that the team in this role publishes."""
    who = teams()[role]
    named = (who.agency, who.team, who.role)
    plain = alert_handover(alert_id, named, hub.clock.at.isoformat(), reference, **says)
    return fates(hub.append(hub.topics.record(who.agency, message(plain))))


def test_one_that_an_agency_publishes_is_a_hand_over_like_any_other(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    before = hub.rows("select * from derived.expectation order by expectation_id")
    hub.clock.move(minutes=5)
    assert publishes(hub, alert_id, note="Rings at six.") == ["recorded"]
    *_, event, fact = hub.entries(child)
    assert fact.body == HandedOver(
        alert_id, teams()["placement"], "staff-0412", "staff-0587", hub.clock.at, "Rings at six."
    )
    assert fact.caused_by == event.entry_id
    assert hub.pages() == []
    assert hub.rows("select * from derived.expectation order by expectation_id") == before
    handed = in_hand(hub)[alert_id].handed
    assert handed is not None
    assert handed.fact == fact.body
    hub.clock.move(minutes=10)
    assert tick(hub) == 1
    assert expectations(hub, alert_id) == [("edt", "open"), ("placement", "missed")]


def test_it_names_no_child_stands_in_no_history_and_its_team_joins_nothing(hub: AppendHub) -> None:
    """Fails without: its being among what is said of alerts, in ``evolve`` and in following."""
    child, alert_id = told(hub)
    standing = hub.rows("select agency, reference from derived.standing order by 1, 2")
    members = hub.rows("select agency, team, ground from derived.membership order by 1, 2, 3")
    assert publishes(hub, alert_id) == ["recorded"]
    assert hub.children() == [child]
    assert hub.rows("select agency, reference from derived.standing order by 1, 2") == standing
    assert hub.rows("select agency, team, ground from derived.membership order by 1, 2, 3") == (
        members
    )


def test_one_of_a_team_that_has_not_got_it_is_recorded_and_paged(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    assert publishes(hub, alert_id, role="camhs_crisis") == ["recorded"]
    assert hub.pages() == ["handover-refused"]
    assert not any(isinstance(each.body, HandedOver) for each in hub.entries(child))


@pytest.mark.parametrize("together", [False, True])
def test_one_of_what_is_settled_comes_to_nothing(hub: AppendHub, together: bool) -> None:
    """She is back, told before the hand-over came or in one batch with it.

    Fails without: reading the alert as it was last told, from the tables and in the batch.
    """
    hub.say(report("M-1", "2021-10-02 02:00", said_by=None, reported_by="somebody"))
    alert_id = hub.one("select alert_id from derived.alert where rule = 'missing'")
    edt = teams()["edt"]
    back = found("M-1", "2021-10-02 02:30")
    plain = alert_handover(alert_id, (edt.agency, edt.team, edt.role), hub.clock.at.isoformat())
    handed = hub.topics.record(edt.agency, message(plain))
    if together:
        assert fates(hub.append(hub.record(back), handed)) == ["recorded"] * 2
    else:
        hub.say(back)
        assert fates(hub.append(handed)) == ["recorded"]
    assert hub.pages() == ["handover-refused"]


def test_one_of_an_alert_that_nobody_raised_is_quarantined(hub: AppendHub) -> None:
    told(hub)
    assert publishes(hub, uuid4()) == ["quarantined unknown-alert"]


# --- what is in hand ---------------------------------------------------------------------------


def test_what_is_unanswered_is_in_hand_by_its_deadline_and_stays_when_it_is_missed(
    hub: AppendHub,
) -> None:
    child, alert_id = told(hub)
    each = in_hand(hub)[alert_id]
    assert (each.child_id, each.rule, each.severity) == (child, "custody-ligature", "critical")
    assert each.due_at == hub.clock.at + timedelta(minutes=15)
    assert each.alert is not None
    assert (each.answer, each.handed) == (None, None)
    assert alert_id not in in_hand(hub, "camhs_crisis")
    due_at = each.due_at
    hub.clock.move(minutes=15)
    tick(hub)
    assert in_hand(hub)[alert_id].due_at == due_at
    assert alert_id in in_hand(hub, "edt")


def test_what_was_promised_is_in_hand_until_it_is_answered_without_an_action(
    hub: AppendHub,
) -> None:
    child, alert_id = told(hub)
    answers(hub, child, alert_id, "Rings the cells.")
    each = in_hand(hub)[alert_id]
    assert each.due_at is None
    assert each.answer is not None
    assert (each.answer.action, each.answer.by) == ("Rings the cells.", "staff-1")
    hub.clock.move(minutes=5)
    answers(hub, child, alert_id, None)
    assert alert_id not in in_hand(hub)


def test_a_late_answer_is_an_answer(hub: AppendHub) -> None:
    """It leaves the expectation missed. Fails without: the look at the answers."""
    child, alert_id = told(hub)
    hub.clock.move(minutes=15)
    tick(hub)
    answers(hub, child, alert_id, "Rings the cells.")
    assert ("placement", "missed") in expectations(hub, alert_id)
    assert in_hand(hub)[alert_id].due_at is None


def test_a_promise_is_looked_for_so_far_back_and_an_open_deadline_however_old(
    hub: AppendHub,
) -> None:
    child, alert_id = told(hub)
    hub.clock.move(days=40)
    assert alert_id in in_hand(hub)
    answers(hub, child, alert_id, "Rings the cells.")
    hub.clock.move(days=40)
    assert alert_id not in in_hand(hub)
    assert alert_id in in_hand(hub, back=timedelta(days=41))


def test_an_alert_that_rose_is_to_be_answered_again_and_keeps_what_was_said(
    hub: AppendHub,
) -> None:
    child, alert_id = told(hub)
    answers(hub, child, alert_id, "Rings the cells.")
    hub.clock.move("2021-10-02 03:00")
    hub.say(incident("unconscious", "2021-10-02 02:59", reference="I-2"))
    each = in_hand(hub)[alert_id]
    assert each.due_at == hub.clock.at + timedelta(minutes=15)
    assert each.answer is not None
    assert each.answer.action == "Rings the cells."


def test_a_withdrawn_alert_is_in_nobodys_hand(hub: AppendHub) -> None:
    _, alert_id = told(hub)
    hub.say(incident("ligature").retracted())
    assert alert_id not in in_hand(hub)


def test_the_last_hand_over_stands_beside_it(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    hand_over(hub, child, alert_id)
    hub.clock.move(hours=8)
    hand_over(hub, child, alert_id, "staff-0611", after=last(hub, child, alert_id, "placement"))
    handed = in_hand(hub)[alert_id].handed
    assert handed is not None
    assert (handed.fact.to_worker, handed.sequence) == ("staff-0611", len(hub.log(child)))
    assert in_hand(hub, "placement", back=LATER)[alert_id].handed == handed
