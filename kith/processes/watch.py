"""The watch: duties that look at the hub, each in a thread of its own."""

import time

import structlog

from kith.logs import configure_logs
from kith.metering import Metering
from kith.serving import Health, serve
from kith.settings import Settings
from kith.stopping import Stopping
from kith.watching import duties, pager, paging
from processors.metrics import DUTIES_ILL
from processors.watch.duties import Duties

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 0.5


def main() -> None:
    """Do every duty at its interval until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level, "watch")
    telling = pager(settings)
    metering = Metering("watch")
    every = [*duties(settings, telling.page, metering), *paging(telling)]
    watch = Duties(every, telling.page, time.monotonic)
    health = Health()
    serve(settings, "watch", health, metering.figures)
    with Stopping() as stopping:
        watch.start()
        while not stopping.asked:
            health.ready()
            metering.set(DUTIES_ILL, len(watch.ill()))
            time.sleep(LOOK_EVERY_SECONDS)
    watch.stop()


if __name__ == "__main__":
    main()
