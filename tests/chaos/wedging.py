"""A worker that can be wedged: `python -m tests.chaos.wedging <process> <file>`.

While the file is there, its appends wait, in silence. Its event loop turns, its heartbeats
reach the broker and it answers whoever asks it: only from outside is it seen that it stands.
"""

import runpy
import sys
import time
from pathlib import Path
from typing import Any

from projections.append.persistence import Appending


def main() -> None:
    """Run a process of the hub as this one."""
    name, wedge = sys.argv[1], Path(sys.argv[2])
    append = Appending.append

    def append_unless_wedged(self: Appending, *args: Any, **kwargs: Any) -> Any:
        while wedge.exists():
            time.sleep(0.05)
        return append(self, *args, **kwargs)

    Appending.append = append_unless_wedged  # type: ignore[method-assign]
    sys.argv = [name]
    runpy.run_module(f"kith.processes.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
