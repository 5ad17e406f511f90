"""What a worker does for ever beside its appends must not end without anybody's noticing."""

import asyncio

from kith.processes.consuming import for_ever


def test_work_that_ends_ends_the_process() -> None:
    """Fails without: the callback of for_ever."""
    left: list[str] = []

    async def fails() -> None:
        raise OSError

    async def ends() -> None:
        return

    async def main() -> None:
        for work in (fails(), ends()):
            task = for_ever(work, lambda: left.append("left"))
            await asyncio.wait([task])
            await asyncio.sleep(0)

    asyncio.run(main())
    assert left == ["left", "left"]


def test_work_that_is_cancelled_on_the_way_out_ends_nothing() -> None:
    left: list[str] = []

    async def main() -> None:
        task = for_ever(asyncio.sleep(60), lambda: left.append("left"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0)

    asyncio.run(main())
    assert left == []
