"""The spans of one event's way, made with OpenTelemetry; imported by kith/tracing.py only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from processors.relay.outbox import PendingEntry, PendingNotification
from processors.relay.sending import Acknowledgement
from projections.append.arrivals import Accepted, Fate, Inbound, Outcome
from safeguarding.ids import event_entry_id
from schemas.envelope import decode_header
from schemas.registry import Registry

ROOT = "received"
_SPAN_BITS = (1 << 64) - 1
_EXPORT_EVERY_MS = 1000


class _Ids(RandomIdGenerator):
    """Random, but for a root, whose ids follow from its correlation id."""

    def __init__(self) -> None:
        self._root: tuple[int, int] | None = None

    def root(self, trace_id: int, span_id: int) -> None:
        """The next span is this root."""
        self._root = (trace_id, span_id)

    def generate_trace_id(self) -> int:
        return self._root[0] if self._root else super().generate_trace_id()

    def generate_span_id(self) -> int:
        root, self._root = self._root, None
        return root[1] if root else super().generate_span_id()


@dataclass(slots=True)
class Spans:
    """Makes spans of what a process has done. Each method is for one thread at a time."""

    registry: Registry
    process: str
    exporter: SpanExporter
    _ids: _Ids = field(default_factory=_Ids, init=False)
    _provider: TracerProvider = field(init=False)

    def __post_init__(self) -> None:
        resource = Resource.create({"service.name": f"kith-{self.process}"})
        self._provider = TracerProvider(resource=resource, id_generator=self._ids)
        # Batches go out in a thread of its own; what cannot be sent is dropped, never waited for.
        self._provider.add_span_processor(
            BatchSpanProcessor(self.exporter, schedule_delay_millis=_EXPORT_EVERY_MS)
        )

    def appended(
        self,
        done: Iterable[tuple[Inbound, Outcome]],
        began_at: datetime,
        committed_at: datetime,
    ) -> None:
        """The events of one batch: from the broker's receipt, and through the append."""
        for inbound, outcome in done:
            if outcome.fate is not Fate.RECORDED or not isinstance(inbound, Accepted):
                continue
            correlation_id = event_entry_id(*inbound.event_key)
            record = inbound.record
            said: dict[str, str | int] = {
                "kith.agency": record.agency,
                "kith.type": inbound.type,
                "messaging.destination.name": record.topic,
                "messaging.destination.partition.id": str(record.partition),
                "messaging.kafka.offset": record.offset,
            }
            self._span(ROOT, correlation_id, record.broker_at, began_at, said)
            self._span("appended", correlation_id, began_at, committed_at, {})

    def sent(self, entries: Iterable[PendingEntry], at: datetime) -> None:
        """Entries that the log has acknowledged, each from its append."""
        for entry in entries:
            header = decode_header(entry.stored.header, self.registry)
            said: dict[str, str | int] = {
                "kith.type": header.type,
                "messaging.destination.partition.id": str(entry.log_partition),
            }
            self._span("sent", header.correlation_id, header.entered_at, at, said)

    def delivered(
        self, notifications: Iterable[tuple[PendingNotification, Acknowledgement]]
    ) -> None:
        """Notifications that their agencies' topics have acknowledged, each from its append."""
        for pending, place in notifications:
            header = decode_header(pending.stored.header, self.registry)
            said: dict[str, str | int] = {
                "kith.agency": pending.agency,
                "kith.number": pending.number or 0,
                "messaging.kafka.offset": place.offset,
            }
            self._span("delivered", header.correlation_id, pending.decided_at, place.at, said)

    def _span(
        self,
        name: str,
        correlation_id: UUID,
        started_at: datetime,
        ended_at: datetime,
        said: Mapping[str, str | int],
    ) -> None:
        root_id = correlation_id.int & _SPAN_BITS or 1
        context = None
        if name == ROOT:
            self._ids.root(correlation_id.int, root_id)
        else:
            parent = trace.SpanContext(
                correlation_id.int, root_id, is_remote=True, trace_flags=trace.TraceFlags(1)
            )
            context = trace.set_span_in_context(trace.NonRecordingSpan(parent))
        span = self._provider.get_tracer("kith").start_span(
            name, context=context, attributes=dict(said), start_time=_nanoseconds(started_at)
        )
        # The broker's clock and ours may differ by a little; no span ends before it begins.
        span.end(max(_nanoseconds(started_at), _nanoseconds(ended_at)))


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
