"""The rules tell what was expected of them, everyone, and nobody else."""

from safeguarding.case import Case
from tests.unit.scenarios.played import ANY, comparable, play
from tests.unit.scenarios.told import Told, agencies, every_story, read


def differences(sent: list[tuple[object, ...]], told: Told) -> tuple[list[object], list[object]]:
    """What was sent and not expected, and what was expected and not sent."""
    expected = [comparable(copy) for copy in told]
    return [s for s in sent if s not in expected], [e for e in expected if e not in sent]


@every_story
def test_a_story_tells_what_was_expected(name: str) -> None:
    story, told = read(name)
    sent = play(story, agencies())
    assert differences(sent, told) == ([], [])
    assert len(sent) == len(told)


def test_the_night_is_told_the_same_after_july() -> None:
    case = Case(child_id=ANY)
    july, of_july = read("july-2021")
    assert differences(play(july, agencies(), case), of_july) == ([], [])
    night, of_the_night = read("custody-night-with-the-hub")
    assert differences(play(night, agencies(), case), of_the_night) == ([], [])
