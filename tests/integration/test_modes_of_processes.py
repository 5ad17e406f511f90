"""No process serves a database that belongs to a hub in the other mode."""

import pytest

from deploy.embedded.supervisor import ProcessFailed
from tests.services.hub import RunningHub


@pytest.mark.parametrize("name", ["timeline", "relay", "clock"])
def test_a_process_in_scenario_mode_refuses_a_production_database(
    running_hub: RunningHub, name: str
) -> None:
    with pytest.raises(ProcessFailed) as refused:
        running_hub.start(name, KITH_MODE="scenario")
    assert "its database is not of such a hub" in str(refused.value)
