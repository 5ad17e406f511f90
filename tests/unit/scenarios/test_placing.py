"""Notifications of a story that was played before find their steps again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kith.scenario.library import child_k, expected_of, whole
from kith.scenario.placing import Decided, NotPlaced, placed
from producers.scenario import Story
from tests.unit.scenarios.told import agencies, read

ALERT = UUID(int=1)


def story() -> Story:
    return read("custody-night-with-the-hub")[0]


def decided(number: int, step: str, kind: str = "raised", key: str = "record:police:CR") -> Decided:
    at = story().step(step).at
    return Decided(UUID(int=number), "police", ALERT, "custody-ligature", key, kind, at)


def test_each_is_placed_by_the_hubs_time_and_named_by_who_raised_it() -> None:
    came = [decided(2, "ligature"), decided(3, "quarter-of-an-hour", "reminder")]
    sent = list(placed(story(), came))
    assert [(each.step, each.alert.raised_by) for each in sent] == [
        ("ligature", "ligature"),
        ("quarter-of-an-hour", "ligature"),
    ]
    assert {each.alert.key for each in sent} == {None}


def test_a_pattern_is_another_kind_of_alert() -> None:
    (sent,) = placed(story(), [decided(2, "missing", key="pattern:police:MP")])
    assert sent.alert.key == "pattern"
    (sent,) = placed(story(), [decided(2, "missing", key="agency:police:2021-10")])
    assert sent.alert.key == "own-people"


def test_what_is_raised_again_is_named_by_the_step_that_raised_it_again() -> None:
    """Fails without: the kind in ``placed``; the player names it so."""
    sent = list(placed(story(), [decided(2, "missing"), decided(3, "ligature")]))
    assert [each.alert.raised_by for each in sent] == ["missing", "ligature"]


def test_what_told_nobody_when_it_was_raised_is_named_by_the_step_that_first_told_of_it() -> None:
    """History raises and tells nobody. Fails without: the second half of the condition."""
    (sent,) = placed(story(), [decided(2, "ligature", "updated")])
    assert sent.alert.raised_by == "ligature"


def test_what_came_when_no_step_was_played_is_at_none() -> None:
    """Fails without: the check for no step at all. The comparison says that it belongs to none."""
    came = decided(2, "ligature")
    later = replace(came, at=came.at + timedelta(seconds=1))
    assert list(placed(story(), [later])) == []


def test_two_steps_at_one_time_are_named() -> None:
    night = story()
    at = night.step("ligature").at
    twin = replace(night.step("release"), id="twin", written_as="twin", at=at)
    both = replace(night, steps=(*night.steps, twin), path=Path("night.yaml"))
    with pytest.raises(NotPlaced, match=r"night.yaml: steps ligature and twin bear the same time"):
        list(placed(both, [decided(2, "ligature")]))


def test_no_two_steps_of_the_stories_that_tell_bear_the_same_time() -> None:
    """So that `kith scenario check` can place whatever comes of them."""
    for each in (*child_k(agencies()), *whole(agencies())):
        for copy in expected_of(each, agencies()).copies:
            at = next(step.at for step in each.steps if step.written_as == copy.step)
            (sent,) = placed(each, [replace(decided(2, "ligature"), at=at)])
            assert sent.step == copy.step
