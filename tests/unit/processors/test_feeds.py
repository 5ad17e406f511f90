"""Whether the hub can know that something has not happened, and what it says where it cannot."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from processors.clock.feeds import NOBODY, PATIENCE, Heard, Silence, waits_for_people, why_unknown
from schemas.agencies import Feeds
from tests.unit.rules.said import london

DUE = london("2021-07-09 22:00")
SILENCE = Silence(
    due_at=DUE,
    awaits=["return-interview"],
    agencies=[],
    since=london("2021-07-06 22:00"),
    undecided=False,
)
FEEDS = {
    "police": Feeds(usual_days=7, publishes=["missing-report", "missing-found"]),
    "social-care": Feeds(usual_days=14, publishes=["return-interview", "visit"]),
    "youth-justice": Feeds(usual_days=30, publishes=["return-interview"]),
}
YESTERDAY = DUE - timedelta(days=1)


def heard(**last: datetime) -> Heard:
    """When these agencies were heard from; nothing is in quarantine."""
    return Heard({agency.replace("_", "-"): at for agency, at in last.items()}, {})


def test_silence_says_something_where_one_who_would_tell_is_heard_from() -> None:
    assert why_unknown(SILENCE, FEEDS, heard(social_care=YESTERDAY)) is None
    assert why_unknown(SILENCE, FEEDS, heard(youth_justice=YESTERDAY)) is None


@pytest.mark.parametrize(("before", "known"), [(14, True), (15, False)])
def test_heard_from_within_the_usual_days_before_the_deadline(before: int, known: bool) -> None:
    last = DUE - timedelta(days=before)
    assert (why_unknown(SILENCE, FEEDS, heard(social_care=last)) is None) is known


def test_heard_from_after_the_deadline_is_heard_from() -> None:
    assert why_unknown(SILENCE, FEEDS, heard(social_care=DUE + timedelta(hours=1))) is None


def test_who_publishes_other_things_says_nothing_of_this() -> None:
    assert why_unknown(SILENCE, {"police": FEEDS["police"]}, heard(police=YESTERDAY)) == NOBODY
    assert why_unknown(SILENCE, {}, heard()) == NOBODY


def test_an_agency_that_cannot_meet_it_says_nothing_of_it() -> None:
    theirs = replace(SILENCE, agencies=["youth-justice"])
    said = why_unknown(theirs, FEEDS, heard(social_care=YESTERDAY))
    assert said == "nothing has been heard from youth-justice"


def test_it_says_who_is_silent_and_since_when() -> None:
    last = london("2021-06-20 09:30")
    assert why_unknown(SILENCE, FEEDS, heard(social_care=last)) == (
        "nothing has been heard from social-care since Sun 20 Jun 2021 09:30; "
        "nothing has been heard from youth-justice"
    )


def test_something_undecided_about_the_child_may_be_it() -> None:
    doubtful = replace(SILENCE, undecided=True)
    said = why_unknown(doubtful, FEEDS, heard(social_care=YESTERDAY))
    assert said == "something about this child is undecided"


@pytest.mark.parametrize(
    ("agency", "at", "doubtful"),
    [
        ("social-care", "2021-07-08 10:00", True),
        ("social-care", "2021-07-12 10:00", True),  # It may say late that it was in time.
        ("social-care", "2021-07-01 10:00", False),  # Before there was anything to await.
        ("police", "2021-07-08 10:00", False),
    ],
)
def test_something_in_quarantine_may_be_it(agency: str, at: str, doubtful: bool) -> None:
    known = Heard({"social-care": YESTERDAY}, {agency: london(at)})
    said = why_unknown(SILENCE, FEEDS, known)
    assert said == (f"something from {agency} is in quarantine" if doubtful else None)


def test_where_what_opened_it_stands_no_more_anything_in_quarantine_may_be_it() -> None:
    known = Heard({"social-care": YESTERDAY}, {"social-care": london("2021-01-01 10:00")})
    said = why_unknown(replace(SILENCE, since=None), FEEDS, known)
    assert said == "something from social-care is in quarantine"


@pytest.mark.parametrize(
    ("late", "waits"),
    [(timedelta(0), True), (PATIENCE - timedelta(seconds=1), True), (PATIENCE, False)],
)
def test_what_could_not_be_read_is_waited_for_and_not_for_ever(
    late: timedelta, waits: bool
) -> None:
    undecided = replace(SILENCE, undecided=True)
    in_quarantine = Heard({"social-care": YESTERDAY}, {"social-care": YESTERDAY})
    assert waits_for_people(undecided, FEEDS, heard(social_care=YESTERDAY), DUE + late) is waits
    assert waits_for_people(SILENCE, FEEDS, in_quarantine, DUE + late) is waits


def test_nobody_waits_for_who_is_silent() -> None:
    assert not waits_for_people(SILENCE, FEEDS, heard(), DUE)
    assert not waits_for_people(SILENCE, {}, heard(), DUE)
