"""`kith handover` on a real database: the page, and hand-overs that stand in the child's log."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.cli_hub import CliHub, Ran, utc
from tests.unit.rules.said import NHS_NUMBER, incident

LIGATURE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1")
TEAM = ("--agency", "social-care", "--team", "edt", "--role", "edt")
HANDS = ("--to", "staff-0587", "--from", "staff-0412")


@dataclass
class Shift:
    """The hub after the ligature: nobody on the network, so steward and EDT were told."""

    hub: CliHub
    alert: str
    to_edt: str

    def run(self, *more: str) -> Ran:
        return self.hub.kith("handover", *TEAM, *more)

    def acks(self, *more: str) -> None:
        assert self.hub.kith("ack", *TEAM, self.alert, *more).code == 0

    @property
    def page(self) -> dict[str, dict[str, Any]]:
        """What is in hand, by alert."""
        return {each["alert_id"]: each for each in self.run("--json").data["in_hand"]}

    def entries(self) -> int:
        ((count,),) = self.hub.rows("select count(*) from derived.entry")
        return int(count)


@pytest.fixture
def shift(cli_hub: CliHub, monkeypatch: pytest.MonkeyPatch) -> Shift:
    # No relay runs here, so there is nothing to wait for.
    monkeypatch.setattr("kith.cli.acting.SENT_SECONDS", 0.0)
    cli_hub.at("2021-10-02 02:41")
    cli_hub.say(LIGATURE)
    ((alert,),) = cli_hub.rows("select alert_id from derived.alert where rule = 'custody-ligature'")
    (edt, _) = cli_hub.rows(
        "select notification_id from derived.notification where mode = 'urgent' order by team"
    )
    return Shift(cli_hub, str(alert), str(edt[0]))


def test_the_page_shows_by_when_and_nothing_that_says_who_the_child_is(shift: Shift) -> None:
    ran = shift.run()
    assert (ran.code, ran.err) == (0, "")
    assert "In hand for social-care/edt/edt (emergency duty team)" in ran.out
    assert "1 to answer, 0 still to do" in ran.out
    assert "Answer    by 02:56, in 15 min" in ran.out
    assert f"Alert     {shift.alert[:8]} of child" in ran.out
    assert NHS_NUMBER not in ran.out
    shift.hub.at("2021-10-02 07:30")
    assert "1 to answer (1 late)" in shift.run().out
    assert shift.page[shift.alert]["late"] is True
    other = ("--agency", "camhs", "--team", "crisis", "--role", "camhs_crisis")
    assert "London: nothing." in shift.hub.kith("handover", *other).out


def test_what_was_promised_stays_in_hand_until_it_is_done_with(shift: Shift) -> None:
    shift.hub.at("2021-10-02 02:44")
    shift.acks("--by", "staff-0412", "--action", "Rings the cells.")
    each = shift.page[shift.alert]
    assert (each["answer_by"], each["will_do"], each["said_by"], each["said_at"]) == (
        None,
        "Rings the cells.",
        "staff-0412",
        utc("2021-10-02 02:44"),
    )
    assert "Will do   Rings the cells. (said 02:44 by staff-0412)" in shift.run().out
    shift.hub.at("2021-11-15 10:00")
    assert shift.page == {}
    (found,) = shift.run("--days", "60", "--json").data["in_hand"]
    assert found["alert_id"] == shift.alert
    shift.acks("--by", "staff-0412")
    assert shift.run("--days", "60", "--json").data["in_hand"] == []


def test_a_hand_over_is_recorded_once_and_answers_nothing(shift: Shift) -> None:
    before = shift.hub.rows("select * from derived.expectation order by expectation_id")
    shift.hub.at("2021-10-02 02:50")
    ran = shift.run(*HANDS, "--note", "Rings at six.")
    assert (ran.code, ran.err) == (0, "")
    assert "Handed over to staff-0587 for social-care/edt/edt: 1 of 1." in ran.out
    assert "committed as entry #" in ran.out
    assert "Not sent yet" in ran.out
    assert shift.hub.rows("select * from derived.expectation order by expectation_id") == before
    each = shift.page[shift.alert]
    assert each["answer_by"] == utc("2021-10-02 02:56")
    assert each["handed_over"] == {
        "from": "staff-0412",
        "to": "staff-0587",
        "at": utc("2021-10-02 02:50"),
        "note": "Rings at six.",
    }
    entries = shift.entries()
    again = shift.run(*HANDS, "--note", "Rings at six.", "--json")
    assert (again.code, [each["added"] for each in again.data["alerts"]]) == (0, [False])
    assert shift.entries() == entries
    shown = shift.hub.kith("timeline", f"nhs:{NHS_NUMBER}").out
    assert "Handed over within social-care/edt/edt" in shown
    assert "To: staff-0587" in shown


def test_named_alerts_alone_are_handed_over_by_either_id(shift: Shift) -> None:
    for identity in (shift.alert[:8], shift.to_edt):
        ran = shift.run(identity, "--to", f"staff-{identity[:4]}", "--json")
        assert ran.code == 0
        (only,) = ran.data["alerts"]
        assert (only["alert_id"], only["added"]) == (shift.alert, True)
    both = shift.run(shift.alert, shift.to_edt, *HANDS, "--json").data["alerts"]
    assert [each["alert_id"] for each in both] == [shift.alert]


def test_one_that_is_not_on_the_page_any_more_can_still_be_named(shift: Shift) -> None:
    shift.acks()
    assert shift.page == {}
    assert "has nothing in hand" in shift.run(*HANDS).out
    first = shift.run(shift.alert, *HANDS, "--json").data["alerts"]
    again = shift.run(shift.alert, *HANDS, "--json").data["alerts"]
    assert ([each["added"] for each in first], [each["added"] for each in again]) == (
        [True],
        [False],
    )


def test_an_alert_that_rose_is_to_be_answered_again(shift: Shift) -> None:
    shift.acks("--action", "Rings the cells.")
    shift.hub.at("2021-10-02 03:00")
    shift.hub.say(incident("unconscious", "2021-10-02 02:59", reference="CR-1/3"))
    each = shift.page[shift.alert]
    assert (each["answer_by"], each["will_do"]) == (utc("2021-10-02 03:15"), "Rings the cells.")


def test_a_withdrawn_alert_is_in_nobodys_hand_and_cannot_be_handed_over(shift: Shift) -> None:
    shift.hub.at("2021-10-02 04:00")
    shift.hub.say(LIGATURE.retracted())
    assert shift.alert not in shift.page
    ran = shift.run(shift.alert, *HANDS)
    assert ran.code == 1
    assert "refused: the alert was withdrawn: there is nothing left to hand over" in ran.out


def test_a_team_that_was_not_told_cannot_hand_over(shift: Shift) -> None:
    others = ("--agency", "social-care", "--team", "looked-after", "--role", "social_worker")
    ran = shift.hub.kith("handover", *others, shift.alert, *HANDS)
    assert ran.code == 1
    assert "refused: this team was not told of the alert in that role" in ran.out


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (("--from", "staff-1"), 2, "Say to whom, with --to"),
        (("00000000", *HANDS), 1, "social-care was told of no alert with this id"),
        (("1234", *HANDS), 2, "An id has 36 characters"),
        (("--to", "Sharon Mill"), 2, "a worker is named by the reference"),
        (("--team", "nobody", *HANDS), 2, "There is no team nobody in social-care"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_added(
    shift: Shift, more: tuple[str, ...], code: int, says: str
) -> None:
    before = shift.entries()
    ran = shift.run(*more)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert "Sharon" not in ran.err
    assert shift.entries() == before
