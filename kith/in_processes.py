"""The same work on many parts, in as many processes as there are cores."""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count
from typing import Any, TypeVar

from kith.rebuilding import end_with_parent

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
    count = min(len(parts), cpu_count() or 1)
    # Spawned, since a fork would inherit the threads of a Kafka client, or a connection.
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (make,)) as pool:
        yield from pool.map(_run, parts)


_work: Callable[[Any], Any] | None = None


def _begin(make: Callable[[], Callable[[Any], Any]]) -> None:
    """What each process does once."""
    global _work  # noqa: PLW0603 - the only way from a pool's initializer to its work
    end_with_parent()
    _work = make()
    # What is made is kept for one part, and none of it in cycles.
    gc.disable()


def _run(part: Any) -> Any:
    if _work is None:
        raise RuntimeError("a process of the pool was not begun")
    return _work(part)
