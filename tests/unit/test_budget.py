"""The budget of the tests themselves."""

import pytest

from tests.budget import ALL_SECONDS, BUDGET_SECONDS, Stages, slowness


def test_all_budgets_together_say_what_a_stage_may_take_and_are_seen_to_be_exceeded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KITH_TEST_BUDGET", raising=False)
    monkeypatch.setenv("KITH_CHAOS", "ci")
    stages = Stages()
    stages.seconds["unit"] = BUDGET_SECONDS["unit"] + 1.0
    budget = BUDGET_SECONDS["unit"]
    assert stages.over(ALL_SECONDS) == [
        f"unit: {budget + 1} s where {budget} s are its budget",
    ]
    assert stages.over(ALL_SECONDS + 1.0)[-1].startswith("all: ")


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = Stages()
    stages.seconds["unit"] = ALL_SECONDS * 2
    monkeypatch.setenv("KITH_TEST_BUDGET", "off")
    assert stages.over(ALL_SECONDS * 2) == []
    monkeypatch.delenv("KITH_TEST_BUDGET")
    monkeypatch.setenv("KITH_CHAOS", "long")
    assert stages.over(ALL_SECONDS * 2) == []


def test_a_slower_machine_has_more_time_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KITH_TEST_BUDGET", raising=False)
    monkeypatch.setenv("KITH_CHAOS", "ci")
    stages = Stages(slowness=1.2)
    stages.seconds["unit"] = BUDGET_SECONDS["unit"] * 1.19
    assert stages.over(ALL_SECONDS * 1.19) == []
    assert len(stages.over(ALL_SECONDS * 1.21)) == 1
    assert 1 <= slowness() <= 2
