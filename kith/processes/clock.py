"""The clock: deadlines that pass."""

import time

import psycopg
import structlog

from kith.catching_up import catch_up
from kith.logs import configure_logs
from kith.metering import Metering
from kith.observing import counted_sleep
from kith.serving import Health, serve
from kith.settings import Settings
from kith.stopping import Stopping
from kith.wiring import wire
from processors.clock.clock import TIME_CHANNEL, Clock
from processors.clock.ends import EndsUnknown, KafkaEnds
from processors.rebuilding.topics import TopicUnread
from projections.append.pausing import NotStopped
from projections.append.persistence import DatabaseAway

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0
PAUSE_SECONDS = 0.5


def main() -> None:
    """Look for deadlines until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level, "clock")
    wiring = wire(settings)
    wiring.refuse_other_mode()
    ends = KafkaEnds(
        settings.kafka("hub-clock").for_confluent(), wiring.plan.family("agency-events")
    )
    health = Health()
    metering = Metering("clock")
    serve(settings, "clock", health, metering.figures)
    appending = wiring.appending(
        "kith-clock-deadlines",
        patience_seconds=60,
        sleep=counted_sleep(metering, "clock", time.sleep),
    )
    with Stopping() as stopping:
        while not stopping.asked:
            try:
                catch_up(wiring, "hub-clock", "kith-clock", appending.guard)
                with wiring.connect("kith-clock") as connection:
                    connection.execute(f"listen {TIME_CHANNEL}")
                    clock = Clock(connection, appending, ends, wiring.feeds)
                    while not stopping.asked:
                        clock.run_once()
                        health.ready()
                        # A scenario's player says when it has moved the time.
                        for _ in connection.notifies(timeout=LOOK_EVERY_SECONDS, stop_after=1):
                            pass
            except (psycopg.Error, DatabaseAway, EndsUnknown, TopicUnread, NotStopped) as fault:
                log.warning("clock-again", because=type(fault).__name__)
                health.beat()
                time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
