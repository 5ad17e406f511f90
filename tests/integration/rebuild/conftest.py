from collections.abc import Iterator

import pytest

from tests.integration.rebuild.hub import LoggedHub
from tests.services.hub import RunningHub


@pytest.fixture
def logged_hub(running_hub: RunningHub) -> Iterator[LoggedHub]:
    """A hub with a history, all of it on the log and delivered; its relay runs."""
    hub = LoggedHub(running_hub)
    hub.live()
    yield hub
    hub.close()
