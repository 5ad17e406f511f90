"""Awaiting without a task what is done at once, as most of what Faust awaits for each record is.

Python 3.12 has eager tasks for this; the hub also runs on 3.11.
"""

from collections.abc import Coroutine, Generator
from typing import Any


class Begun:
    """A coroutine that has run until it ended, or first waited.

    ``done`` says whether it has ended, with ``result``; otherwise this is awaited in its place, by
    any task. Raises what the coroutine raises.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.done = False
        self.result: Any = None
        self._coroutine = coroutine
        self._awaited: Any = None
        try:
            self._awaited = coroutine.send(None)
        except StopIteration as end:
            self.done, self.result = True, end.value

    def __await__(self) -> Generator[Any, Any, Any]:
        """Go on with it."""
        while not self.done:
            fault: BaseException | None = None
            try:
                yield self._awaited
            except BaseException as raised:  # noqa: BLE001 - a cancellation is its to see, too
                fault = raised
            try:
                self._awaited = (
                    self._coroutine.throw(fault) if fault else self._coroutine.send(None)
                )
            except StopIteration as end:
                self.done, self.result = True, end.value
        return self.result
