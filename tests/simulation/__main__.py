"""Replay a seed and tell what happened: ``python -m tests.simulation SEED [DEFENCE ...]``.

Defences that are named, as ``CLOCK_WAITS``, are taken out.
"""

import sys

from tests.simulation.defences import ALL, Defence
from tests.simulation.judgement import wrong
from tests.simulation.run import Run


def main(seed: int, without: frozenset[Defence]) -> int:
    """Print the faults of a run, its logs, and what is wrong; 1 where something is."""
    run = Run(seed, ALL - without).go()
    say = sys.stdout.write
    say(f"seed {seed}: {len(run.broker.published)} published, until {run.now}\n")
    for fault in run.faults:
        say(f"  {fault}\n")
    for child_id, child in run.hub.tables.children.items():
        say(f"child {child_id}\n")
        for logged in child.entries:
            entry = logged.entry
            what = getattr(entry.body, "reference", "")
            say(f"  {entry.sequence:3} {entry.entered_at:%Y-%m-%d %H:%M:%S} ")
            say(f"{type(entry.body).__name__} {what}\n")
    found = wrong(run)
    say("\n".join(f"WRONG {each}" for each in found) + "\n" if found else "nothing is wrong\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), frozenset(Defence[name] for name in sys.argv[2:])))
