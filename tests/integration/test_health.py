"""`kith health` and what processes serve: lives, is ready, gets on; and when it is not believed."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.embedded.judged import Judged
from deploy.embedded.state import StateDir
from kith import judgement, serving
from kith.cli import app
from kith.health import health_of
from kith.processes import HUB_PROCESSES
from kith.serving import Health, address_file, serve
from kith.settings import Settings
from processors.watch.checks import Look, State, Verdict

NOW = datetime.now(UTC)
STUCK = Verdict("relay", State.STUCK, NOW, "nothing taken of notifications for 30 s", 3, 30.0)


class Served:
    """The processes of a hub, each as good as it says of itself."""

    def __init__(self, root: Path) -> None:
        self.settings = Settings(state_dir=root, metrics_port=0)
        self.seconds = 0.0
        self.health = {name: Health(lambda: self.seconds) for name in HUB_PROCESSES}
        servers = (serve(self.settings, name, health) for name, health in self.health.items())
        self.servers = [server for server in servers if server is not None]

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def ask(self, name: str, path: str) -> tuple[int, str]:
        address = address_file(self.settings.run, name).read_text().strip()
        connection = HTTPConnection(address, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        said = answer.status, answer.read().decode()
        connection.close()
        return said

    def judge(self, *verdicts: Verdict, at: datetime = NOW) -> None:
        stated = {each.process: each for each in verdicts}
        every = [
            stated.get(name, Verdict(name, State.OK, None, "gets on"))
            for name in HUB_PROCESSES
            if name != "watch"
        ]
        judgement.write(self.settings.run, Look(at, 0.0, ()), every)

    def kith(self, *arguments: str) -> Result:
        where = str(self.settings.state_dir)
        return CliRunner().invoke(app, ["health", *arguments, "--state-dir", where])


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.delenv("KITH_READY_FILE", raising=False)
    made = Served(tmp_path)
    yield made
    made.stop()


def test_all_is_well_when_all_answer_and_get_on(served: Served) -> None:
    served.judge(at=datetime.now(UTC))
    for health in served.health.values():
        health.ready()
    result = served.kith()
    assert result.exit_code == 0
    assert result.output.splitlines() == [f"{name}: live, ready, ok" for name in HUB_PROCESSES]


def test_what_is_stuck_is_told_with_since_and_why(served: Served) -> None:
    """Fails without: the judgement in ProcessHealth.well."""
    for health in served.health.values():
        health.ready()
    served.judge(STUCK, at=datetime.now(UTC))
    result = served.kith("relay")
    assert result.exit_code == 1
    assert result.output == (
        f"relay: live, ready, stuck since {NOW:%H:%M:%S} (3 waiting): "
        "nothing taken of notifications for 30 s\n"
    )
    assert served.kith("timeline").exit_code == 0
    (said,) = json.loads(served.kith("relay", "--json").output)
    assert (said["progress"], said["waiting"], said["well"]) == ("stuck", 3, False)


def test_who_is_late_is_told_and_well(served: Served) -> None:
    for health in served.health.values():
        health.ready()
    late = Verdict("clock", State.LATE, NOW, "not judged: the broker does not answer")
    served.judge(late, at=datetime.now(UTC))
    result = served.kith("clock")
    assert (result.exit_code, "late since" in result.output) == (0, True)


def test_a_loop_that_does_not_turn_does_not_live(served: Served) -> None:
    """Fails without: the time since the last beat in Health.lives."""
    served.judge(at=datetime.now(UTC))
    clock = served.health["clock"]
    assert served.ask("clock", "/health/live") == (200, "live")
    assert served.ask("clock", "/health/ready") == (503, "not ready")
    clock.ready()
    assert served.ask("clock", "/health/ready") == (200, "ready")
    served.seconds = serving.ALIVE_SECONDS
    assert served.ask("clock", "/health/live") == (503, "not live")
    assert served.ask("clock", "/health/ready") == (503, "not ready")
    assert served.kith("clock").output == "clock: not live, not ready, ok\n"
    clock.beat()
    assert served.kith("clock").exit_code == 0


def test_an_old_judgement_says_nothing_but_that_the_watch_is_stuck(served: Served) -> None:
    """Fails without: Judgement.stale."""
    for health in served.health.values():
        health.ready()
    served.judge(STUCK, at=NOW - timedelta(seconds=60))
    found = {each.name: each for each in health_of(served.settings.run, NOW)}
    assert found["watch"].progress == "stuck"
    assert not found["watch"].well
    assert (found["relay"].progress, found["relay"].well) == ("not known", True)
    assert found["relay"].why.startswith("the watch has not looked since")


def test_what_serves_nowhere_does_not_live(tmp_path: Path) -> None:
    (one,) = health_of(tmp_path, NOW, ["relay"])
    assert (one.live, one.ready, one.progress) == (False, False, "not known")
    (tmp_path / "relay.http").write_text("127.0.0.1:1\n")
    (one,) = health_of(tmp_path, NOW, ["relay"])
    assert not one.live


def test_without_a_port_nothing_is_served(tmp_path: Path) -> None:
    serve(Settings(state_dir=tmp_path), "relay", Health())
    assert not (tmp_path / "run").exists()


def test_the_supervisor_reads_what_the_watch_writes(served: Served) -> None:
    """The two know one form: kith/judgement.py writes it, deploy/embedded/judged.py reads it."""
    served.judge(STUCK)
    state = StateDir(served.settings.state_dir)
    assert Judged(state.judgement_file).stuck(0.0) == {"relay": STUCK.why}
    assert state.address_file("relay").exists()


def test_an_unknown_process_is_named(served: Served) -> None:
    result = served.kith("timelime")
    assert result.exit_code == 2
    assert "the processes are timeline, backfill, relay, clock, watch" in result.output
    assert os.environ.get("KITH_READY_FILE") is None
