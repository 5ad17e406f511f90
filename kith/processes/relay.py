"""The relay: outbox to Kafka."""

import os
import time

import psycopg
import structlog
from confluent_kafka import Producer

from kith.collecting import collect_seldom
from kith.logs import configure_logs
from kith.serving import Health, serve
from kith.settings import KafkaAccess, Settings
from kith.stopping import Stopping
from kith.wiring import Wiring, wire
from processors.relay.recording import Recorder
from processors.relay.relay import Relay
from processors.relay.sending import Sender, SendFailed, producer_config
from processors.relay.tail import KafkaAlertsTail, TailUnread
from projections.append.appender import NOTIFY_CHANNEL

log = structlog.get_logger()

POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.5
STOP_SECONDS = 5.0
# Deliveries of this long are recorded together; a scenario waits for them at each step.
GATHER_SECONDS = 0.05
GATHER_SECONDS_IN_SCENARIO = 0.0


def main() -> None:
    """Relay until SIGTERM. Whatever fails, start again from the lowest unsent."""
    settings = Settings()
    configure_logs(settings.log_level, "relay")
    wiring = wire(settings)
    wiring.refuse_other_mode()
    access = settings.kafka("hub-relay")
    health = Health()
    serve(settings, "relay", health)
    sender = Sender(lambda: Producer(producer_config(access.for_confluent())))
    recorder = Recorder(
        wiring.appending("kith-relay-deliveries"),
        GATHER_SECONDS_IN_SCENARIO if wiring.world.scenario else GATHER_SECONDS,
        leave=lambda: os._exit(70),
    )
    collect_seldom()
    recording = recorder.start()
    with Stopping() as stopping:
        while not stopping.asked:
            health.beat()
            try:
                _relay(wiring, access, sender, recorder, stopping, health)
            except TailUnread as fault:
                log.warning("relay-again", because=str(fault))
                time.sleep(PAUSE_SECONDS)
            except (psycopg.Error, SendFailed) as fault:
                log.warning("relay-again", because=type(fault).__name__)
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
) -> None:
    with wiring.connect("kith-relay") as connection:
        relay = Relay(connection, wiring.world, sender, recorder)
        while not relay.lock():
            if stopping.asked:
                return
            health.ready()  # Standing by is this process's work for now.
            time.sleep(POLL_SECONDS)
        tail = KafkaAlertsTail(access.for_kafka_python(), wiring.world.registry)
        relay.catch_up_numbers(wiring.plan.agencies, tail)
        tail.close()
        connection.execute(f"listen {NOTIFY_CHANNEL}")
        while not stopping.asked:
            health.ready()
            if relay.run_once() == 0:
                # Woken by the append's NOTIFY; looks by itself now and then all the same.
                for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass


if __name__ == "__main__":
    main()
