"""The clock: deadlines that pass."""

import time

import psycopg
import structlog

from kith.logs import configure_logs
from kith.readiness import announce_ready
from kith.settings import Settings
from kith.stopping import Stopping
from kith.wiring import wire
from processors.clock.clock import Clock
from processors.clock.ends import EndsUnknown, KafkaEnds
from projections.append.persistence import DatabaseAway

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 0.25
# In a scenario the player waits for the clock at each step.
LOOK_EVERY_SECONDS_IN_SCENARIO = 0.01
PAUSE_SECONDS = 0.5


def main() -> None:
    """Look for deadlines until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level, "clock")
    wiring = wire(settings)
    ends = KafkaEnds(
        settings.kafka("hub-clock").for_confluent(), wiring.plan.family("agency-events")
    )
    appending = wiring.appending("kith-clock-deadlines", patience_seconds=60)
    pause = LOOK_EVERY_SECONDS_IN_SCENARIO if wiring.world.scenario else LOOK_EVERY_SECONDS
    with Stopping() as stopping:
        while not stopping.asked:
            try:
                with wiring.connect("kith-clock") as connection:
                    clock = Clock(connection, appending, ends)
                    while not stopping.asked:
                        clock.run_once()
                        announce_ready()
                        time.sleep(pause)
            except (psycopg.Error, DatabaseAway, EndsUnknown) as fault:
                log.warning("clock-again", because=type(fault).__name__)
                time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
