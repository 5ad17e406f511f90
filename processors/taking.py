"""Taking what a Faust stream delivers in batches, as soon as it comes.

Faust's own ``noack_take`` looks every so often whether something came: an event waits half of that
for nothing, and a worker without any to do wakes as often. Here the first event of a batch wakes
the worker, and what comes right behind it is gathered.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

# A batch goes once nothing more came for so long a part of the time that it may be gathered.
_LOOKS = 4


async def take(stream: Any, most: int, within_seconds: float) -> AsyncGenerator[list[Any], None]:
    """Give the events of an agent's ``stream``, at most so many at once, none acknowledged.

    A batch is gathered for ``within_seconds`` at most; while one is away, nothing is. The caller
    acknowledges each event, in order.
    """
    gathered: list[Any] = []
    came, room = asyncio.Event(), asyncio.Event()
    room.set()

    async def gather(value: Any) -> Any:
        await room.wait()
        gathered.append(stream.current_event)
        if len(gathered) >= most:
            room.clear()
        came.set()
        return value

    acknowledges = stream.enable_acks
    # Each event would be acknowledged once it is gathered.
    stream.enable_acks = False
    stream.add_processor(gather)
    stream._enable_passive(aiter(stream.channel))  # noqa: SLF001 - as its own takes do
    try:
        while not stream.should_stop:
            await stream.wait_for_stopped(came)
            await _settle(gathered, most, within_seconds)
            room.clear()
            if gathered:
                yield gathered.copy()
            gathered.clear()
            came.clear()
            room.set()
    finally:
        stream.enable_acks = acknowledges
        stream._processors.remove(gather)  # noqa: SLF001 - as above


async def _settle(gathered: list[Any], most: int, within_seconds: float) -> None:
    """Wait until nothing more comes, no more may be taken, or the time is over."""
    for _ in range(_LOOKS):
        before = len(gathered)
        if before >= most:
            return
        await asyncio.sleep(within_seconds / _LOOKS)
        if len(gathered) == before:
            return
