"""Replay a seed and tell what happened: ``python -m tests.simulation SEED [DEFENCE ...]``.

Defences that are named, as ``CLOCK_WAITS``, are taken out. ``--every-rule`` lets all rules decide,
over events of every kind; ``--children 300`` makes it that many children, over months.
"""

import sys
import time
from argparse import ArgumentParser

from tests.simulation.defences import ALL, Defence
from tests.simulation.judgement import wrong
from tests.simulation.run import Run

FEW = 3


def main() -> int:
    """Print the faults of a run, its logs, and what is wrong; 1 where something is."""
    parser = ArgumentParser(prog="python -m tests.simulation", description="Replay a seed.")
    parser.add_argument("seed", type=int)
    parser.add_argument("without", nargs="*", metavar="DEFENCE", help=", ".join(sorted(Defence)))
    parser.add_argument("--every-rule", action="store_true", help="all rules, every kind of event")
    parser.add_argument("--children", type=int, default=0, help="how many (else one to three)")
    asked = parser.parse_args()
    without = frozenset(Defence[name] for name in asked.without)
    begun = time.monotonic()
    run = Run(asked.seed, ALL - without, every_rule=asked.every_rule, children=asked.children).go()
    say = sys.stdout.write
    if len(run.hub.tables.children) <= FEW:
        _tell(run)
    found = wrong(run)
    say("\n".join(f"WRONG {each}" for each in found) + "\n" if found else "nothing is wrong\n")
    say(f"{_counts(run)}, {time.monotonic() - begun:.1f} s\n")
    return 1 if found else 0


def _tell(run: Run) -> None:
    say = sys.stdout.write
    for fault in run.faults:
        say(f"  {fault}\n")
    for child_id, child in run.hub.tables.children.items():
        say(f"child {child_id}\n")
        for logged in child.entries:
            entry = logged.entry
            what = getattr(entry.body, "reference", "")
            say(f"  {entry.sequence:3} {entry.entered_at:%Y-%m-%d %H:%M:%S} ")
            say(f"{type(entry.body).__name__} {what}\n")


def _counts(run: Run) -> str:
    children = run.hub.tables.children
    alerts = [alert for child in children.values() for alert in child.case.alerts.values()]
    counts = {
        "children": len(children),
        "published": len(run.broker.published),
        "entries": sum(len(child.entries) for child in children.values()),
        "alerts": len(alerts),
        "rules that told": len({alert.rule for alert in alerts}),
        "faults": len(run.faults),
    }
    figures = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return f"seed {run.seed}: {figures}, until {run.now:%Y-%m-%d}"


if __name__ == "__main__":
    sys.exit(main())
