"""Traces: one event's way through the hub is one trace, whose id is its correlation id.

Received, appended, sent to the log, delivered to an agency: the spans come from several processes
and need nothing handed on between them, since each finds the correlation id in what it works on.
The root's span id follows from the trace id, so that others can name it as their parent.

Only where KITH_OTLP_ENDPOINT is set, and never in a scenario, whose times are not the world's.
OpenTelemetry is imported only then.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kith.settings import Settings
from processors.relay.outbox import PendingEntry, PendingNotification
from processors.relay.sending import Acknowledgement
from projections.append.arrivals import Inbound, Outcome
from schemas.registry import Registry


class Tracing(Protocol):
    """What is told of an event's way. Each method is for one thread at a time."""

    def appended(
        self,
        done: Iterable[tuple[Inbound, Outcome]],
        began_at: datetime,
        committed_at: datetime,
    ) -> None:
        """A batch was committed."""

    def sent(self, entries: Iterable[PendingEntry], at: datetime) -> None:
        """The log has acknowledged these entries."""

    def delivered(
        self, notifications: Iterable[tuple[PendingNotification, Acknowledgement]]
    ) -> None:
        """The agencies' topics have acknowledged these notifications."""


def tracing(settings: Settings, process: str, registry: Registry) -> Tracing | None:
    """Tracing to the settings' endpoint; None where there is none."""
    if settings.otlp_endpoint is None or settings.hub_mode == "scenario":
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - see above
        OTLPSpanExporter,
    )

    from kith.spans import Spans  # noqa: PLC0415 - see above

    exporter = OTLPSpanExporter(f"{settings.otlp_endpoint}/v1/traces")
    return Spans(registry, process, exporter)
