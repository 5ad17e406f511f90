"""A Faust stream whose takes are woken by what comes.

Faust's ``noack_take`` looks every so often whether something came, and makes three tasks each time:
every 4 ms here, so that an event waits for 2 ms and a worker works for nothing. All else of it
stays as it is. To take by a loop of our own was tried, and such a worker could stand still for good
once its agent began anew in a rebalance; here what is not heard of is looked for all the same.
"""

import asyncio
from contextlib import suppress
from typing import Any

from faust.streams import Stream

# What comes right behind the first is taken with it: as long as more came in so much of the time.
_LOOKS = 4
_AT_LATEST_SECONDS = 0.05


class WokenStream(Stream[Any]):
    """Gives a batch once one has come and nothing more does, or the time to take it is over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._came = asyncio.Event()
        self._count = 0
        # Before the take adds its own, which puts an event into its buffer: for good, since a list
        # that changes while an event is on its way through would have it pass another by.
        self.add_processor(self._note)

    def _note(self, value: Any) -> Any:
        self._count += 1
        self._came.set()
        return value

    async def wait_for_stopped(self, *awaited: Any, timeout: Any = None) -> bool:  # noqa: ASYNC109 - it is Faust's
        """Wait until there is something to take; a take waits here, for its full buffer."""
        full, *others = awaited or (None,)
        if others or timeout is None or not isinstance(full, asyncio.Event):
            return bool(await super().wait_for_stopped(*awaited, timeout=timeout))
        with suppress(TimeoutError):
            async with asyncio.timeout(_AT_LATEST_SECONDS):
                await self._came.wait()
        if self._came.is_set():
            await self._settle(full, timeout)
            self._came.clear()
        return bool(self.should_stop)

    async def _settle(self, full: asyncio.Event, within_seconds: float) -> None:
        """Wait until nothing more comes, no more can be taken, or the time is over."""
        for _ in range(_LOOKS):
            before = self._count
            await asyncio.sleep(within_seconds / _LOOKS)
            if full.is_set() or self._count == before:
                return
