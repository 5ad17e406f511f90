"""The relay: outbox to Kafka."""

import os
import time

import psycopg
import structlog
from confluent_kafka import Producer

from kith.catching_up import catch_up
from kith.collecting import collect_seldom
from kith.logs import configure_logs
from kith.metering import Metering
from kith.observing import counted_sleep, sends
from kith.serving import Health, serve
from kith.settings import KafkaAccess, Settings
from kith.stopping import Stopping
from kith.tracing import tracing
from kith.wiring import Wiring, now, wire
from processors.metrics import RELAY_AGAIN
from processors.rebuilding.topics import BulkTopics, TopicUnread
from processors.relay.holding import Holding
from processors.relay.recording import Recorder
from processors.relay.relay import LogTailLost, Relay, Sent
from processors.relay.sending import Sender, SendFailed, producer_config
from processors.relay.tail import KafkaAlertsTail, TailUnread
from projections.append.pausing import NotStopped
from projections.append.write_all import NOTIFY_CHANNEL

log = structlog.get_logger()

POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.5
STOP_SECONDS = 5.0
# Deliveries of this long are recorded together; a scenario waits for them at each step.
GATHER_SECONDS = 0.2
GATHER_SECONDS_IN_SCENARIO = 0.0


def main() -> None:
    """Relay until SIGTERM. Whatever fails, start again from the lowest unsent."""
    settings = Settings()
    configure_logs(settings.log_level, "relay")
    wiring = wire(settings)
    wiring.refuse_other_mode()
    access = settings.kafka("hub-relay")
    health = Health()
    metering = Metering("relay")
    serve(settings, "relay", health, metering.figures)
    sender = Sender(lambda: Producer(producer_config(access.for_confluent())))
    recorder = Recorder(
        wiring.appending(
            "kith-relay-deliveries", sleep=counted_sleep(metering, "relay", time.sleep)
        ),
        GATHER_SECONDS_IN_SCENARIO if wiring.world.scenario else GATHER_SECONDS,
        leave=lambda: os._exit(70),
    )
    sent = sends(metering, now, tracing(settings, "relay", wiring.world.registry))
    holding = Holding(time.monotonic)
    collect_seldom()
    recording = recorder.start()
    with Stopping() as stopping:
        while not stopping.asked:
            health.beat()
            try:
                _relay(wiring, access, sender, recorder, stopping, health, sent, holding)
            except (TailUnread, TopicUnread, NotStopped, LogTailLost) as fault:
                log.warning("relay-again", because=str(fault))
                metering.add(RELAY_AGAIN, 1, type(fault).__name__)
                time.sleep(PAUSE_SECONDS)
            except (psycopg.Error, SendFailed) as fault:
                log.warning("relay-again", because=type(fault).__name__)
                metering.add(RELAY_AGAIN, 1, type(fault).__name__)
                sender.drop()
                time.sleep(PAUSE_SECONDS)
    sender.drop()
    recorder.stop()
    recording.join(STOP_SECONDS)


def _relay(
    wiring: Wiring,
    access: KafkaAccess,
    sender: Sender,
    recorder: Recorder,
    stopping: Stopping,
    health: Health,
    sent: Sent,
    holding: Holding,
) -> None:
    with wiring.connect("kith-relay") as connection:
        relay = Relay(connection, wiring.world, sender, recorder, holding, sent=sent)
        while not relay.lock():
            if stopping.asked:
                return
            health.ready()  # Standing by is this process's work for now.
            time.sleep(POLL_SECONDS)
        # Its deliveries are appended by the same rights: for this hub, or not at all.
        catch_up(wiring, access.principal, "kith-relay", recorder.appending.guard)
        topics = BulkTopics(access.for_confluent())
        try:
            tail = KafkaAlertsTail(topics, wiring.world.registry)
            relay.catch_up_numbers(wiring.plan.agencies, tail)
        finally:
            topics.close()
        connection.execute(f"listen {NOTIFY_CHANNEL}")
        relay.be_heard_from()
        while not stopping.asked:
            health.ready()
            if relay.run_once() == 0 or relay.saw_all:
                # Woken by the append's NOTIFY, also by one that came meanwhile; looks by itself now
                # and then all the same.
                for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass


if __name__ == "__main__":
    main()
