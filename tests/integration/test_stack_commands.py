"""What `kith up`, `down` and `status` say to a person, and to a program."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from deploy.embedded.state import StateDir
from kith import judgement
from kith.cli import app
from processors.watch.checks import Look, State, Verdict
from tests.services.services import Services


@pytest.fixture
def where(tmp_path: Path) -> str:
    return str(tmp_path / "stack")


def kith(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_status_of_nothing_says_how_to_start(where: str) -> None:
    result = kith("status", "--state-dir", where)
    assert result.exit_code == 1
    assert result.output == f"No stack runs in {where}. Start one with `kith up`.\n"


def test_status_of_nothing_as_json(where: str) -> None:
    result = kith("status", "--json", "--state-dir", where)
    assert (result.exit_code, json.loads(result.output)) == (1, {"up": False, "processes": []})


def test_down_of_nothing_is_no_error(where: str) -> None:
    result = kith("down", "--state-dir", where)
    assert (result.exit_code, result.output) == (0, f"Nothing runs in {where}.\n")


def test_a_stack_that_was_killed_is_told_from_one_that_was_ended(where: str) -> None:
    state = StateDir(Path(where))
    state.make()
    record = {"name": "supervisor", "pid": 1, "started": 1.0, "restarts": 0}
    (state.run / "supervisor.json").write_text(json.dumps(record))
    result = kith("status", "--state-dir", where)
    assert result.exit_code == 1
    assert "ended without being told to" in result.output


def test_up_will_not_mix_with_a_broker_of_ones_own(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_KAFKA_BOOTSTRAP", "broker:9092")
    result = kith("up", "--state-dir", where)
    assert result.exit_code == 1
    assert result.output.startswith("KITH_KAFKA_BOOTSTRAP names a Kafka")
    assert not Path(where).exists()


def test_a_fault_in_the_agencies_file_is_named_and_nothing_runs(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = tmp_path / "agencies.yaml"
    faulty.write_text("agencies: {}\n")
    monkeypatch.setenv("KITH_AGENCIES_FILE", str(faulty))
    result = kith("up", "--state-dir", where)
    assert result.exit_code == 1
    assert str(faulty) in result.output
    assert "agencies" in result.output
    assert not StateDir(Path(where)).stack_file.exists()


def test_a_fault_in_the_rules_is_named_and_nothing_is_started(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: reading the rules before anything is started."""
    absent = tmp_path / "rules.yaml"
    monkeypatch.setenv("KITH_RULES", str(absent))
    result = kith("up", "--state-dir", where)
    assert result.exit_code == 1
    assert result.output.startswith(f"{absent}: cannot be read")
    assert "Traceback" not in result.output
    assert not Path(where).exists()


def test_status_of_services_given_by_settings(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command looks at any Kafka and PostgreSQL."""
    database = services.new_database()
    monkeypatch.setenv("KITH_STATE_DIR", str(services.state_dir))
    monkeypatch.setenv("KITH_KAFKA_BOOTSTRAP", services.bootstrap)
    monkeypatch.setenv("KITH_POSTGRES_READER_DSN", services.dsn("reader", database))
    services.provision()
    result = kith("status", "--json")
    services.drop_database(database)
    found = json.loads(result.output)
    assert found["problems"] == []
    assert found["broker"]["topics"] >= 22
    assert found["database"]["version"].startswith("18")
    assert found["waiting"]["notifications to send"] == 0


def test_status_is_not_well_while_a_page_is_open_or_a_process_is_stuck(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: the open pages, and the stuck among the problems, in `kith status`."""
    database = services.new_database()
    monkeypatch.setenv("KITH_STATE_DIR", str(services.state_dir))
    monkeypatch.setenv("KITH_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("KITH_KAFKA_BOOTSTRAP", services.bootstrap)
    monkeypatch.setenv("KITH_POSTGRES_READER_DSN", services.dsn("reader", database))
    services.provision()
    assert kith("status").exit_code == 0
    page = "insert into kept.page (paged_at, reason, concerns, detail) values (now(), 'x', 'y', '')"
    with psycopg.connect(services.dsn("watch", database)) as connection:
        connection.execute(page)
    result = kith("status")
    assert result.exit_code == 1
    assert "1 pages are open: see `kith pages list`." in result.output
    with psycopg.connect(services.dsn("owner", database)) as connection:
        connection.execute("update kept.page set resolved_at = now()")
    assert kith("status").exit_code == 0
    (tmp_path / "relay.http").write_text("127.0.0.1:1\n")
    now = datetime.now(UTC)
    stuck = Verdict("relay", State.STUCK, now, "nothing taken of notifications for 30 s")
    judgement.write(tmp_path, Look(now, 0.0, ()), [stuck])
    result = kith("status")
    services.drop_database(database)
    assert result.exit_code == 1
    assert "PROBLEM relay: stuck, nothing taken of notifications for 30 s" in result.output


def test_secrets_are_for_their_owner_only(where: str) -> None:
    state = StateDir(Path(where))
    state.make()
    for folder in (state.secrets, state.run, state.logs, state.kafka):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
