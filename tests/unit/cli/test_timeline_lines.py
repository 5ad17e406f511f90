"""The lines of a timeline: what stands, what is struck, who was told and who answered."""

from dataclasses import replace
from typing import Any, get_args

from projections.queries.timeline import BEYOND_USE
from projections.queries.words import facts
from projections.queries.words.line import Tone
from safeguarding.facts import (
    Acknowledged,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    AnswerReminded,
    ChildIdentified,
    Delivered,
    ExpectationMissed,
    Fact,
    HandedOver,
    Mode,
    NetworkJoined,
    NetworkLeft,
    NotificationKind,
    RuleFailed,
    Severity,
    TimeFlagged,
)
from tests.unit.cli.logged import ALERT, CAMHS, CUSTODY, EDT, NIGHT, Log, alert, ground
from tests.unit.rules.said import Said, incident, london, placed

LIGATURE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1")
ACKNOWLEDGES = Said(
    "acknowledgement",
    "social-care",
    "ACK-1",
    "2021-10-02 02:44",
    None,
    "edt",
    {"alert_id": str(ALERT), "team": "edt", "role": "edt", "already_known": False},
)
HANDS_OVER = Said(
    "alert-handover",
    "social-care",
    "HO-1",
    "2021-10-02 07:30",
    None,
    "edt",
    {
        "alert_id": str(ALERT),
        "team": "edt",
        "role": "edt",
        "from_worker": "staff-0412",
        "to_worker": "staff-0587",
    },
)


def answer(**changes: object) -> Acknowledged:
    given = Acknowledged(ALERT, EDT, "staff-0412", london("2021-10-02 02:44"), "Ringing.", False)
    return replace(given, **changes)  # type: ignore[arg-type]


def test_an_event_says_when_who_and_on_what_footing() -> None:
    log = Log()
    line = log.line(log.say(LIGATURE, "2021-10-02 02:41"))
    assert line.happened == "Sat 2 Oct 2021 02:40"
    assert line.asides == ("told 02:41", "1 min after")
    assert line.by == "police, custody sergeant: fact"
    assert line.title == "Ligature in custody"
    assert line.struck is None


def test_a_late_event_says_how_late_and_since_when_it_was_known() -> None:
    log = Log()
    late = incident("ligature", "2021-10-02 02:25", known="2021-10-02 02:40")
    line = log.line(log.say(late, "2021-10-06 10:15"))
    assert line.asides == ("known 02:40", "told Wed 6 Oct 2021 10:15", "4 days 7 h after")


def test_a_day_stays_a_day() -> None:
    log = Log()
    line = log.line(log.say(placed("P", "2021-10-02"), "2021-10-04 09:00"))
    assert line.happened == "Sat 2 Oct 2021"
    assert line.asides == ("told Mon 4 Oct 2021 09:00", "2 days after")


def test_what_is_not_a_fact_does_not_pass_for_one() -> None:
    log = Log()
    shown = log.say(LIGATURE, statement="allegation", subject_view="denies")
    assert log.line(shown).by == "police, custody sergeant: ALLEGATION; the child denies it"


def test_history_is_called_history() -> None:
    log = Log()
    line = log.line(log.say(LIGATURE.as_history(), "2021-11-02 02:41"))
    assert "loaded as history" in line.asides


def test_a_correction_strikes_what_it_corrects_and_says_why() -> None:
    log = Log()
    first = log.say(LIGATURE)
    second = log.say(
        LIGATURE.corrected(means="shoe lace"),
        "2021-10-02 06:00",
        correction={"reason": "wrong_detail", "note": "Seen on the camera."},
    )
    assert log.line(first).struck == "replaced by #2"
    assert log.line(second).struck is None
    assert log.line(second).details[0] == "Corrects #1: wrong detail. Seen on the camera."


def test_a_retraction_strikes_what_it_takes_back() -> None:
    log = Log()
    first = log.say(LIGATURE)
    second = log.say(LIGATURE.retracted(), "2021-10-02 06:00")
    assert log.line(first).struck == "taken back by #2"
    assert log.line(second).title == "Taken back: it was entered in error"
    assert log.line(second).details[0] == "Takes back #1"


def test_a_version_that_came_after_a_later_one_never_stood() -> None:
    log = Log()
    log.say(LIGATURE.corrected(means="shoe lace"), "2021-10-02 06:00")
    older = log.say(LIGATURE, "2021-10-02 07:00")
    assert log.line(older).struck == "never stood: #1 had replaced it before it came"


def test_a_statement_may_stand_again_after_it_was_taken_back() -> None:
    log = Log()
    log.say(LIGATURE)
    back = log.say(LIGATURE.retracted(), "2021-10-02 06:00")
    again = log.say(replace(LIGATURE, version=3), "2021-10-02 07:00")
    assert log.line(back).struck == "replaced by #3"
    assert log.line(again).struck is None


def test_statements_of_two_agencies_with_one_reference_do_not_strike_each_other() -> None:
    log = Log()
    ours = log.say(LIGATURE)
    log.say(replace(LIGATURE, agency="acute-trust", version=2))
    assert log.line(ours).struck is None


def test_an_alert_names_rule_severity_ground_and_everyone_who_was_told() -> None:
    log = Log()
    event = log.say(LIGATURE)
    raised = log.decide(
        AlertRaised(alert(grounds=(ground(LIGATURE, "2021-10-02 02:41"),)), ()), cause=event
    )
    log.tell(raised, EDT, reached="2021-10-02 02:41:03", by="2021-10-02 02:56")
    log.tell(raised, CAMHS, reached="2021-10-02 02:41:03", mode=Mode.DIGEST)
    log.tell(raised, CUSTODY, reached="2021-10-02 02:41:03", mode=Mode.DIGEST)
    line = log.line(raised)
    assert line.tone is Tone.CRITICAL
    assert line.title == "Alert, critical: In custody: ligature"
    assert line.by == "rule custody-ligature, from #1"
    assert line.details == ("Ligature; with a shoe lace.", "Where: north")
    assert line.told == (
        "To act: social-care/edt/edt; reached 02:41:03; to answer by 02:56",
        "To read: camhs/community/camhs_community, police/custody/custody_sergeant;"
        " reached 02:41:03",
    )


def test_who_is_to_answer_once_the_office_opens_has_a_line_of_its_own() -> None:
    """Fails without: ``waiting`` in ``copies_in_words``."""
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    at_night: dict[str, Any] = {"reached": "2021-10-02 02:41:03", "mode": Mode.DIGEST}
    log.tell(raised, EDT, **at_night, by="2021-10-04 10:00")
    log.tell(raised, CAMHS, **at_night)
    log.decide(answer(), "2021-10-04 09:20")
    assert log.line(raised).told == (
        "When the office opens: social-care/edt/edt; reached 02:41:03;"
        " to answer by Mon 4 Oct 2021 10:00; answered 02:44 (#2)",
        "To read: camhs/community/camhs_community; reached 02:41:03",
    )


def test_an_alert_that_nobody_was_told_of_says_so() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    assert log.line(raised).told == ("Told to: nobody",)


def test_what_has_not_arrived_is_not_called_delivered() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, EDT, by="2021-10-02 02:56")
    expected = "To act: social-care/edt/edt; not delivered yet; to answer by 02:56"
    assert log.line(raised).told == (expected,)


def test_an_answer_stands_in_its_own_line_and_beside_the_recipient() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, EDT, reached="2021-10-02 02:41", by="2021-10-02 02:56")
    log.tell(raised, CAMHS, reached="2021-10-02 02:41", by="2021-10-02 02:56")
    answered = log.decide(answer(), "2021-10-02 02:44")
    edt, camhs = log.line(raised).told
    assert edt.endswith("; answered 02:44 (#2)")
    assert "answered" not in camhs  # One role's answer never clears another's copy.
    line = log.line(answered)
    assert line.title == "Acknowledged by social-care/edt/edt"
    assert line.by == "the alert of #1"
    assert line.details == ("By: staff-0412", "Action: Ringing.")


def test_an_answer_of_before_does_not_answer_an_alert_that_rose_since() -> None:
    log = Log()
    log.decide(AlertRaised(alert(), ()))
    log.decide(answer(), "2021-10-02 02:44")
    rose = log.decide(AlertUpdated(alert(revision=2), ()), "2021-10-02 03:00")
    log.tell(rose, EDT, reached="2021-10-02 03:00", by="2021-10-02 03:15")
    assert "answered" not in log.line(rose).told[0]


def test_who_knew_already_said_so() -> None:
    log = Log()
    answered = log.decide(answer(already_known=True))
    assert log.line(answered).title == "Acknowledged by social-care/edt/edt, who knew already"


def test_a_hand_over_names_the_team_both_workers_and_the_note_and_is_no_answer() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, EDT, reached="2021-10-02 02:41", by="2021-10-02 02:56")
    at = london("2021-10-02 02:50")
    says = ("staff-0412", "staff-0587", at, "Ring custody\x1b[2J.")
    handed = log.decide(HandedOver(ALERT, EDT, *says), "2021-10-02 02:50")
    unnamed = log.decide(HandedOver(ALERT, EDT, None, "staff-0611", at, None))
    line = log.line(handed)
    assert line.tone is Tone.HUB
    assert line.title == "Handed over within social-care/edt/edt"
    assert line.by == "the alert of #1"
    assert line.details == ("From: staff-0412", "To: staff-0587", "Note: Ring custody [2J.")
    assert log.line(unnamed).details == ("To: staff-0611",)
    assert "answered" not in log.line(raised).told[0]


def test_a_reminder_says_by_when_the_answer_is_awaited() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, CUSTODY, reached="2021-10-02 02:41", by="2021-10-02 02:56")
    reminded = log.decide(
        AnswerReminded(ALERT, london("2021-10-02 02:56"), CUSTODY, alert(), ()), "2021-10-02 02:51"
    )
    kind, by = NotificationKind.REMINDER, "2021-10-02 02:56"
    log.tell(reminded, CUSTODY, kind=kind, reached="2021-10-02 02:51:01", by=by)
    line = log.line(reminded)
    assert line.title == "Asked again for an answer: police/custody/custody_sergeant"
    assert line.by == "the alert of #1"
    assert line.told == (
        "Reminded: police/custody/custody_sergeant; reached 02:51:01; to answer by 02:56",
    )


def test_a_missed_deadline_says_whose_and_who_was_told_instead() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, CUSTODY, reached="2021-10-02 02:41", by="2021-10-02 02:56")
    missed = log.decide(
        ExpectationMissed(ALERT, "acknowledge", london("2021-10-02 02:56"), CUSTODY, alert(), ()),
        "2021-10-02 02:56",
    )
    kinds = (CUSTODY, NotificationKind.REMINDER, None), (EDT, NotificationKind.ESCALATED, "03:11")
    for recipient, kind, by in kinds:
        due = f"2021-10-02 {by}" if by else None
        log.tell(missed, recipient, kind=kind, reached="2021-10-02 02:56:01", by=due)
    line = log.line(missed)
    assert line.tone is Tone.MISSED
    assert line.title == "Not acknowledged in time: police/custody/custody_sergeant"
    assert line.by == "the alert of #1"
    assert line.details == ("Alert, critical: In custody: ligature; due 02:56",)
    assert line.told == (
        "Reminded: police/custody/custody_sergeant; reached 02:56:01",
        "Told in their place: social-care/edt/edt; reached 02:56:01; to answer by 03:11",
    )
    assert log.line(raised).told[0].endswith("; no answer in time (#2)")


def test_an_update_and_a_withdrawal_are_told_apart_from_an_alert() -> None:
    log = Log()
    updated = log.decide(AlertUpdated(alert(revision=2, severity=Severity.HIGH), ()))
    withdrawn = log.decide(
        AlertWithdrawn(
            alert(what="The report was retracted.", headline="Withdrawn"), "retracted", ()
        )
    )
    assert log.line(updated).title == "Alert updated, high: In custody: ligature"
    assert log.line(updated).tone is Tone.HIGH
    assert log.line(withdrawn).title == "Alert withdrawn, critical: custody ligature"
    assert log.line(withdrawn).tone is Tone.WITHDRAWN


def test_deliveries_stand_in_the_alerts_that_they_carried() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.decide(Delivered(()))
    assert [line.sequence for line in log.lines()] == [raised.sequence]


def test_a_published_answer_is_one_line_and_says_whether_it_was_taken() -> None:
    log = Log()
    log.decide(AlertRaised(alert(), ()))
    taken = log.say(ACKNOWLEDGES, "2021-10-02 02:44")
    log.decide(answer(), "2021-10-02 02:44", cause=taken)
    refused = log.say(replace(ACKNOWLEDGES, reference="ACK-2"), "2021-10-02 02:50")
    assert [line.sequence for line in log.lines()] == [1, 2, 4]
    assert log.line(taken).details[-1] == "Taken as the answer to the alert of #1 (#3)"
    expected = "Not taken as an answer to the alert of #1: the hub's people were told why"
    assert log.line(refused).details[-1] == expected


def test_a_published_hand_over_is_one_line_too() -> None:
    """Fails without: folding it, and what it became."""
    log = Log()
    log.decide(AlertRaised(alert(), ()))
    handed = HandedOver(ALERT, EDT, "staff-0412", "staff-0587", london("2021-10-02 07:30"), None)
    taken = log.say(HANDS_OVER, "2021-10-02 07:30")
    log.decide(handed, "2021-10-02 07:30", cause=taken)
    refused = log.say(replace(HANDS_OVER, reference="HO-2"), "2021-10-02 07:40")
    assert [line.sequence for line in log.lines()] == [1, 2, 4]
    assert log.line(taken).title == "Hands over an alert"
    assert log.line(taken).details == (
        "For: edt/edt",
        "From: staff-0412",
        "To: staff-0587",
        "Taken as the hand-over of the alert of #1 (#3)",
    )
    expected = "Not taken as a hand-over of the alert of #1: the hub's people were told why"
    assert log.line(refused).details[-1] == expected


def test_joining_and_leaving_say_why_and_since_when_if_not_from_now_on() -> None:
    log = Log()
    now, then = london(NIGHT), london("2021-10-05")
    joined = log.decide(NetworkJoined(EDT, "Takes her in.", now, None))
    later = log.decide(NetworkJoined(CAMHS, "Sees her.", then, london("2021-10-06 09:00")))
    left = log.decide(NetworkLeft(EDT, "Moved on.", now))
    leaves = log.decide(NetworkLeft(CAMHS, "Moves on.", then))
    assert log.line(joined).title == "Joined the network: social-care/edt/edt"
    assert log.line(joined).details == ("Takes her in.",)
    assert log.line(later).details == (
        "From Tue 5 Oct 2021 until Wed 6 Oct 2021 09:00",
        "Sees her.",
    )
    assert log.line(left).title == "Left the network: social-care/edt/edt"
    assert log.line(left).details == ("Moved on.",)
    assert log.line(leaves).details == ("From Tue 5 Oct 2021", "Moves on.")


def test_identity_names_kinds_of_identifier_and_doubts() -> None:
    log = Log()
    event = log.say(LIGATURE)
    sure = log.decide(
        ChildIdentified((bytes(32), bytes(32)), ("nhs-number", "local"), False, ()), cause=event
    )
    doubts = ("nhs-number: it is mistyped", "the identifiers point to different children")
    doubtful = log.decide(ChildIdentified((), (), True, doubts))
    assert log.line(sure).title == "Identified by NHS number and local number"
    assert log.line(sure).by == "from #1"
    assert log.line(doubtful).title == "A provisional child: a steward must say who this is"
    assert log.line(doubtful).details == (
        "NHS number: it is mistyped",
        "The identifiers point to different children",
    )


def test_faults_and_flags_have_lines() -> None:
    log = Log()
    event = log.say(LIGATURE)
    failed = log.decide(RuleFailed("missing", "KeyError", "police", "CR-1/1"), cause=event)
    flagged = log.decide(TimeFlagged("police", "CR-1/1", ("occurred", "known")), cause=event)
    assert log.line(failed).title == "A rule failed: missing"
    assert log.line(failed).by == "from #1"
    assert log.line(flagged).title == "A stated time cannot be right: occurred and known"


def test_an_entry_beyond_use_keeps_its_place_and_its_time() -> None:
    log = Log()
    event = log.say(LIGATURE)
    log.close(event, BEYOND_USE)
    (line,) = log.lines()
    assert line.tone is Tone.CLOSED
    assert line.happened == "Sat 2 Oct 2021 02:40"
    assert line.title == "Custody incident: beyond use: the key to it was destroyed"
    assert line.by == "police"
    assert line.details == ()


def test_what_an_agency_wrote_cannot_repaint_the_terminal() -> None:
    log = Log()
    evil = incident("ligature", means="\x1b[2Jlace\n\u202e", action_taken="\x07rang")
    line = log.line(log.say(evil))
    assert "Means: [2Jlace" in line.details
    assert "Done: rang" in line.details


def test_every_fact_of_the_hub_has_words() -> None:
    assert set(get_args(Fact)) == set(facts._WORDS)
