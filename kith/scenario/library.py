"""The stories that come with Kith, and those of other paths."""

from collections.abc import Iterable
from pathlib import Path

from producers.scenario.expected import Expectations, load_expected
from producers.scenario.loading import load
from producers.scenario.story import Story
from schemas.agencies import Agencies

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CHILD_K = SCENARIOS / "child-k"
WHOLE = "seven-months"
STORIES = ("july-2021", "custody-night-with-the-hub", "custody-night-as-it-happened", WHOLE)
SHORT = tuple(name for name in STORIES if name != WHOLE)


class NoSuchStory(LookupError):
    """There is no story of this name, nor a file or folder. The text lists those that there are."""


def child_k(agencies: Agencies, names: Iterable[str] = SHORT) -> list[Story]:
    """Stories of Child K that one hub can play together. Raises FileRefused."""
    return [load(path_of(name), agencies) for name in names]


def whole(agencies: Agencies) -> list[Story]:
    """The seven months in both worlds, which one hub can play together. Raises FileRefused."""
    return [load(path_of(WHOLE), agencies, in_fact=in_fact) for in_fact in (False, True)]


def path_of(name: str) -> Path:
    """A story by its name, or by its file or folder. Raises NoSuchStory."""
    for path in (CHILD_K / f"{name}.yaml", CHILD_K / name, Path(name)):
        if path.is_file() or (path / "story.yaml").is_file():
            return path
    raise NoSuchStory(f"there is no story {name}: name one of {', '.join(STORIES)}, or give a path")


def expected_path(story: Story) -> Path:
    """Where what is to come because of a story is written, beside it."""
    return story.path.parent / "expected" / f"{story.id}.yaml"


def expected_of(story: Story, agencies: Agencies) -> Expectations:
    """What is to come because of a story, written by hand. Raises FileRefused."""
    return load_expected(expected_path(story), story, agencies)
