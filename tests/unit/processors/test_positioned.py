"""A worker that is told late from where to read reads on all the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from faust.tables import TableManager
from faust.types import TP

from processors.positioned import PatientTables, PositionedApp

PARTITION = TP("agency.police.events", 0)
REQUEST_SECONDS = 0.1


class Consumer:
    """Stands for the broker's: its seek takes as long as the network lets it."""

    def __init__(self, seek_seconds: float) -> None:
        self.seek_seconds = seek_seconds
        self.sought = 0
        self.resumed = asyncio.Event()

    def assignment(self) -> set[TP]:
        return {PARTITION}

    def resume_partitions(self, partitions: set[TP]) -> None:
        pass

    async def perform_seek(self) -> None:
        await asyncio.sleep(self.seek_seconds)
        self.sought += 1

    def resume_flow(self) -> None:
        self.resumed.set()


class Fetcher:
    async def maybe_start(self) -> None:
        pass


@asynccontextmanager
async def recovering(consumer: Consumer, tables: type[TableManager]) -> AsyncIterator[Any]:
    """Faust's own service that lets a worker read on, running; no broker is there."""
    app: Any = PositionedApp(
        "test",
        positions=no_positions,
        broker="kafka://127.0.0.1:1",
        broker_request_timeout=REQUEST_SECONDS,
        loop=asyncio.get_running_loop(),
    )
    app.consumer, app._fetcher = consumer, Fetcher()
    app.on_rebalance_end = lambda: None
    recovery: Any = tables(app, loop=app.loop).recovery
    task = asyncio.ensure_future(recovery._restart_recovery(recovery))
    try:
        yield recovery
    finally:
        recovery._stopped.set()
        await asyncio.wait_for(task, 5)


async def no_positions(_: list[TP]) -> dict[TP, int]:
    return {}


async def test_where_to_read_on_may_take_longer_to_find_out_than_a_request_may() -> None:
    """Fails without: ``PatientRecovery._wait``."""
    consumer = Consumer(seek_seconds=3 * REQUEST_SECONDS)
    async with recovering(consumer, PatientTables) as recovery:
        for sought in (1, 2):
            consumer.resumed.clear()
            recovery.signal_recovery_start.set()  # As each assignment does.
            await asyncio.wait_for(consumer.resumed.wait(), 5)
            assert consumer.sought == sought


async def test_another_assignment_begins_it_anew() -> None:
    consumer = Consumer(seek_seconds=3 * REQUEST_SECONDS)
    async with recovering(consumer, PatientTables) as recovery:
        recovery.signal_recovery_start.set()
        await asyncio.sleep(REQUEST_SECONDS)
        recovery.signal_recovery_start.set()
        await asyncio.wait_for(consumer.resumed.wait(), 5)
        assert consumer.sought == 1


async def test_fausts_own_ends_for_good() -> None:
    """What ours is for. Where this fails Faust has mended it, and ours can go."""
    consumer = Consumer(seek_seconds=3 * REQUEST_SECONDS)
    async with recovering(consumer, TableManager) as recovery:
        recovery.signal_recovery_start.set()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(consumer.resumed.wait(), 10 * REQUEST_SECONDS)
