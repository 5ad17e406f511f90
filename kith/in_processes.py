"""The same work on many parts, in as many processes as there are cores."""

import gc
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def in_processes(
    make: Callable[[], Callable[[Part], Result]], parts: Sequence[Part]
) -> Iterator[Result]:
    """What the work comes to for each part, in order.

    ``make`` makes the work, once in each process, to which it must be possible to send it. Raises
    whatever the work raises.
    """
    if not parts:
        return
    count = min(len(parts), os.cpu_count() or 1)
    # Spawned, since a fork would inherit the threads of a Kafka client, or a connection.
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (make,)) as pool:
        yield from pool.map(_run, parts)


_work: Callable[[Any], Any] | None = None


def _begin(make: Callable[[], Callable[[Any], Any]]) -> None:
    """What each process does once."""
    global _work  # noqa: PLW0603 - the only way from a pool's initializer to its work
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _work = make()
    # What is made for a part is kept until its end, and none of it in cycles: looking for garbage
    # among it takes a sixth of the time and finds none.
    gc.disable()


def _end_with_parent() -> None:
    """End this process when the one that began it ends, however that is.

    Who lived on after a rebuild that was killed would load into the tables of the next one.
    """
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(part: Any) -> Any:
    if _work is None:
        raise RuntimeError("a process of the pool was not begun")
    return _work(part)
