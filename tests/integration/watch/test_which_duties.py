"""Which duties the watch of a hub has, by its mode and settings."""

from pathlib import Path
from typing import Any

import pytest

from kith.hub_keys import make_hub_keys
from kith.metering import Metering
from kith.settings import Settings
from kith.watching import duties, pager, paging
from tests.services.services import Services

OWN = {"canary", "reconcile"}


def names(settings: Settings) -> set[str]:
    every = [*duties(settings, lambda *_: None, Metering("watch")), *paging(pager(settings))]
    return {each.name for each in every}


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ({"mode": "production"}, OWN),
        # A scenario's time must not be disturbed, and what it tells stays as it was written.
        ({"mode": "scenario"}, set()),
        ({"mode": "production", "canary_seconds": 0}, {"reconcile"}),
        ({"mode": "production", "reconcile_seconds": 0}, {"canary"}),
    ],
)
def test_a_hub_in_production_looks_after_itself_unless_it_is_told_not_to(
    services: Services, tmp_path: Path, more: dict[str, Any], own: set[str]
) -> None:
    """Fails without: the condition on the mode, or the default of either setting."""
    make_hub_keys(services.state_dir)
    found = names(services.settings(run_dir=tmp_path, **more))
    assert {"look", "pages", "bell"} <= found
    assert found & OWN == own
