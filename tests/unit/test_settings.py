"""What follows from the variables."""

from pathlib import Path
from typing import Literal

import pytest

from kith.settings import Settings
from schemas.rulesets import NETWORK


@pytest.mark.parametrize(
    ("said", "mode", "file"),
    [
        (None, "production", NETWORK),
        ("", "production", NETWORK),
        (None, "scenario", None),
        ("none", "production", None),
        ("network-v2.yaml", "scenario", NETWORK),
        ("/etc/kith/ours.yaml", "production", Path("/etc/kith/ours.yaml")),
    ],
)
def test_a_real_hub_has_memberships_that_follow_from_events_unless_it_is_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
    said: str | None,
    mode: Literal["production", "scenario"],
    file: Path | None,
) -> None:
    """Fails without: the default of membership_rules, or leaving out what is empty."""
    monkeypatch.delenv("KITH_NETWORK_RULES", raising=False)
    if said is not None:
        monkeypatch.setenv("KITH_NETWORK_RULES", said)
    assert Settings(mode=mode).membership_rules == file
