"""Batches come as soon as there is something, over a real stream of Faust, in memory."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import faust
from faust.types import Message

from processors.taking import take

MOST = 5
WITHIN_SECONDS = 0.04


class Delivering:
    """A stream, and what delivers to it as the broker's consumer does."""

    def __init__(self) -> None:
        self.app = faust.App(
            "test", broker="kafka://127.0.0.1:1", web_enabled=False, loop=asyncio.get_running_loop()
        )
        self.app.flow_control.resume()
        self.channel = self.app.channel()
        self.stream: Any = self.app.stream(self.channel)
        self.acknowledged: list[Any] = []

    async def deliver(self, *values: int) -> None:
        for value in values:
            message = Message(
                topic="events",
                partition=0,
                offset=value,
                timestamp=0.0,
                timestamp_type=1,
                headers={},
                key=None,
                value=b"",
                checksum=None,
                generation_id=self.app.consumer_generation_id,
            )
            await self.stream.channel.queue.put(faust.Event(self.app, None, value, {}, message))


@asynccontextmanager
async def batches(
    most: int = MOST,
) -> AsyncIterator[tuple[Delivering, AsyncGenerator[list[Any], None]]]:
    delivering = Delivering()
    taken = take(delivering.stream, most, WITHIN_SECONDS)
    yield delivering, taken
    await taken.aclose()
    await delivering.stream.stop()
    # Its consumer was never started, and has made an event loop for a thread all the same.
    delivering.app.consumer._thread.thread_loop.close()


async def values(taken: AsyncGenerator[list[Any], None]) -> list[int]:
    return [event.value for event in await asyncio.wait_for(anext(taken), 5)]


async def test_what_comes_alone_is_given_at_once() -> None:
    """Fails without: ``came``, which the first event of a batch sets."""
    async with batches() as (delivering, taken):
        waiting = asyncio.ensure_future(anext(taken))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        began_at = time.monotonic()
        await delivering.deliver(1)
        assert [event.value for event in await waiting] == [1]
        assert time.monotonic() - began_at < WITHIN_SECONDS


async def test_what_comes_together_is_given_together_and_no_more_than_most() -> None:
    """Fails without: ``room``."""
    async with batches() as (delivering, taken):
        await delivering.deliver(*range(12))
        assert [await values(taken) for _ in range(3)] == [
            [0, 1, 2, 3, 4],
            [5, 6, 7, 8, 9],
            [10, 11],
        ]


async def test_while_a_batch_is_away_nothing_is_added_and_nothing_is_lost() -> None:
    """Fails without: clearing ``room`` before a batch is given."""
    async with batches() as (delivering, taken):
        await delivering.deliver(1)
        first = await asyncio.wait_for(anext(taken), 5)
        await delivering.deliver(2, 3)
        await asyncio.sleep(0.1)
        assert [event.value for event in first] == [1]
        assert await values(taken) == [2, 3]


async def test_what_trickles_in_is_given_in_time() -> None:
    """Fails without: the end of ``_settle``."""
    async with batches(most=1_000) as (delivering, taken):
        trickle = asyncio.ensure_future(_trickle(delivering))
        first = await values(taken)
        assert not trickle.done()
        assert first == list(range(len(first)))
        trickle.cancel()


async def _trickle(delivering: Delivering) -> None:
    for value in range(500):
        await delivering.deliver(value)
        await asyncio.sleep(WITHIN_SECONDS / 40)


async def test_nothing_is_acknowledged() -> None:
    """Fails without: switching the stream's own acknowledgements off."""
    async with batches() as (delivering, taken):
        await delivering.deliver(1, 2)
        events = await asyncio.wait_for(anext(taken), 5)
        assert [event.message.acked for event in events] == [False, False]
        await delivering.deliver(3)
        assert await values(taken) == [3]
        assert [event.message.acked for event in events] == [False, False]
