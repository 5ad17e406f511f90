from collections.abc import Callable, Iterator

import pytest

from tests.integration.append.hub import AppendHub, Clock, Topics, make_world
from tests.services.services import Mode, Services

START = "2021-10-02 02:41"
"""A Saturday at night."""


@pytest.fixture
def make_append_hub(services: Services) -> Iterator[Callable[..., AppendHub]]:
    """`make_append_hub(mode="production")`: an empty database and a way to append to it."""
    made: list[tuple[AppendHub, str]] = []

    def make(mode: Mode = "production") -> AppendHub:
        name = services.new_database(mode)
        clock = Clock(START)
        world = make_world(clock, scenario=mode == "scenario")
        hub = AppendHub(lambda role: services.dsn(role, name), clock, world, Topics(clock))
        made.append((hub, name))
        return hub

    yield make
    for hub, name in made:
        hub.close()
        services.drop_database(name)


@pytest.fixture
def hub(make_append_hub: Callable[..., AppendHub]) -> AppendHub:
    """A hub in production mode."""
    return make_append_hub()
