"""Recognising a process that was started earlier."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from deploy.embedded.process import ProcessRecord, machine_seconds, record_of


@pytest.fixture
def record() -> Iterator[ProcessRecord]:
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    with subprocess.Popen(command) as process:
        yield record_of("sleeper", process.pid)
        process.kill()


def test_a_clock_that_is_set_hides_no_process(
    record: ProcessRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: starts counted from that of the machine. psutil's follow the wall clock."""
    at = psutil.Process(record.pid).create_time()
    monkeypatch.setattr(psutil.Process, "create_time", lambda _: at + 3600.0)
    assert record.find() is not None


def test_an_id_that_is_used_again_is_another_process(record: ProcessRecord) -> None:
    """Fails without: comparing starts."""
    assert replace(record, started=record.started - 1.0).find() is None


def test_it_began_just_now(record: ProcessRecord) -> None:
    assert 0.0 <= machine_seconds() - record.started < 30.0


def test_what_has_ended_is_not_found(record: ProcessRecord) -> None:
    process = record.find()
    assert process is not None
    process.kill()
    process.wait()
    assert record.find() is None
