"""The publisher against a real broker, with the permissions that the topic files give."""

import gc
import json
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from kith.cli import app
from producers.access import BrokerAccess
from producers.connection import BrokerUnavailable
from producers.preparing import event_id_for
from producers.publisher import Publisher
from schemas.codec import decode
from schemas.registry import load_registry
from schemas.topics import events_topic
from tests.services.services import Services
from tests.services.topics import read_topic
from tests.unit.schemas.events import incident

REGISTRY = load_registry()


@pytest.fixture(autouse=True)
def _sockets_that_the_client_leaves_open() -> Iterator[None]:
    """kafka-python forgets to close the socket of a connection that was refused."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def publisher(services: Services) -> Iterator[Publisher]:
    secret = services.settings().message_key_secret("police")
    with Publisher("police", services.access("agency-police"), key_secret=secret) as publisher:
        yield publisher


def _event(reference: str, **own: Any) -> dict[str, Any]:
    plain = incident(**own)
    plain["event"]["reference"] = reference
    del plain["event"]["event_id"]
    return plain


def test_what_is_published_is_there_with_its_key_headers_and_broker_time(
    services: Services, publisher: Publisher
) -> None:
    receipt = publisher.publish(_event("contract-1"))
    record = next(
        r
        for r in read_topic(services, events_topic("police"))
        if (r.partition, r.offset) == (receipt.partition, receipt.offset)
    )
    decoded = decode(record.value, REGISTRY)
    assert decoded.schema.versioned_type == "custody-incident.v1"
    assert decoded.datum["event"]["event_id"] == receipt.event_id
    headers = dict(record.headers)
    assert UUID(headers["ce_id"].decode()) == receipt.event_id
    assert len(record.key) == 16
    assert record.timestamp_type == 1  # LogAppendTime: nobody can forge when the hub was told.


def test_many_are_confirmed_in_order(publisher: Publisher) -> None:
    receipts = publisher.publish_many(_event(f"contract-many-{n}") for n in range(300))
    assert [r.event_id for r in receipts] == [
        event_id_for("police", f"contract-many-{n}", 1) for n in range(300)
    ]
    offsets = [receipt.offset for receipt in receipts]
    assert offsets == sorted(offsets)


def test_threads_share_a_publisher(publisher: Publisher) -> None:
    receipts: list[Any] = []

    def publish(thread: int) -> None:
        receipts.extend(publisher.publish(_event(f"thread-{thread}-{n}")) for n in range(20))

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({receipt.offset for receipt in receipts}) == 80


def test_the_largest_event_gets_through(publisher: Publisher) -> None:
    size = len(publisher.prepare(_event("contract-large", action_taken="")).message)
    large = _event("contract-large", action_taken="x" * (1_000_000 - size - 2))
    assert len(publisher.prepare(large).message) == 1_000_000
    assert publisher.publish(large).offset >= 0


def test_another_agencys_topic_is_refused_with_what_to_do(services: Services) -> None:
    publisher = Publisher(
        "camhs", services.access("agency-police"), key_secret=bytes(16), wait_seconds=5
    )
    with (
        pytest.raises(BrokerUnavailable, match=r"agency-police .*agency\.camhs\.events"),
        publisher,
    ):
        pass


def test_a_wrong_password_is_said_soon(services: Services) -> None:
    good = services.access("agency-police")
    access = BrokerAccess(good.bootstrap, "agency-police", "wrong", good.security_protocol)
    publisher = Publisher("police", access, key_secret=bytes(16), wait_seconds=2)
    with pytest.raises(BrokerUnavailable, match="does not let agency-police in: check its pass"):
        publisher.connect()


def test_an_agency_that_was_not_taken_in_is_told_so(services: Services) -> None:
    publisher = Publisher(
        "nobody", services.access("agency-police"), key_secret=bytes(16), wait_seconds=2
    )
    with pytest.raises(BrokerUnavailable, match=r"agency\.nobody\.events"):
        publisher.connect()


def test_a_broker_that_is_not_up_is_waited_for_and_then_named() -> None:
    access = BrokerAccess("127.0.0.1:9", "agency-police", "x", "SASL_PLAINTEXT")
    publisher = Publisher("police", access, key_secret=bytes(16), wait_seconds=1)
    with pytest.raises(
        BrokerUnavailable, match=r"nothing answers at 127\.0\.0\.1:9: is the broker"
    ):
        publisher.connect()


def _run(services: Services, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    monkeypatch.setenv("KITH_STATE_DIR", str(services.state_dir))
    monkeypatch.setenv("KITH_KAFKA_BOOTSTRAP", services.bootstrap)
    return CliRunner().invoke(app, ["publish", *arguments])


def test_kith_publish_accounts_for_every_line(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "night.jsonl"
    bad = _event("cli-2", kind="Alex Sample")
    lines = [json.dumps(_event("cli-1")), "{", json.dumps(bad), "", json.dumps(_event("cli-3"))]
    path.write_text("\n".join(lines))
    before = len(read_topic(services, events_topic("police")))
    result = _run(services, monkeypatch, "--agency", "police", "--json", str(path))
    account = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (account["accepted"], account["refused_lines"]) == (2, 2)
    assert [(r["line"], r["field"]) for r in account["refused"]] == [(2, ""), (3, "kind")]
    assert "Alex" not in result.output
    assert len(read_topic(services, events_topic("police"))) == before + 2


def test_kith_publish_says_it_in_a_sentence(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(json.dumps(_event("cli-4")) + "\n" + json.dumps(_event("cli-4", kind="x")))
    result = _run(services, monkeypatch, "--agency", "police", str(path))
    assert result.exit_code == 1
    assert result.stdout == "1 published, 1 refused\n"
    assert f"{path}:2: refused: kind is none of the words" in result.stderr
    path.write_text(json.dumps(_event("cli-4")))
    result = _run(services, monkeypatch, "--agency", "police", str(path))
    assert (result.exit_code, result.stdout) == (0, "1 published\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--agency", "nobody", "FILE"], "no agency 'nobody' in the agencies file"),
        (["--agency", "police", "missing.jsonl"], "missing.jsonl cannot be read"),
    ],
)
def test_kith_publish_says_what_is_wrong_with_the_call(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    says: str,
) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(json.dumps(_event("cli-5")))
    result = _run(services, monkeypatch, *[str(path) if a == "FILE" else a for a in arguments])
    assert result.exit_code == 2
    assert says in result.stderr
