"""One event's way through the hub is one trace: received, appended, sent, delivered."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bench.load import NETWORK, PUBLISHER
from producers.publisher import Publisher
from safeguarding.ids import event_entry_id
from schemas.principals import agency_principal
from tests.chaos.hub_under_load import HubUnderLoad
from tests.services.hub import RunningHub

WAIT_SECONDS = 30.0
# Service, name and attributes, under (trace, span, parent).
Spans = dict[tuple[bytes, bytes, bytes], tuple[str, str, dict[str, str]]]


@contextmanager
def collector() -> Iterator[tuple[str, Spans]]:
    """An OTLP endpoint that keeps what it is sent."""
    kept: Spans = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = decompress(body)
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = next(
                    a.value.string_value
                    for a in resource.resource.attributes
                    if a.key == "service.name"
                )
                for span in (s for scope in resource.scope_spans for s in scope.spans):
                    said = {a.key: str(a.value.string_value) for a in span.attributes}
                    assert span.end_time_unix_nano >= span.start_time_unix_nano
                    key = (span.trace_id, span.span_id, span.parent_span_id)
                    kept[key] = (service, span.name, said)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", kept
    server.shutdown()
    server.server_close()


@pytest.mark.timeout(150)
def test_an_events_way_is_one_trace_under_its_correlation_id(running_hub: RunningHub) -> None:
    """Fails without: the correlation id as trace id (Spans._span)."""
    with collector() as (endpoint, kept):
        running_hub.start("timeline", "relay", KITH_OTLP_ENDPOINT=endpoint)
        settings = running_hub.hub.settings
        hub = HubUnderLoad(settings, children=1, seed=4)
        hub.prepare()
        access = settings.kafka(agency_principal(PUBLISHER))
        secret = settings.message_key_secret(PUBLISHER)
        with Publisher(PUBLISHER, access, key_secret=secret) as publisher:
            event = hub.load.event(0, datetime.now(UTC))
            receipt = publisher.publish(event.plain)
        correlation_id = event_entry_id(PUBLISHER, receipt.event_id)
        told = {who.agency for who in NETWORK}
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            ours = {key: value for key, value in kept.items() if key[0] == correlation_id.bytes}
            names = [name for _, name, _ in ours.values()]
            if names.count("delivered") >= len(told) and "appended" in names and "sent" in names:
                break
            assert time.monotonic() < deadline, (names, len(kept))
            time.sleep(0.1)
    root = correlation_id.bytes[8:]
    (received,) = (key for key, value in ours.items() if value[1] == "received")
    assert received == (correlation_id.bytes, root, b"")
    assert {key[2] for key in ours if key != received} == {root}
    assert {value[:2] for value in ours.values()} == {
        ("kith-timeline", "received"),
        ("kith-timeline", "appended"),
        ("kith-relay", "sent"),
        ("kith-relay", "delivered"),
    }
    assert told == {said["kith.agency"] for _, name, said in ours.values() if name == "delivered"}
    # The event itself and the fact that tells of it, at least.
    sent = [said["kith.type"] for _, name, said in ours.values() if name == "sent"]
    assert set(sent) >= {"custody-incident", "alert-raised"}


def test_without_an_endpoint_not_even_the_library_is_loaded() -> None:
    """Fails without: the import inside tracing()."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; import kith.processes.relay, kith.processes.timeline;"
            "from kith.settings import Settings; from kith.tracing import tracing;"
            "from schemas.registry import load_registry;"
            "assert tracing(Settings(), 'relay', load_registry()) is None;"
            "print(any(name.startswith('opentelemetry') for name in sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
