"""The garbage collector of a process that appends batch after batch."""

import gc

# A batch makes tens of thousands of objects, hardly any of them in cycles, and drops them all.
# By default the collector looks at every 700: a fifth of an append's time.
_THRESHOLDS = (20_000, 20, 20)


def collect_seldom() -> None:
    """What the process is made of by now lives as long as it: never look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
