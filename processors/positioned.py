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
from faust.tables import TableManager
from faust.tables.recovery import Recovery
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP
from mode.services import WaitArgT, WaitResults
from mode.utils.times import Seconds

from processors.begun import Begun

Positions = Callable[[list[TP]], Awaitable[Mapping[TP, int]]]


class PositionedConsumer(Consumer):
    """Reads on from the positions that the app's ``positions`` gives."""

    async def perform_seek(self) -> None:
        """Seek to the stored positions: there is one for each partition.

        What the group has committed is not asked for. It would count for nothing, and take a
        request for each topic, one after the other, while the network is at its worst.
        """
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


class PatientRecovery(Recovery):
    """Lets a worker read on after each assignment, however long it takes to find out from where.

    Faust's own takes a seek that takes longer than a request may for the end of the worker: its
    task ends, nothing is logged, and after the next assignment nobody lets the worker read on.
    """

    async def _wait(
        self,
        coro: WaitArgT,
        timeout: Seconds | None = None,  # noqa: ASYNC109 - it is Faust's
    ) -> None:
        """Wait until it is done, the worker ends, or another assignment comes."""
        del timeout
        await super()._wait(coro)


class PatientTables(TableManager):
    """Faust's, which has no tables here, with the recovery above."""

    _patient: PatientRecovery | None = None

    @property
    def recovery(self) -> PatientRecovery:
        """The service that lets the worker read on."""
        made = self._patient
        if made is None:
            made = PatientRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
            self._patient = self._recovery = made  # It is Faust's to stop.
        return made


class PositionedApp(faust.App):
    """A Faust app that asks ``positions`` where to read on."""

    positions: Positions

    def __init__(self, *args: Any, positions: Positions, **options: Any) -> None:
        self.positions = positions
        super().__init__(*args, TableManager=PatientTables, **options)

    def _new_transport(self) -> PositionedTransport:
        return PositionedTransport(self.conf.broker_consumer, self)
