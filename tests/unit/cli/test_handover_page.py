"""What a team has in hand, as its duty workers read it, and what became of handing it over."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from rich.console import Console

from kith.cli.handing_over import Passed, passing_of
from kith.cli.handover_data import as_data, passed_as_data
from kith.cli.handover_printing import show_in_hand, show_passed
from projections.queries.in_hand import Asked, InHand, LastHandOver, in_hand
from projections.queries.timeline import BEYOND_USE, NO_KEY, Shown
from safeguarding.facts import Acknowledged, AlertRaised, HandedOver, Severity
from tests.unit.cli.logged import CHILD, EDT, Log, alert
from tests.unit.rules.said import london

NOW = london("2021-10-02 07:30")
SINCE = london("2021-09-04 07:30")


def numbered(number: int) -> UUID:
    """An alert's id that shows which it is."""
    return UUID(f"{number:08d}-1111-4111-8111-111111111111")


@dataclass
class Team:
    """What the tables say of the night team's copies, beside the log that they follow from."""

    log: Log = field(default_factory=Log)
    asked: list[Asked] = field(default_factory=list)
    handed: dict[UUID, LastHandOver] = field(default_factory=dict)

    def told(self, number: int, by: str, **changes: Any) -> Shown:
        """An alert that asks for an answer by then."""
        told = alert(alert_id=numbered(number), **changes)
        shown = self.log.decide(AlertRaised(told, ()))
        self.asked.append(
            Asked(
                CHILD,
                told.alert_id,
                told.rule,
                told.severity.value,
                shown.sequence,
                london(by),
                None,
            )
        )
        return shown

    def answers(self, number: int, action: str | None, at: str, by: str | None = None) -> Shown:
        """The team has answered it."""
        fact = Acknowledged(numbered(number), EDT, by, london(at), action, False)
        shown = self.log.decide(fact, at)
        (index,) = (i for i, each in enumerate(self.asked) if each.alert_id == numbered(number))
        self.asked[index] = replace(self.asked[index], due_at=None, answered=shown.sequence)
        return shown

    def hands_over(self, number: int, *says: str | None, at: str) -> None:
        from_worker, to_worker, note = says
        assert to_worker is not None
        fact = HandedOver(numbered(number), EDT, from_worker, to_worker, london(at), note)
        shown = self.log.decide(fact, at)
        self.handed[fact.alert_id] = LastHandOver(shown.sequence, fact)

    @property
    def in_hand(self) -> list[InHand]:
        log = {(each.header.child_id, each.sequence): each for each in self.log.entries}
        return in_hand(self.asked, log, self.handed)


def a_night() -> Team:
    """Two that nobody has answered, one of them late, one promise, one handed over before."""
    team = Team()
    team.told(1, "2021-10-02 08:15", headline="Missing again: 3 times in 30 days", rule="missing",
              severity=Severity.HIGH, what="Missing since 06:40.", where=None)  # fmt: skip
    team.told(2, "2021-10-02 07:45", headline="Overdose, admitted", rule="self-harm",
              what="Paracetamol; awake.", where="A&E")  # fmt: skip
    team.told(3, "2021-10-02 02:56")
    team.told(4, "2021-10-02 01:00", headline="Carer has a concern", rule="carer-concern",
              severity=Severity.HIGH, what="Drink in her room.", where=None)  # fmt: skip
    team.answers(
        4, "Rings the carer at eight, then the social worker.", "2021-10-02 00:50", "staff-0412"
    )
    team.hands_over(
        3, "staff-0412", "staff-0587", "Custody rings back at six.", at="2021-10-02 05:00"
    )
    return team


def page(found: Sequence[InHand], width: int = 100, *, now: datetime = NOW) -> str:
    out = io.StringIO()
    show_in_hand(found, EDT, now, SINCE, Console(file=out, width=width, highlight=False))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def order(team: Team) -> list[str]:
    return [str(each.alert_id)[7] for each in team.in_hand]


def test_the_page_has_what_must_be_answered_first_and_then_what_was_promised() -> None:
    assert page(a_night().in_hand, 110) == (
        "In hand for social-care/edt/edt (emergency duty team)\n"
        "Sat 2 Oct 2021 07:30, London: 3 to answer (1 late), 1 still to do; most urgent first.\n"
        "\n"
        "To answer\n"
        "▲ CRITICAL: In custody: ligature\n"
        "Answer    by 02:56: 4 h 34 min ago, and not answered\n"
        "What      Ligature; with a shoe lace.\n"
        "Where     north\n"
        "With      staff-0587 since 05:00, from staff-0412: Custody rings back at six.\n"
        "Alert     00000003 of child 4f0c8a1e, rule custody-ligature\n"
        "\n"
        "▲ CRITICAL: Overdose, admitted\n"
        "Answer    by 07:45, in 15 min\n"
        "What      Paracetamol; awake.\n"
        "Where     A&E\n"
        "Alert     00000002 of child 4f0c8a1e, rule self-harm\n"
        "\n"
        "▲ HIGH: Missing again: 3 times in 30 days\n"
        "Answer    by 08:15, in 45 min\n"
        "What      Missing since 06:40.\n"
        "Alert     00000001 of child 4f0c8a1e, rule missing\n"
        "\n"
        "Answered, and still to do\n"
        "▲ HIGH: Carer has a concern\n"
        "Will do   Rings the carer at eight, then the social worker. (said 00:50 by staff-0412)\n"
        "What      Drink in her room.\n"
        "Alert     00000004 of child 4f0c8a1e, rule carer-concern\n"
        "\n"
        "To answer, or with no action to have done with it: kith ack ID --agency social-care"
        " --team edt --role edt\n"
        "To hand over: kith handover --agency social-care --team edt --role edt --to WORKER"
        " [ID]...\n"
        "A hand-over is no answer: the deadlines stay.\n"
        "What was answered before Sat 4 Sep 2021 is not looked at (--days)."
    )


def test_nothing_in_hand_is_said() -> None:
    assert page([]) == (
        "In hand for social-care/edt/edt (emergency duty team)\n"
        "Sat 2 Oct 2021 07:30, London: nothing.\n"
        "\n"
        "What was answered before Sat 4 Sep 2021 is not looked at (--days)."
    )


def test_a_narrow_terminal_breaks_words_and_no_command() -> None:
    lines = page(a_night().in_hand, 60).splitlines()
    commands = [line for line in lines if "kith " in line]
    assert all(len(line) <= 60 for line in lines if line not in commands)
    assert len(commands) == 2


# --- what is in hand ---------------------------------------------------------------------------


def test_an_alert_that_was_answered_with_nothing_to_do_is_not_in_hand() -> None:
    team = Team()
    for number, action in (1, None), (2, "  "), (3, "Rings her."):
        team.told(number, "2021-10-02 08:15")
        team.answers(number, action, "2021-10-02 07:00")
    assert order(team) == ["3"]


def test_an_answer_without_an_action_has_done_with_what_was_promised() -> None:
    team = Team()
    team.told(1, "2021-10-02 08:15")
    team.answers(1, "Rings her.", "2021-10-02 07:00")
    assert order(team) == ["1"]
    team.answers(1, None, "2021-10-02 07:20")
    assert order(team) == []


def test_what_is_settled_is_in_nobodys_hand() -> None:
    """Fails without: the look at the alert as it was last told."""
    team = Team()
    team.told(1, "2021-10-02 08:15", settled=True)
    team.told(2, "2021-10-02 08:15", settled=True)
    team.answers(2, "Rings her.", "2021-10-02 07:00")
    assert order(team) == []


def test_an_alert_that_rose_is_to_be_answered_and_shows_what_was_said_before() -> None:
    team = Team()
    team.told(1, "2021-10-02 08:15")
    team.answers(1, "Rings custody.", "2021-10-02 07:00")
    team.asked[0] = replace(team.asked[0], due_at=london("2021-10-02 08:30"))
    (each,) = team.in_hand
    assert each.due_at is not None
    text = page([each])
    assert "1 to answer, 0 still to do" in text
    assert "Answer    by 08:30, in 1 h\n" in text
    assert "Said      Rings custody. (said 07:00)\n" in text
    seen = replace(each, answer=each.answer and replace(each.answer, action=None))
    assert "Said      seen 07:00, with no action\n" in page([seen])


def test_promises_stand_by_severity_and_then_the_oldest_first() -> None:
    team = Team()
    for number, severity, at in (
        (1, Severity.HIGH, "06:00"),
        (2, Severity.CRITICAL, "07:00"),
        (3, Severity.CRITICAL, "05:00"),
    ):
        team.told(number, "2021-10-02 08:15", severity=severity)
        team.answers(number, "Goes there.", f"2021-10-02 {at}")
    assert order(team) == ["3", "2", "1"]


def test_the_last_hand_over_stands_on_the_page_and_a_day_that_is_not_today_is_named() -> None:
    team = a_night()
    team.hands_over(3, None, "staff-0611", None, at="2021-10-02 07:00")
    text = page(team.in_hand, now=london("2021-10-03 07:30"))
    assert "With      staff-0611 since Sat 2 Oct 2021 07:00\n" in text
    assert "staff-0587" not in text


# --- what cannot be opened ---------------------------------------------------------------------


def test_of_a_child_beyond_use_nothing_is_awaited() -> None:
    team = Team()
    team.log.close(team.told(1, "2021-10-02 08:15"), BEYOND_USE)
    assert order(team) == []


def test_what_cannot_be_opened_stays_in_hand_and_says_so() -> None:
    """A missing key must not make a deadline vanish."""
    team = Team()
    team.log.close(team.told(1, "2021-10-02 08:15"), NO_KEY)
    second = team.told(2, "2021-10-02 08:15")
    team.log.close(team.answers(2, "Rings her.", "2021-10-02 07:00"), NO_KEY)
    team.log.close(second, NO_KEY)
    assert order(team) == ["1", "2"]
    text = page(team.in_hand)
    assert "▲ CRITICAL: rule custody-ligature\nAnswer    by 08:15" in text
    assert "Will do   cannot be read" in text


def test_what_was_written_cannot_repaint_the_terminal() -> None:
    team = Team()
    team.told(1, "2021-10-02 08:15", headline="In \x1b[2J", what="[red]a\n\u202e")
    team.answers(1, "Rings\x07 her.", "2021-10-02 07:00", "st\x1b-1")
    team.hands_over(1, None, "staff-1", "a\x1bb", at="2021-10-02 07:10")
    text = page(team.in_hand)
    assert not {"\x1b", "\x07", "\u202e"} & {*text}
    assert "What      [red]a" in text


# --- as data, and what became of it ------------------------------------------------------------


def test_json_says_the_same() -> None:
    data = as_data(a_night().in_hand, EDT, NOW, SINCE)
    assert data["recipient"] == {"agency": "social-care", "team": "edt", "role": "edt"}
    assert (data["as_of"], data["answered_since"]) == (
        "2021-10-02T06:30:00Z",
        "2021-09-04T06:30:00Z",
    )
    ligature, overdose, _, concern = data["in_hand"]
    assert (ligature["answer_by"], ligature["late"]) == ("2021-10-02T01:56:00Z", True)
    assert ligature["handed_over"] == {
        "from": "staff-0412",
        "to": "staff-0587",
        "at": "2021-10-02T04:00:00Z",
        "note": "Custody rings back at six.",
    }
    assert (overdose["late"], overdose["handed_over"], overdose["will_do"]) == (False, None, None)
    assert concern["answer_by"] is None
    assert concern["will_do"] == "Rings the carer at eight, then the social worker."
    assert (concern["said_by"], concern["said_at"]) == ("staff-0412", "2021-10-01T23:50:00Z")


def test_each_is_told_what_became_of_it() -> None:
    first, second, third, _ = map(passing_of, a_night().in_hand)
    passed = [
        Passed(first, 9, added=True),
        Passed(second, 7),
        Passed(third, refused="the matter is settled"),
    ]
    out = io.StringIO()
    console = Console(file=out, width=60, highlight=False)
    show_passed(passed, EDT, "staff-0587", sent=False, console=console)
    log = "of the log of child 4f0c8a1e"
    assert out.getvalue() == (
        "Handed over to staff-0587 for social-care/edt/edt: 1 of 3.\n"
        f"  00000003  critical, In custody: ligature: committed as entry #9 {log}\n"
        f"  00000002  critical, Overdose, admitted: handed over so already, in entry #7 {log}\n"
        "  00000001  high, Missing again: 3 times in 30 days: refused: the matter is settled\n"
        "The deadlines of the team stay as they are. Not sent yet: the relay sends it when it"
        " runs (`kith status`).\n"
    )
    data = passed_as_data(passed, EDT, sent=False)
    assert [(each["added"], each["sequence"], each["refused"]) for each in data["alerts"]] == [
        (True, 9, None),
        (False, 7, None),
        (False, None, "the matter is settled"),
    ]


def test_with_nothing_in_hand_nothing_is_handed_over() -> None:
    out = io.StringIO()
    show_passed([], EDT, "staff-0587", sent=True, console=Console(file=out, width=100))
    assert out.getvalue() == "social-care/edt/edt has nothing in hand. Nothing was added.\n"
