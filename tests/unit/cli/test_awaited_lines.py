"""The lines of what rules await: what and until when, what met it, why it is not known."""

from dataclasses import replace
from uuid import UUID

from projections.queries.timeline import Shown
from projections.queries.words.line import Tone
from safeguarding.facts import (
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationOpened,
    Verdict,
)
from tests.unit.cli.logged import Log, ground
from tests.unit.rules.said import found, london
from tests.unit.rules.said_return import interview

AWAITED = UUID("22222222-2222-4222-8222-222222222222")
NAME = (AWAITED, "return-interview", "episode:police:E-1")
BACK = found("E-1", "2021-07-06 22:00")
HELD = interview("E-1", "2021-07-08 15:00")
DUE = london("2021-07-09 22:00")
OPENED = ExpectationOpened(
    expectation_id=AWAITED,
    rule="return-interview",
    ruleset="2",
    key=NAME[2],
    revision=1,
    what="a return interview",
    due_at=DUE,
    awaits=("return-interview",),
    agencies=(),
    ground=ground(BACK, "2021-07-06 22:10"),
)


def awaited() -> tuple[Log, Shown]:
    """A log in which the child is back (#1) and an interview is awaited (#2)."""
    log = Log()
    back = log.say(BACK, "2021-07-06 22:10")
    return log, log.decide(OPENED, "2021-07-06 22:10", cause=back)


def test_what_is_awaited_says_until_when_and_under_which_ground() -> None:
    log, opened = awaited()
    line = log.line(opened)
    assert line.title == "Awaited: a return interview"
    assert line.details == ("By Fri 9 Jul 2021 22:00",)
    assert line.by == "rule return-interview, from #1"
    assert line.tone is Tone.HUB
    assert line.told == ()


def test_a_deadline_at_midnight_is_the_end_of_the_day_before() -> None:
    log = Log()
    summer = log.decide(replace(OPENED, due_at=london("2021-07-10 00:00")))
    winter = log.decide(replace(OPENED, due_at=london("2021-11-01 00:00")))
    assert log.line(summer).details == ("By the end of Fri 9 Jul 2021",)
    assert log.line(winter).details == ("By the end of Sun 31 Oct 2021",)


def test_what_is_due_at_an_event_says_so_and_whose_it_must_be() -> None:
    log = Log()
    whose = ("social-care", "youth-justice")
    opened = log.decide(replace(OPENED, due_at=None, agencies=whose))
    assert log.line(opened).details == (
        "Due at an event that has not come yet",
        "From social-care or youth-justice",
    )


def test_what_is_said_of_it_again_is_as_it_now_stands() -> None:
    log, _ = awaited()
    again = log.decide(replace(OPENED, revision=2, due_at=london("2021-07-10 06:00")))
    assert log.line(again).title == "Awaited, as it now stands: a return interview"


def test_what_met_it_is_named() -> None:
    log, _ = awaited()
    log.say(HELD, "2021-07-08 16:00")
    by = ground(HELD, "2021-07-08 16:00")
    met = log.decide(ExpectationMet(*NAME, london("2021-07-08 15:00"), by))
    line = log.line(met)
    assert line.title == "Happened in time: a return interview"
    assert line.details == ("Thu 8 Jul 2021 15:00",)
    assert line.by == "rule return-interview, awaited since #2, from #3"


def test_what_is_awaited_no_more_says_why() -> None:
    log, _ = awaited()
    cancelled = log.decide(ExpectationCancelled(*NAME, "the child has died"))
    assert log.line(cancelled).title == "No longer awaited: a return interview"
    assert log.line(cancelled).details == ("The child has died",)


def test_what_was_missed_stands_out() -> None:
    log, _ = awaited()
    lapsed = log.decide(ExpectationLapsed(*NAME, DUE, Verdict.MISSED, None))
    line = log.line(lapsed)
    assert line.title == "Has not happened in time: a return interview"
    assert line.details == ("It was due by Fri 9 Jul 2021 22:00",)
    assert line.tone is Tone.MISSED


def test_what_is_not_known_says_why_and_does_not_pass_for_missed() -> None:
    log, _ = awaited()
    because = "nothing has been heard from social-care"
    lapsed = log.decide(ExpectationLapsed(*NAME, DUE, Verdict.NOT_KNOWN, because))
    line = log.line(lapsed)
    assert line.title == "Not known whether it happened in time: a return interview"
    assert line.details == (
        "It was due by Fri 9 Jul 2021 22:00",
        "Nothing has been heard from social-care",
    )
    assert line.tone is Tone.HUB


def test_without_the_entry_that_opened_it_the_line_has_its_rule() -> None:
    log = Log()
    cancelled = log.decide(ExpectationCancelled(*NAME, "the child has died"))
    assert log.line(cancelled).title == "No longer awaited"
    assert log.line(cancelled).by == "rule return-interview"
