"""The timeline processor of the live feed."""

from kith.processes.consuming import consume
from processors.feed import LIVE

if __name__ == "__main__":
    consume(LIVE)
