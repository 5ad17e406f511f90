"""The watch: duties that look at the hub, each in a thread of its own."""

import time

import structlog

from kith.logs import configure_logs
from kith.serving import Health, serve
from kith.settings import Settings
from kith.stopping import Stopping
from kith.watching import duties, pager, paging
from processors.watch.duties import Duties

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 0.5


def main() -> None:
    """Do every duty at its interval until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level, "watch")
    telling = pager(settings)
    every = [*duties(settings, telling.page), *paging(telling)]
    watch = Duties(every, telling.page, time.monotonic)
    health = Health()
    serve(settings, "watch", health)
    with Stopping() as stopping:
        watch.start()
        while not stopping.asked:
            health.ready()
            watch.ill()
            time.sleep(LOOK_EVERY_SECONDS)
    watch.stop()


if __name__ == "__main__":
    main()
