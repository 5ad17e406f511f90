"""Coroutines that are begun before anybody awaits them."""

import asyncio
from typing import Any

import pytest

from processors.begun import Begun


async def at_once() -> str:
    return "said"


async def after(*waited_for: "asyncio.Future[Any]") -> list[Any]:
    return [await each for each in waited_for]


async def test_what_waits_for_nothing_is_done_and_no_task_was_made() -> None:
    before = asyncio.all_tasks()
    begun = Begun(at_once())
    assert (begun.done, begun.result) == (True, "said")
    assert await begun == "said"
    assert asyncio.all_tasks() == before


async def test_what_waits_goes_on_in_whichever_task_awaits_it() -> None:
    loop = asyncio.get_running_loop()
    first, second = loop.create_future(), loop.create_future()
    begun = Begun(after(first, second))
    assert not begun.done
    task = asyncio.ensure_future(begun)
    loop.call_soon(first.set_result, 1)
    loop.call_later(0.01, second.set_result, 2)
    assert await task == [1, 2]
    assert begun.done


async def test_a_fault_reaches_whoever_awaits() -> None:
    failed = asyncio.get_running_loop().create_future()
    begun = Begun(after(failed))
    failed.set_exception(LookupError("gone"))
    with pytest.raises(LookupError, match="gone"):
        await begun


async def test_a_fault_at_once_is_raised_at_once() -> None:
    failed = asyncio.get_running_loop().create_future()
    failed.set_exception(LookupError("gone"))
    with pytest.raises(LookupError, match="gone"):
        Begun(after(failed))


async def test_a_cancellation_reaches_the_coroutine() -> None:
    seen = []

    async def careful() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    task = asyncio.ensure_future(Begun(careful()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cancelled"]
