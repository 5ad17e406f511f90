"""late-disclosure: a significant event told later than its class allows (3.17, 1.8)."""

import pytest

from tests.unit.rules.said import (
    CODED,
    Said,
    admission,
    attendance,
    detention,
    found,
    harmed,
    incident,
    placed,
    report,
)
from tests.unit.rules.spec import (
    Expected,
    given,
    members,
    raised,
    received,
    withdrawn,
)

# Nobody here can act, so that nothing but the digests of this rule is looked at below.
READERS = members("team_manager custody_inspector safeguarding_nurse iro social_worker")
KNOWN = "2021-10-04 09:00"  # A Monday.


def expected_late(digest: str) -> Expected:
    return raised("late-disclosure", "medium", urgent="", digest=digest)


def of_this_rule(said: Said, at: str) -> list[str]:
    scene = given(READERS).when(received(said, at))
    return [fact.alert.what for fact in scene.facts("late-disclosure")]


# --- it fires, and the near miss ---------------------------------------------------------------

CLASSES = [
    (incident("ligature", KNOWN), "2021-10-04 10:00", "custody_inspector team_manager"),
    (detention(KNOWN), "2021-10-04 13:00", "custody_inspector team_manager"),
    (report("M-1", KNOWN), "2021-10-04 10:00", "team_manager"),
    (attendance(KNOWN), "2021-10-04 13:00", "safeguarding_nurse team_manager"),
    (admission(KNOWN), "2021-10-05 09:00", "safeguarding_nurse team_manager"),
    (harmed("laceration", KNOWN), "2021-10-04 13:00", "safeguarding_nurse team_manager"),
]
TYPES = [said.type for said, _, _ in CLASSES]
every_class = pytest.mark.parametrize(("said", "allowed", "readers"), CLASSES, ids=TYPES)


@every_class
def test_it_is_a_line_in_the_digest_of_the_manager_and_the_publishers_lead(
    said: Said, allowed: str, readers: str
) -> None:
    scene = given(READERS).when(received(said, at=f"{allowed}:01"))
    told = scene.facts("late-disclosure")
    assert [(n.recipient.role, n.mode.value) for fact in told for n in fact.notices] == [
        (role, "digest") for role in readers.split()
    ]


@every_class
def test_within_what_its_class_allows_it_is_not_late(
    said: Said, allowed: str, readers: str
) -> None:
    del readers
    assert of_this_rule(said, allowed) == []


def test_the_publishers_lead_is_the_publishers_own() -> None:
    given(members("custody_inspector safeguarding_nurse")).when(
        received(admission(KNOWN), at="2021-10-06 09:00"),
    ).then(
        expected_late("safeguarding_nurse"),
    )


def test_whoever_published_it_reads_that_it_was_late() -> None:
    said = incident("force_used", KNOWN, said_by="custody_inspector")
    given(members("custody_inspector team_manager edt placement")).when(
        received(said, at="2021-10-06 20:00"),
    ).then(
        raised("custody-ligature", "critical", urgent="edt placement", digest="team_manager"),
        expected_late("custody_inspector team_manager"),
    )


def test_it_goes_nowhere_where_nobody_reads_it() -> None:
    given(members("iro")).when(
        received(admission(KNOWN), at="2021-10-08 09:00"),
    ).then(
        expected_late(""),
    )


def test_of_a_child_without_network_it_goes_nowhere_either() -> None:
    """It names its readers, and the steward is none: what is late is told of urgently anyhow."""
    given().when(
        received(incident("ligature"), at="2021-10-06 10:15"),
    ).then(
        raised("custody-ligature", "critical", urgent="steward edt", digest=""),
        expected_late(""),
    )


@pytest.mark.parametrize(
    ("self_harm", "unconscious", "late"),
    [("yes", None, True), ("no", True, True), ("no", None, False), ("not_known", False, False)],
)
def test_an_attendance_counts_with_self_harm_or_unconscious(
    self_harm: str, unconscious: bool | None, late: bool
) -> None:
    said = attendance(KNOWN, self_harm=self_harm, unconscious=unconscious)
    assert bool(of_this_rule(said, "2021-10-08 09:00")) is late


@pytest.mark.parametrize(("self_harm", "late"), [("not_known", True), ("no", False)])
def test_an_attendance_that_is_coded_as_self_harm_counts_while_staff_have_not_said(
    self_harm: str, late: bool
) -> None:
    said = attendance(KNOWN, self_harm=self_harm, **CODED)
    assert bool(of_this_rule(said, "2021-10-08 09:00")) is late


@pytest.mark.parametrize("said", [found("M-1", KNOWN), placed("P-1", KNOWN)], ids=lambda s: s.type)
def test_other_events_are_never_late(said: Said) -> None:
    assert of_this_rule(said, "2021-10-08 09:00") == []


# --- from when it is counted -------------------------------------------------------------------


def test_it_is_counted_from_when_it_was_known_not_from_when_it_happened() -> None:
    assert of_this_rule(attendance("2019-01-01", known=KNOWN), "2021-10-04 09:30") == []


def test_it_says_how_long_it_took() -> None:
    said = incident("ligature", "2021-10-02 02:40")
    assert of_this_rule(said, "2021-10-06 10:15") == [
        "The hub was told of this custody incident 4 days after it was known; "
        "for others to act in time it is hoped for within 1 h."
    ]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2021-10-04 13:01", "4 h"),
        ("2021-10-06 08:00", "47 h"),
        ("2021-10-06 09:00", "2 days"),
        ("2021-11-04 08:00", "31 days"),
    ],
)
def test_it_says_it_in_hours_and_from_two_days_on_in_days(at: str, words: str) -> None:
    (what,) = of_this_rule(detention(KNOWN), at)
    assert f"detention {words} after it was known" in what


def test_a_day_counts_from_its_end() -> None:
    assert of_this_rule(attendance("2021-10-04", known="2021-10-04"), "2021-10-05 04:00") == []
    # The longest day has 25 hours, so four hours after its end may be five.
    assert of_this_rule(attendance("2021-10-04", known="2021-10-04"), "2021-10-05 05:01") != []


@pytest.mark.parametrize("known", ["unknown", "2021-10-09 09:00", "9999-12-31"])
def test_unknown_or_after_receipt_is_never_late(known: str) -> None:
    assert of_this_rule(detention(KNOWN, known=known), "2021-10-08 09:00") == []


# --- repeats, corrections, retractions ---------------------------------------------------------


def test_the_same_event_twice_is_told_once() -> None:
    given(READERS, received(admission(KNOWN), at="2021-10-06 09:00")).when(
        received(admission(KNOWN), at="2021-10-07 09:00"),
    ).then_nothing()


def test_each_event_that_comes_late_is_an_alert_of_its_own() -> None:
    given(READERS).when(
        received(admission(KNOWN, reference="SP-1"), at="2021-10-06 09:00"),
        received(admission(KNOWN, reference="SP-2"), at="2021-10-06 09:00"),
    ).then(
        expected_late("safeguarding_nurse team_manager"),
        expected_late("safeguarding_nurse team_manager"),
    )


def test_a_correction_is_not_late() -> None:
    said = admission(KNOWN)
    given(READERS, received(said, at=KNOWN)).when(
        received(said.corrected(reason="observation"), at="2021-10-08 09:00"),
    ).then_nothing()


def test_a_correction_takes_back_nothing_of_what_was_late() -> None:
    said = admission(KNOWN)
    given(READERS, received(said, at="2021-10-06 09:00")).when(
        received(said.corrected(reason="observation"), at="2021-10-06 09:10"),
    ).then_nothing().then_open("late-disclosure medium 0")


def test_a_retraction_withdraws_it() -> None:
    said = admission(KNOWN)
    given(READERS, received(said, at="2021-10-06 09:00")).when(
        received(said.retracted(), at="2021-10-06 10:00"),
    ).then(
        withdrawn("late-disclosure", urgent="", digest="safeguarding_nurse team_manager"),
    )


def test_what_was_retracted_before_it_came_is_not_late() -> None:
    said = admission(KNOWN)
    given(READERS, received(said.retracted(), at="2021-10-06 09:00")).when(
        received(said, at="2021-10-06 10:00"),
    ).then_nothing()


def test_out_of_order_the_same_events_are_late() -> None:
    one, two = admission(KNOWN, reference="SP-1"), admission(KNOWN, reference="SP-2")
    at = "2021-10-06 09:00"
    forwards = given(READERS, received(one, at), received(two, at))
    backwards = given(READERS, received(two, at), received(one, at))
    assert {a.key for a in forwards.hub.open_alerts()} == {
        a.key for a in backwards.hub.open_alerts()
    }


# --- history -----------------------------------------------------------------------------------


def test_history_that_is_loaded_in_bulk_is_not_late() -> None:
    given(READERS).when(
        received(admission("2021-01-01").as_history(), at="2021-10-06 09:00"),
    ).then_nothing()


def test_on_a_live_topic_it_is_late_however_old_it_is() -> None:
    given(READERS).when(
        received(admission("2021-01-01"), at="2021-10-06 09:00"),
    ).then(
        expected_late("safeguarding_nurse team_manager"),
    )
