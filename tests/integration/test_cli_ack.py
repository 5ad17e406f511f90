"""`kith ack` on a real database: answers that count once, and refusals with their reason."""

from dataclasses import dataclass

import pytest

from tests.integration.cli_hub import CliHub
from tests.unit.rules.said import NHS_NUMBER, incident

LIGATURE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1")
EDT = {"agency": "social-care", "team": "edt", "role": "edt"}


@dataclass
class Night:
    """The hub after the ligature: nobody on the network, so steward and EDT were told."""

    hub: CliHub
    alert: str
    to_edt: str
    to_steward: str

    def ack(self, identity: str, *more: str, agency: str = "social-care") -> tuple[int, str, str]:
        ran = self.hub.kith("ack", "--agency", agency, identity, *more)
        return ran.code, ran.out, ran.err

    def answers(self) -> list[tuple[str, str]]:
        return [
            (f"{row[0]}/{row[1]}", row[2])
            for row in self.hub.rows(
                "select team, role, state from derived.expectation order by team"
            )
        ]


@pytest.fixture
def night(cli_hub: CliHub, monkeypatch: pytest.MonkeyPatch) -> Night:
    # No relay runs here, so there is nothing to wait for.
    monkeypatch.setattr("kith.cli.acting.SENT_SECONDS", 0.0)
    cli_hub.at("2021-10-02 02:41")
    cli_hub.say(LIGATURE)
    ((alert,),) = cli_hub.rows("select alert_id from derived.alert where rule = 'custody-ligature'")
    edt, steward = cli_hub.rows(
        "select notification_id from derived.notification where mode = 'urgent' order by team"
    )
    return Night(cli_hub, str(alert), str(edt[0]), str(steward[0]))


def test_a_notification_says_who_answers_and_only_that_deadline_is_met(night: Night) -> None:
    code, out, err = night.ack(night.to_edt[:8], "--by", "staff-1", "--action", "Ringing.")
    assert (code, err) == (0, "")
    assert "social-care/edt/edt has acknowledged the critical alert of rule custody-ligature" in out
    assert "committed as entry #" in out
    assert "Not sent yet" in out
    assert night.answers() == [("edt/edt", "met"), ("stewards/steward", "open")]


def test_the_same_answer_again_adds_nothing_and_another_is_added(night: Night) -> None:
    first = night.hub.kith("ack", "--agency", "social-care", night.to_edt, "--json").data
    again = night.hub.kith("ack", "--agency", "social-care", night.to_edt, "--json").data
    assert (first["added"], again["added"]) == (True, False)
    assert first["recipient"] == EDT
    assert again["sequence"] == first["sequence"]
    more = ("--action", "Arrived.", "--json")
    other = night.hub.kith("ack", "--agency", "social-care", night.to_edt, *more).data
    assert other["added"]
    assert other["sequence"] == first["sequence"] + 1


def test_an_alert_s_id_needs_the_team_where_several_were_told(night: Night) -> None:
    code, out, err = night.ack(night.alert)
    assert (code, out) == (2, "")
    assert "Told were: social-care/edt/edt, social-care/stewards/steward." in err
    assert night.ack(night.alert, "--team", "stewards")[0] == 0
    assert night.answers() == [("edt/edt", "open"), ("stewards/steward", "met")]


def test_who_saw_less_than_there_is_reads_again_first(night: Night) -> None:
    night.hub.at("2021-10-02 02:45")
    night.hub.say(incident("healthcare_called", "2021-10-02 02:44", reference="CR-1/2"))
    code, _, err = night.ack(night.to_edt)
    assert code == 1
    assert "Refused: the alert is at revision 2, you saw 1: read it again" in err
    assert night.ack(night.alert, "--team", "edt", "--seen-revision", "2")[0] == 0


def test_a_risen_alert_is_answered_anew_with_the_same_words(night: Night) -> None:
    assert night.ack(night.alert, "--team", "edt")[0] == 0
    night.hub.at("2021-10-02 03:00")
    night.hub.say(incident("unconscious", "2021-10-02 02:59", reference="CR-1/3"))
    assert ("edt/edt", "open") in night.answers()
    assert night.ack(night.alert, "--team", "edt")[0] == 0
    assert ("edt/edt", "met") in night.answers()


def test_a_withdrawn_alert_has_nothing_left_to_answer(night: Night) -> None:
    night.hub.at("2021-10-02 04:00")
    night.hub.say(LIGATURE.retracted())
    code, _, err = night.ack(night.alert, "--team", "edt")
    assert (code, err) == (
        1,
        "Refused: the alert was withdrawn: there is nothing left to acknowledge.\n",
    )


@pytest.mark.parametrize(
    ("identity", "more", "agency", "code", "says"),
    [
        ("alert", ("--team", "edt"), "camhs", 1, "camhs was told of no alert with this id"),
        ("to_edt", (), "police", 1, "police was told of no alert with this id"),
        ("to_edt", ("--team", "looked-after", "--role", "social_worker"), "social-care", 1,
         "this team was not told of the alert in that role"),
        ("to_edt", ("--team", "nobody", "--role", "edt"), "social-care", 2,
         "There is no team nobody in social-care"),
        ("to_edt", (), "polis", 2, "There is no agency polis"),
        ("00000000", (), "social-care", 1, "social-care was told of no alert with this id"),
        ("1234", (), "social-care", 2, "An id has 36 characters"),
    ],
)  # fmt: skip
def test_refusals_give_their_reason(
    night: Night, identity: str, more: tuple[str, ...], agency: str, code: int, says: str
) -> None:
    got, out, err = night.ack(getattr(night, identity, identity), *more, agency=agency)
    assert (got, out) == (code, "")
    assert says in err
    assert NHS_NUMBER not in err
    assert ("edt/edt", "open") in night.answers()
