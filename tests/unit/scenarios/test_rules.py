"""The rules tell what was expected of them, everyone, and nobody else."""

from collections import Counter

from safeguarding.case import Case
from tests.unit.scenarios.played import ANY, comparable, play
from tests.unit.scenarios.told import agencies, every_story, written


def differences(name: str, case: Case | None = None) -> tuple[Counter[object], Counter[object]]:
    """What was sent and not expected, and what was expected and not sent."""
    story, told = written(name)
    expected = Counter[object](comparable(copy) for copy in told.copies)
    every = play(story, agencies(), case)
    sent = Counter[object](each for each in every if told.speak_of(each[1].rule))  # type: ignore[attr-defined]
    return sent - expected, expected - sent


@every_story
def test_a_story_tells_what_was_expected(name: str) -> None:
    assert differences(name) == (Counter(), Counter())


def test_the_night_is_told_the_same_after_july() -> None:
    case = Case(child_id=ANY)
    assert differences("july-2021", case) == (Counter(), Counter())
    assert differences("custody-night-with-the-hub", case) == (Counter(), Counter())
