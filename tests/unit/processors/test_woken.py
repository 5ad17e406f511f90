"""Batches come as soon as there is something, over a real stream of Faust, in memory."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import faust
from faust.types import Message

from processors.woken import WokenStream

MOST = 5
WITHIN_SECONDS = 0.4
# A look at whether more came takes a quarter of that; Faust's own take all of it.
SOON_SECONDS = 0.25


class Delivering:
    """A stream, and what delivers to it as the broker's consumer does."""

    def __init__(self) -> None:
        self.app = faust.App(
            "test",
            broker="kafka://127.0.0.1:1",
            web_enabled=False,
            loop=asyncio.get_running_loop(),
            Stream=WokenStream,
        )
        self.app.flow_control.resume()
        self.stream: Any = self.app.stream(self.app.channel())

    def take(
        self, within: float = WITHIN_SECONDS, most: int = MOST
    ) -> AsyncGenerator[list[Any], None]:
        taken: AsyncGenerator[list[Any], None] = self.stream.noack_take(most, within=within)
        return taken

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
async def a_stream() -> AsyncIterator[Delivering]:
    delivering = Delivering()
    try:
        yield delivering
    finally:
        await delivering.stream.stop()
        # Its consumer was never started, and has made an event loop for a thread all the same.
        delivering.app.consumer._thread.thread_loop.close()


async def values(taken: AsyncGenerator[list[Any], None]) -> list[int]:
    return [event.value for event in await asyncio.wait_for(anext(taken), 5)]


async def test_what_comes_alone_is_given_soon() -> None:
    """Fails without: ``Stream=WokenStream``."""
    async with a_stream() as delivering:
        taken = delivering.take()
        waiting = asyncio.ensure_future(values(taken))
        await asyncio.sleep(0.02)
        began_at = time.monotonic()
        await delivering.deliver(1)
        assert await waiting == [1]
        assert time.monotonic() - began_at < SOON_SECONDS


async def test_what_comes_together_is_given_together_and_no_more_than_most() -> None:
    """Fails without: ``_settle``."""
    async with a_stream() as delivering:
        taken = delivering.take()
        await delivering.deliver(*range(12))
        assert [await values(taken) for _ in range(3)] == [
            [0, 1, 2, 3, 4],
            [5, 6, 7, 8, 9],
            [10, 11],
        ]


async def test_what_comes_while_a_batch_is_away_is_given_after_it() -> None:
    async with a_stream() as delivering:
        taken = delivering.take()
        await delivering.deliver(1)
        first = await asyncio.wait_for(anext(taken), 5)
        await delivering.deliver(2, 3)
        await asyncio.sleep(0.1)
        assert [event.value for event in first] == [1]
        assert await values(taken) == [2, 3]


async def test_what_trickles_in_is_given_in_time() -> None:
    """Fails without: the end of the looks in ``_settle``."""
    async with a_stream() as delivering:
        taken = delivering.take(within=0.08, most=1_000)
        trickle = asyncio.ensure_future(_trickle(delivering))
        first = await values(taken)
        assert not trickle.done()
        assert first == list(range(len(first)))
        trickle.cancel()


async def _trickle(delivering: Delivering) -> None:
    for value in range(500):
        await delivering.deliver(value)
        await asyncio.sleep(0.01)


async def test_what_wakes_nobody_is_given_all_the_same() -> None:
    """Fails without: the longest wait."""
    async with a_stream() as delivering:
        delivering.stream._processors.clear()
        taken = delivering.take()
        waiting = asyncio.ensure_future(values(taken))
        await asyncio.sleep(0.02)
        await delivering.deliver(1)
        assert await waiting == [1]


async def test_a_take_that_begins_anew_while_a_batch_is_away_goes_on() -> None:
    """As an agent's does in a rebalance: the batch that was away is forgotten, and not closed."""
    async with a_stream() as delivering:
        taken = delivering.take()
        await delivering.deliver(1)
        assert await values(taken) == [1]
        await delivering.deliver(2)
        await asyncio.sleep(0.02)
        del taken
        again = delivering.take()
        waiting = asyncio.ensure_future(values(again))
        await asyncio.sleep(0.02)
        await delivering.deliver(3)
        assert 3 in await waiting


async def test_a_take_ends_with_its_stream() -> None:
    """Fails without: the longest wait."""
    async with a_stream() as delivering:
        taken = delivering.take()
        waiting = asyncio.ensure_future(anext(taken, None))
        await asyncio.sleep(0.02)
        delivering.stream._stopped.set()
        assert await asyncio.wait_for(waiting, 5) is None


async def test_nothing_is_acknowledged() -> None:
    async with a_stream() as delivering:
        taken = delivering.take(within=0.02)
        await delivering.deliver(1, 2)
        events = await asyncio.wait_for(anext(taken), 5)
        assert [event.message.acked for event in events] == [False, False]
        await delivering.deliver(3)
        assert await values(taken) == [3]
        assert [event.message.acked for event in events] == [False, False]
