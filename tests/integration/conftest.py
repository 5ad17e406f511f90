from collections.abc import Iterator

import pytest

from tests.integration.cli_hub import CliHub
from tests.services.services import Services


@pytest.fixture
def cli_hub(services: Services) -> Iterator[CliHub]:
    """A hub in scenario mode on an empty database, for commands that need no broker."""
    name = services.new_database("scenario")
    hub = CliHub(services, name)
    yield hub
    hub.close()
    services.drop_database(name)
