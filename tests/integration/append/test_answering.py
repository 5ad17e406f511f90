"""Acknowledgements and deadlines through the tables."""

from dataclasses import replace
from uuid import UUID, uuid4

from processors.clock.clock import Clock
from processors.clock.ends import End
from projections.append.arrivals import Fate
from safeguarding.commands import Acknowledge
from safeguarding.facts import Acknowledged, AnswerReminded, ExpectationMissed
from tests.integration.append.hub import AppendHub, acknowledgement, fates, message
from tests.unit.rules.hub import teams
from tests.unit.rules.said import incident, other


class NothingUnread:
    """Every topic has been read to its end."""

    def ends(self) -> dict[tuple[str, int], End]:
        return {}


def told(hub: AppendHub) -> tuple[UUID, UUID]:
    """A ligature that the children's home was told of: child and alert."""
    hub.say(other("2021-10-02 01:00"))
    hub.members("placement")
    hub.say(incident("ligature"))
    (child,) = hub.children()
    return child, hub.one("select alert_id from derived.alert where level > 0")


def tick(hub: AppendHub) -> int:
    return Clock(hub.connection(), hub.appending(), NothingUnread(), {}).run_once()


def expectations(hub: AppendHub, alert_id: UUID) -> list[tuple[str, str]]:
    return hub.rows(
        "select role, state from derived.expectation where alert_id = %s order by role", alert_id
    )


def answer(hub: AppendHub, alert_id: UUID, role: str, reference: str = "ACK-1") -> list[str]:
    who = teams()[role]
    plain = acknowledgement(
        alert_id, (who.agency, who.team, who.role), hub.clock.at.isoformat(), reference
    )
    return fates(hub.append(hub.topics.record(who.agency, message(plain))))


def test_an_acknowledgement_that_an_agency_publishes_answers_the_alert(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    assert answer(hub, alert_id, "placement") == ["recorded"]
    assert expectations(hub, alert_id) == [("placement", "met")]
    assert hub.pages() == []
    assert isinstance(hub.entries(child)[-1].body, Acknowledged)
    assert hub.rows("select role, already_known from derived.acknowledgement") == [
        ("placement", False)
    ]


def test_it_may_come_in_the_same_batch_as_other_events_of_the_child(hub: AppendHub) -> None:
    _, alert_id = told(hub)
    who = teams()["placement"]
    plain = acknowledgement(alert_id, (who.agency, who.team, who.role), hub.clock.at.isoformat())
    records = [
        hub.record(incident("force_used")),
        hub.topics.record("placement", message(plain)),
        hub.record(incident("unconscious", record="CR-2")),
    ]
    assert fates(hub.append(*records)) == ["recorded"] * 3
    assert ("placement", "met") in expectations(hub, alert_id)


def test_one_of_a_team_that_was_not_told_is_recorded_and_paged(hub: AppendHub) -> None:
    _, alert_id = told(hub)
    assert answer(hub, alert_id, "camhs_crisis") == ["recorded"]
    assert hub.pages() == ["acknowledgement-refused"]
    assert expectations(hub, alert_id) == [("placement", "open")]


def test_one_that_speaks_for_another_agencys_team_answers_nothing(hub: AppendHub) -> None:
    _, alert_id = told(hub)
    who = teams()["placement"]
    plain = acknowledgement(alert_id, ("camhs", who.team, who.role), hub.clock.at.isoformat())
    assert fates(hub.append(hub.topics.record("camhs", message(plain)))) == ["recorded"]
    assert hub.pages() == ["acknowledgement-refused"]
    assert expectations(hub, alert_id) == [("placement", "open")]


def test_a_missed_deadline_goes_on_and_whoever_it_went_on_to_can_answer(hub: AppendHub) -> None:
    child, alert_id = told(hub)
    hub.clock.move(minutes=15)
    assert tick(hub) == 1
    assert isinstance(hub.entries(child)[-1].body, ExpectationMissed)
    assert expectations(hub, alert_id) == [("edt", "open"), ("placement", "missed")]
    assert answer(hub, alert_id, "edt") == ["recorded"]
    assert hub.pages() == []
    hub.clock.move(minutes=30)
    assert tick(hub) == 0
    assert expectations(hub, alert_id) == [("edt", "met"), ("placement", "missed")]


def test_an_answer_is_asked_for_again_once_before_its_time_is_over(hub: AppendHub) -> None:
    """Fails without: the clock's look at what is due soon; the column ``reminded``."""
    child, alert_id = told(hub)
    hub.clock.move(minutes=11)
    assert tick(hub) == 0
    hub.clock.move(minutes=1)
    assert [tick(hub), tick(hub)] == [1, 0]
    reminded = hub.entries(child)[-1].body
    assert isinstance(reminded, AnswerReminded)
    (notice,) = reminded.notices
    assert (notice.recipient, notice.acknowledge_by) == (teams()["placement"], reminded.due_at)
    assert expectations(hub, alert_id) == [("placement", "open")]
    hub.clock.move(minutes=3)
    assert tick(hub) == 1
    missed = hub.entries(child)[-1].body
    assert isinstance(missed, ExpectationMissed)
    assert [each.recipient.role for each in missed.notices] == ["edt"]


def test_a_missed_deadline_is_appended_once_by_two_clocks(hub: AppendHub) -> None:
    told(hub)
    hub.clock.move(minutes=15)
    assert [tick(hub), tick(hub)] == [1, 0]
    missed = hub.one("select count(*) from derived.entry where type = 'expectation-missed'")
    assert missed == 1


def test_whoever_answers_a_digest_gets_no_deadline_when_others_are_silent(hub: AppendHub) -> None:
    hub.clock.move("2021-10-05 10:00")
    hub.say(other("2021-10-02 01:00"))
    hub.members("placement edt")
    hub.say(incident("ligature", "2021-10-05 09:55"))
    alert_id = hub.one("select alert_id from derived.alert where level > 0")
    assert answer(hub, alert_id, "edt") == ["recorded"]
    hub.clock.move(minutes=15)
    assert tick(hub) == 1
    assert expectations(hub, alert_id) == [("edt", "met"), ("placement", "missed")]


def test_a_command_about_another_childs_alert_is_refused(hub: AppendHub) -> None:
    _, alert_id = told(hub)
    hub.say(
        replace(
            incident("ligature", record="CR-7"),
            identifiers=({"scheme": "local", "value": "PN-7"},),
        )
    )
    stranger = hub.one("select child_id from derived.alert where key = 'record:police:CR-7'")
    command = Acknowledge(alert_id, teams()["placement"], None, None, already_known=False)
    outcome = hub.command(stranger, command, alert_id)
    assert fates([outcome]) == ["refused there is no such alert: take its id from the notification"]


def test_a_command_about_a_child_that_there_is_not_is_refused(hub: AppendHub) -> None:
    command = Acknowledge(uuid4(), teams()["placement"], None, None, already_known=False)
    assert hub.command(uuid4(), command).fate is Fate.REFUSED
