"""A download that fails is tried again: one of a hundred meets a bad moment of the network."""

from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from deploy.embedded.jars import FETCH_PAUSES_SECONDS, JarError, LockedJar, fetched

JAR = LockedJar("org.example", "some", "1.0", "00")
LANDED = Path("landed.jar")


def context(*answers: Any) -> MagicMock:
    """What stands for jgo: each resolve gives the next of these, or raises it."""
    made = MagicMock()
    artifact = made.project.return_value.at_version.return_value.artifact.return_value
    artifact.resolve.side_effect = answers
    return made


def test_a_download_that_failed_twice_is_there_the_third_time() -> None:
    """Fails without: the second try."""
    slept: list[float] = []
    maven = context(ConnectionError(), TimeoutError(), LANDED)
    assert fetched(maven, JAR, slept.append) == LANDED
    assert slept == [*FETCH_PAUSES_SECONDS[:2]]


def test_in_the_end_it_says_which_and_what_to_do() -> None:
    slept: list[float] = []
    faults = [ConnectionError()] * (len(FETCH_PAUSES_SECONDS) + 1)
    with pytest.raises(JarError, match=r"org\.example:some:1\.0 .*KITH_MAVEN_REPOSITORY"):
        fetched(context(*faults), JAR, slept.append)
    assert slept == [*FETCH_PAUSES_SECONDS]
