"""The stories that come with Kith."""

from pathlib import Path

from producers.scenario.expected import ExpectedNotification, load_expected
from producers.scenario.loading import load
from producers.scenario.story import Story
from schemas.agencies import Agencies

CHILD_K = Path(__file__).parents[2] / "scenarios" / "child-k"
STORIES = ("july-2021", "custody-night-with-the-hub", "custody-night-as-it-happened")


def child_k(agencies: Agencies) -> list[Story]:
    """The stories of Child K. Raises FileRefused."""
    return [load(CHILD_K / f"{name}.yaml", agencies) for name in STORIES]


def expected_of(story: Story, agencies: Agencies) -> tuple[ExpectedNotification, ...]:
    """What is to come because of a story, written by hand. Raises FileRefused."""
    return load_expected(story.path.parent / "expected" / story.path.name, story, agencies)
