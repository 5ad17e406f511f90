"""What a briefing looks like to its reader and on the timeline."""

from projections.queries.words.facts import fact_in_words
from projections.queries.words.notifications import notification_in_words
from tests.unit.schemas.test_briefings import AT, briefing, notification


def test_a_briefing_says_that_the_alert_is_older_than_the_membership() -> None:
    """Fails without: the words of the kind."""
    title = notification_in_words(notification()).title
    assert title == "CRITICAL, act now, open since before you joined: In custody: ligature"


def test_the_timeline_says_who_was_briefed_on_what() -> None:
    """Fails without: the words of the fact."""
    said = fact_in_words(briefing(), AT)
    assert said.title.startswith("Briefed on joining: ")
    assert said.lines == ("Alert, critical: In custody: ligature",)
