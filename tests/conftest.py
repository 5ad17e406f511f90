"""Fixtures for all tests. KITH_TEST_SERVICES says where Kafka and PostgreSQL come from.

embedded (the default): started here, see tests/services/embedded.py;
containers: testcontainers, where a Docker daemon answers (not run where this was written);
external: named by variables, see tests/services/external.py.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

# Specs assert in modules of their own, which other tests use too: before any is imported.
pytest.register_assert_rewrite("tests.unit.rules.spec")

# Networks are as each test makes them; tests of memberships that follow from events say so.
os.environ.setdefault("KITH_NETWORK_RULES", "none")

from kith.settings import AGENCIES_FILE  # noqa: E402
from tests.budget import Stages, slowness  # noqa: E402
from tests.chaos import rows  # noqa: E402
from tests.chaos.rows import row  # noqa: E402
from tests.services.apicurio import Apicurio, running_apicurio  # noqa: E402
from tests.services.hub import RunningHub  # noqa: E402
from tests.services.own_stack import OwnStack, own_stack  # noqa: E402
from tests.services.services import FreshHub, Mode, Services  # noqa: E402

__all__ = ["row"]

STARTED_AT = time.monotonic()
STAGES = Stages()
ROWS = rows.Table()
# How long an example takes is the machine's, which may have a broker to run beside; stages and
# tests have budgets of their own.
settings.register_profile("kith", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kith")
SERVICE_FIXTURES = {
    *("services", "hub_stack", "database", "fresh_hub", "running_hub"),
    *("make_stack", "apicurio"),
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Whoever sums up the stages looks how fast the machine is, before anything else uses it."""
    if not hasattr(session.config, "workerinput"):
        STAGES.slowness = slowness()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs services, so that `-m "not services"` runs the quick ones alone."""
    for item in items:
        if SERVICE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("services")
        # Under `-n 2` the faults run one after another, beside everything else, a file at a time.
        item.add_marker(pytest.mark.xdist_group(_beside(item)))
    rows.give_time(items)
    rows.name_rows(items)


def _beside(item: pytest.Item) -> str:
    file, _, _ = item.nodeid.partition("::")
    return "faults" if file.startswith("tests/chaos/") else file


def pytest_collection_finish(session: pytest.Session) -> None:
    """Remember which rows of the fault table are to run."""
    ROWS.expect(session.items)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what each stage takes, and take in what a row measured."""
    STAGES.add(report)
    ROWS.add(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where a stage has taken more than its budget, or the long form left out a row."""
    if not hasattr(session.config, "workerinput"):
        STAGES.slowness = (STAGES.slowness + slowness()) / 2
    left_out = rows.form() == rows.LONG and ROWS.not_run()
    if (STAGES.over(_elapsed()) or left_out) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _elapsed() -> float:
    return time.monotonic() - STARTED_AT


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each stage took, and the rows of the fault table that ran."""
    terminalreporter.section("stages")
    for line in [*STAGES.lines(), *(f"OVER BUDGET {each}" for each in STAGES.over(_elapsed()))]:
        terminalreporter.write_line(line)
    if lines := ROWS.lines():
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """One Kafka and one PostgreSQL for the session, provisioned from deploy/agencies.yaml."""
    kind = os.environ.get("KITH_TEST_SERVICES", "embedded")
    if kind == "embedded":
        from tests.services.embedded import embedded_services as start
    elif kind == "containers":
        from tests.services.containers import container_services as start
    elif kind == "external":
        from tests.services.external import external_services as start
    else:
        pytest.exit(f"KITH_TEST_SERVICES={kind}: it is embedded, containers or external.", 4)
    with start() as started:
        yield started


@pytest.fixture(scope="session")
def hub_stack(services: Services) -> Services:
    """Another name for `services`."""
    return services


@pytest.fixture(scope="session")
def apicurio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apicurio]:
    """A real schema registry on loopback, for the session, with all in memory."""
    with running_apicurio(tmp_path_factory.mktemp("apicurio")) as running:
        yield running


@pytest.fixture
def database(services: Services) -> Iterator[str]:
    """Name of a new, migrated, empty database (production mode), dropped after the test."""
    name = services.new_database()
    yield name
    services.drop_database(name)


@pytest.fixture
def make_hub(services: Services) -> Iterator[Callable[..., FreshHub]]:
    """`make_hub(mode="production", agencies_file=...)`: empty topics and an empty database."""
    databases: list[str] = []

    def make(mode: Mode = "production", agencies_file: Path = AGENCIES_FILE) -> FreshHub:
        services.empty_topics(agencies_file)
        databases.append(services.new_database(mode))
        return FreshHub(services, databases[-1], mode, agencies_file)

    yield make
    for name in databases:
        services.drop_database(name)


@pytest.fixture
def fresh_hub(make_hub: Callable[..., FreshHub]) -> FreshHub:
    """A hub in production mode with empty topics and an empty database; no process runs yet."""
    return make_hub()


@pytest.fixture
def running_hub(fresh_hub: FreshHub, tmp_path: Path) -> Iterator[RunningHub]:
    """Start and kill the hub's processes: `running_hub.start("timeline", "relay")`."""
    hub = RunningHub(fresh_hub, tmp_path / "hub")
    yield hub
    hub.stop()


@pytest.fixture
def make_stack() -> Iterator[Callable[..., OwnStack]]:
    """`make_stack(hub=True, ...)`: a whole stack of the test's own (see tests.services.own_stack).

    It takes some ten seconds to start, so only for faults that others must not see.
    """
    with ExitStack() as stacks:
        yield lambda **options: stacks.enter_context(own_stack(**options))


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit test that opens a connection is none."""
    if "unit" not in request.path.relative_to(request.config.rootpath).parts:
        return

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("A unit test opened a connection: move it to tests/integration.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
