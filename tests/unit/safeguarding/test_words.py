"""What an alert says besides its words: how late, how often revised, and why it was withdrawn."""

from datetime import timedelta

from safeguarding.facts import AlertWithdrawn
from tests.unit.rules.said import incident
from tests.unit.rules.spec import given, members, received

SAID = incident("ligature", "2021-10-02 02:40", known="2021-10-02 02:50", record="CR-1")


def test_an_alert_says_how_long_after_it_was_known_the_hub_was_told() -> None:
    scene = given(members("edt")).when(received(SAID, at="2021-10-02 03:00"))
    (fact,) = scene.facts("custody-ligature")
    assert fact.alert.late_seconds == timedelta(minutes=10).total_seconds()


def test_what_is_told_before_it_was_known_is_not_late() -> None:
    scene = given(members("edt")).when(received(SAID, at="2021-10-02 02:45"))
    (fact,) = scene.facts("custody-ligature")
    assert fact.alert.late_seconds == 0


def test_it_says_nothing_of_it_when_the_agency_does_not() -> None:
    said = incident("ligature", known="unknown")
    scene = given(members("edt")).when(received(said, at="2021-10-02 02:45"))
    (fact,) = scene.facts("custody-ligature")
    assert fact.alert.late_seconds is None


def test_a_withdrawal_says_whether_it_was_retracted_or_corrected() -> None:
    for taken_back, because in (
        (SAID.retracted(), "retracted"),
        (SAID.corrected(custody_record="CR-2"), "corrected"),
    ):
        scene = given(members("edt"), received(SAID, at="2021-10-02 03:00"))
        scene.when(received(taken_back, at="2021-10-02 03:10"))
        fact = scene.facts("custody-ligature")[0]
        assert isinstance(fact, AlertWithdrawn)
        assert fact.because == because
        assert because in fact.alert.what
        assert fact.alert.revision == 2


def test_each_revision_counts_on() -> None:
    scene = given(members("edt"), received(SAID, at="2021-10-02 03:00"))
    scene.when(
        received(SAID.corrected(means="cord"), at="2021-10-02 03:10"),
        received(SAID.corrected().retracted(), at="2021-10-02 03:20"),
        received(SAID.corrected().corrected().corrected(), at="2021-10-02 03:30"),
    )
    revisions = [fact.alert.revision for fact in scene.facts("custody-ligature")]
    assert revisions == [2, 3, 4]
