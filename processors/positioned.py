"""Faust, made to read from where PostgreSQL says, and not from where its group was.

The commit in PostgreSQL decides what was read. The group's offset may lag behind it (a
kill before Faust committed) or run ahead of it (a restored database): then the table is
right. A seek in ``on_partitions_assigned`` is undone by Faust; ``perform_seek`` is where
it sets its own positions, after every assignment.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import faust
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP
from mode.services import WaitResults
from mode.utils.times import Seconds

from processors.begun import Begun

Positions = Callable[[list[TP]], Awaitable[Mapping[TP, int]]]


class PositionedConsumer(Consumer):
    """Reads on from the positions that the app's ``positions`` gives."""

    async def perform_seek(self) -> None:
        """Seek to the stored positions."""
        await super().perform_seek()
        app = cast("PositionedApp", self.app)
        assigned = sorted(self.assignment())
        for partition, offset in (await app.positions(assigned)).items():
            await self.seek(partition, offset)
            # Faust drops records below the read offset and commits from the committed one.
            self._committed_offset[partition] = offset
            self._read_offset[partition] = offset

    async def wait_first(
        self,
        *awaited: Any,
        timeout: Seconds | None = None,  # noqa: ASYNC109 - it is Faust's
    ) -> WaitResults:
        """As Faust's, which makes four tasks for each record that is delivered without waiting."""
        first, *others = awaited
        if not asyncio.iscoroutine(first):
            return await super().wait_first(*awaited, timeout=timeout)
        begun = Begun(first)
        if not begun.done:
            return await super().wait_first(begun, *others, timeout=timeout)
        for other in others:
            if asyncio.iscoroutine(other):
                other.close()
        if self.should_stop:
            return WaitResults([], [], stopped=True)
        return WaitResults([first], [begun.result], stopped=False)


class PositionedTransport(Transport):
    """Faust's own transport with the consumer above."""

    Consumer = PositionedConsumer


class PositionedApp(faust.App):
    """A Faust app that asks ``positions`` where to read on."""

    positions: Positions

    def __init__(self, *args: Any, positions: Positions, **options: Any) -> None:
        self.positions = positions
        super().__init__(*args, **options)

    def _new_transport(self) -> PositionedTransport:
        return PositionedTransport(self.conf.broker_consumer, self)
