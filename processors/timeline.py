"""The timeline processor: agencies' topics to children's logs.

Faust delivers raw bytes in batches and nothing is acknowledged before PostgreSQL has
committed. What cannot be read is quarantined inside that commit, so a batch always ends
in an acknowledgement or, on a fault that is not the input's, in the end of the process:
the next one starts from the stored positions.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import faust
import structlog
from faust.types.auth import SASLMechanism

from processors.feed import SCENARIO_TIME_HEADER, Feed
from processors.positioned import PositionedApp, Positions
from processors.woken import WokenStream
from projections.append.arrivals import Fate, Inbound, Outcome, Record, receive
from projections.append.persistence import Appending
from schemas import failpoints
from schemas.codec import CONFLUENT_MAGIC
from schemas.registry import Registry

log = structlog.get_logger()


# Longer than a session, as Faust wants it, and than any wait of the broker's own. After a network
# that forgot everything three requests may run into it one after the other: all within 45 s.
REQUEST_TIMEOUT_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Broker:
    """How a Faust app reaches the broker."""

    bootstrap: str
    username: str
    password: str
    ssl_context: Any = None


def build_app(
    feed: Feed, broker: Broker, positions: Positions, data_dir: str, worker: str
) -> PositionedApp:
    """A Faust app without web server, tables or topics of its own, since those lose events.

    ``worker`` is the same each time that a worker starts: so the group knows it again, and
    after a kill its partitions wait for no session to time out.
    """
    credentials = faust.SASLCredentials(
        mechanism=SASLMechanism.SCRAM_SHA_512,
        username=broker.username,
        password=broker.password,
        ssl_context=broker.ssl_context,
    )
    servers = ";".join(f"kafka://{each}" for each in broker.bootstrap.split(","))
    return PositionedApp(
        feed.group,
        positions=positions,
        Stream=WokenStream,
        broker=servers,
        broker_credentials=credentials,
        consumer_group_instance_id=f"{feed.group}.{worker}",
        broker_session_timeout=10.0,
        broker_heartbeat_interval=2.0,
        # Faust's own is 90 s, for which a silent connection would keep everything waiting.
        broker_request_timeout=REQUEST_TIMEOUT_SECONDS,
        broker_commit_interval=1.0,
        broker_max_poll_records=max(feed.most, 100),
        consumer_auto_offset_reset="earliest",
        producer_threaded=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        datadir=data_dir,
        # The topics exist already; Faust must make none.
        topic_partitions=1,
        loghandlers=[],
    )


def _nobody(*_: object) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class TimelineProcessor:
    """Takes batches of one feed and appends them. ``leave`` ends the process, hard.

    ``clock`` counts seconds, monotonically; it is only used to know how long to rest and to
    append. ``appended`` is told of each batch that was committed, and how long that took.
    """

    feed: Feed
    registry: Registry
    appending: Appending
    scenario: bool
    clock: Callable[[], float]
    leave: Callable[[], None]
    appended: Callable[[Sequence[Inbound], Sequence[Outcome], float], None] = _nobody
    # A rebalance may start the agent anew while its last batch is still being appended.
    _one_at_a_time: Lock = field(default_factory=Lock, init=False)

    def attach(self, app: PositionedApp, agencies: Sequence[str]) -> None:
        """Make the agent that reads the agencies' topics."""
        topics = [self.feed.topic(agency) for agency in agencies]
        channel = app.topic(*topics, value_type=bytes, value_serializer="raw")
        app.agent(channel, name=f"{self.feed.group}.agent", concurrency=1)(self.run)

    async def run(self, stream: Any) -> AsyncIterator[None]:
        """Append batch after batch; an agent's body, so it must never raise."""
        async for events in stream.noack_take(self.feed.most, within=self.feed.within_seconds):
            started_at = self.clock()
            try:
                await self._append([event.message for event in events])
                failpoints.reach(failpoints.FEED_BEFORE_ACKNOWLEDGEMENT)
                for event in events:
                    await stream.ack(event)
                failpoints.reach(failpoints.FEED_AFTER_ACKNOWLEDGEMENT)
            except asyncio.CancelledError:
                raise
            except BaseException as fault:  # noqa: BLE001 - Faust would acknowledge and go on
                log.critical("timeline-fault", fault=type(fault).__name__, feed=self.feed.name)
                self.leave()
            if self.feed.rest_ratio:
                await asyncio.sleep((self.clock() - started_at) * self.feed.rest_ratio)
            yield

    async def _append(self, messages: Sequence[Any]) -> None:
        if any(message.value and message.value[0] == CONFLUENT_MAGIC for message in messages):
            # These may have to wait for a schema registry, and Faust's heartbeats must not.
            inbounds = await asyncio.to_thread(self._received, messages)
        else:
            inbounds = self._received(messages)
        failpoints.reach(failpoints.FEED_BEFORE_APPEND)
        # In a thread, so that a slow database never keeps Faust from its heartbeats.
        began_at = self.clock()
        outcomes = await asyncio.to_thread(self.append_alone, inbounds)
        self.appended(inbounds, outcomes, self.clock() - began_at)
        for inbound, outcome in zip(inbounds, outcomes, strict=True):
            if outcome.fate is Fate.QUARANTINED:
                _log_quarantined(inbound, outcome.reason)

    def _received(self, messages: Sequence[Any]) -> list[Inbound]:
        return [
            receive(self._record(message), self.registry, scenario=self.scenario)
            for message in messages
        ]

    def append_alone(self, inbounds: Sequence[Inbound]) -> list[Outcome]:
        """Append, and nothing else of this worker meanwhile."""
        with self._one_at_a_time:
            return self.appending.append(inbounds)

    def _record(self, message: Any) -> Record:
        headers: Mapping[str, bytes] = dict(message.headers or {})
        scenario_time = headers.get(SCENARIO_TIME_HEADER)
        return Record(
            topic=message.topic,
            agency=self.feed.agency(message.topic),
            partition=message.partition,
            offset=message.offset,
            value=message.value,
            broker_at=datetime.fromtimestamp(message.timestamp, UTC),
            backfilled=self.feed.backfilled,
            scenario_time=None
            if scenario_time is None
            else scenario_time.decode("ascii", "replace"),
        )


def _log_quarantined(inbound: Inbound, reason: str | None) -> None:
    record = inbound.record
    log.warning(
        "quarantined",
        reason=reason,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
