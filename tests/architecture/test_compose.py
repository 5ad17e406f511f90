"""The compose file is of the same processes, settings and versions as the code. It is not run."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from deploy.composing import CLIENT_PORT, compose
from deploy.embedded.jars import KAFKA_VERSION
from deploy.embedded.postgres import ROLES
from kith.processes import HUB_PROCESSES
from kith.settings import Settings
from tests.architecture.reading import ROOT

FILE = ROOT / "deploy" / "compose.yaml"
BESIDE = {"secrets", "kafka", "postgres", "provision"}
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@pytest.fixture(scope="module")
def containers() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return found


def test_it_runs_the_processes_that_there_are(containers: dict[str, Any]) -> None:
    """Fails without: one of the services (tried with the watch's)."""
    assert set(containers) == {*HUB_PROCESSES, *BESIDE}
    for name in HUB_PROCESSES:
        assert containers[name]["command"] == ["python", "-m", f"kith.processes.{name}"]
        assert containers[name]["healthcheck"]["test"] == ["CMD", "kith", "health", name]
        # The watch asks each under the name that the process finds for its machine.
        assert containers[name]["hostname"] == name
        assert containers[name]["restart"] == "unless-stopped"
        needs = containers[name]["depends_on"]
        assert needs == {"provision": {"condition": "service_completed_successfully"}}


def test_its_settings_are_settings_and_enough(containers: dict[str, Any]) -> None:
    """Fails without: a name that Settings knows (extra ones it would not even report)."""
    for name in (*HUB_PROCESSES, "provision"):
        given = containers[name]["environment"]
        known = {f"KITH_{field.upper()}" for field in Settings.model_fields}
        assert set(given) <= known
        settings = Settings.model_validate(
            {key.removeprefix("KITH_").lower(): value for key, value in given.items()}
        )
        assert settings.hub_mode == "production"
        assert settings.metrics_port is not None
        assert settings.metrics_listen != "127.0.0.1"
        assert settings.kafka_bootstrap == f"kafka:{CLIENT_PORT}"
        for role in ROLES:
            way = conninfo_to_dict(settings.dsn(role.removeprefix("kith_")))  # type: ignore[arg-type]
            assert (way["user"], way["host"], way["dbname"]) == (role, "postgres", "kith")
            assert "password" not in way


def test_images_have_names_and_versions(containers: dict[str, Any]) -> None:
    for name, service in containers.items():
        assert re.fullmatch(r"[a-z/]+:[0-9][0-9.]*", service["image"]), name
    assert containers["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    ours = {containers[name]["image"] for name in (*HUB_PROCESSES, "secrets", "provision")}
    assert ours == {f"kith:{VERSION}"}
    base = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^FROM python:\d+\.\d+\.\d+-\S+$", base, re.MULTILINE)
    assert f"kith:{VERSION}" in base


def test_no_secret_is_in_it(containers: dict[str, Any]) -> None:
    for service in containers.values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or name.endswith("_FILE")
            assert "password=" not in str(value)


def test_volumes_are_those_that_are_declared(containers: dict[str, Any]) -> None:
    declared = set(yaml.safe_load(FILE.read_text(encoding="utf-8"))["volumes"])
    used = {v.split(":")[0] for service in containers.values() for v in service.get("volumes", [])}
    assert used == declared


def test_what_the_containers_need_is_made_once(tmp_path: Path) -> None:
    """Fails without: keeping the secrets that are there (they would change under the database)."""
    folders = [tmp_path / name for name in ("state", "kafka", "postgres")]
    for folder in folders:
        folder.mkdir()
    compose(*folders)
    state, kafka, postgres = folders
    made = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    compose(*folders)
    assert made == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    passwords = json.loads((state / "secrets" / "postgres.json").read_text())
    for role in ROLES:
        assert (
            f"postgres:5432:*:{role}:{passwords[role]}\n"
            in made[state / "secrets" / "pgpass"].decode()
        )
        assert f"password '{passwords[role]}'" in made[postgres / "roles.sql"].decode()
    properties = made[kafka / "server.properties"].decode()
    assert f"advertised.listeners=CLIENT://kafka:{CLIENT_PORT}\n" in properties
    secret = json.loads((state / "secrets" / "kafka.json").read_text())["hub-provision"]
    assert secret in made[kafka / "first-user"].decode()
    assert (state / "secrets" / "pgpass").stat().st_mode & 0o777 == 0o600
