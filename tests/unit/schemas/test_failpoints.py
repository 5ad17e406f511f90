"""Failpoints: only where a test says so, at the passing that it names, once."""

import signal

import pytest

from schemas import failpoints
from schemas.failpoints import ALLOWED, APPEND_BEFORE_COMMIT, VARIABLE, FailpointsRefused


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[signal.Signals]:
    signals: list[signal.Signals] = []
    monkeypatch.setattr(failpoints, "_send", signals.append)
    monkeypatch.setattr(failpoints, "_armed", {})
    return signals


def test_nothing_is_armed_by_itself(sent: list[signal.Signals]) -> None:
    failpoints.arm({})
    failpoints.reach(APPEND_BEFORE_COMMIT)
    assert sent == []


def test_it_happens_at_the_passing_that_is_named_and_never_again(
    sent: list[signal.Signals],
) -> None:
    failpoints.arm({VARIABLE: f"{APPEND_BEFORE_COMMIT}=kill@3", ALLOWED: "1"})
    for passing in range(1, 8):
        failpoints.reach(APPEND_BEFORE_COMMIT)
        assert len(sent) == (passing >= 3)
    assert sent == [signal.SIGKILL]


@pytest.mark.parametrize("text", ["nowhere=kill@1", f"{APPEND_BEFORE_COMMIT}=burn@1", "x"])
def test_what_is_no_arming_is_refused(sent: list[signal.Signals], text: str) -> None:
    del sent
    with pytest.raises(FailpointsRefused, match="write POINT="):
        failpoints.arm({VARIABLE: text, ALLOWED: "1"})


def test_a_variable_that_was_left_behind_stops_no_hub(sent: list[signal.Signals]) -> None:
    del sent
    with pytest.raises(FailpointsRefused, match="is for tests"):
        failpoints.arm({VARIABLE: f"{APPEND_BEFORE_COMMIT}=kill@1"})
