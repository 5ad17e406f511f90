"""The timeline processor of history, throttled."""

from kith.processes.consuming import consume
from processors.feed import BACKFILL

if __name__ == "__main__":
    consume(BACKFILL)
