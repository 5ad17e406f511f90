"""A bad network on loopback: a proxy for TCP that cuts, forgets, delays and throttles.

Silence is the kernel's own: a filter on the proxy's sockets throws away all that arrives, before it
is confirmed. So time-outs of TCP (keepalive, tcp_user_timeout) see what they see when a cable is
out; a proxy that only stopped reading would go on confirming for the dead.
"""

import asyncio
import contextlib
import ctypes
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"
SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
CHUNK_BYTES = 4096


def go_silent(connection: socket.socket) -> None:
    """Throw away whatever arrives: a filter of one instruction, `return 0`."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    program = struct.pack("HL", 1, ctypes.addressof(instruction))
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def hear_again(connection: socket.socket) -> None:
    """Take what arrives again; what was thrown away is sent again by its sender's kernel."""
    connection.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


@dataclass(eq=False, slots=True)
class Link:
    """One connection through the proxy: a client's side and the server's. ``hears`` is cleared
    while nothing may pass.
    """

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    hears: asyncio.Event = field(default_factory=asyncio.Event)

    def sockets(self) -> list[socket.socket]:
        return [side.get_extra_info("socket")._sock for side in (self.client, self.server)]

    def abort(self) -> None:
        """End both sides with RST."""
        for side, raw in zip((self.client, self.server), self.sockets(), strict=True):
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.transport.abort()


class Proxy:
    """Listens on a port of its own and passes on to ``target``; faults are switched on and off."""

    def __init__(self, target: int, port: int = 0) -> None:
        self.target = target
        self.delay_seconds = 0.0
        self.bytes_per_second: float | None = None
        self.links: set[Link] = set()
        self.made = 0
        self._refusing = False
        self._listener = socket.create_server((LOOPBACK, port), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """End all connections with RST, and each new one at once, until ``heal``."""
        self._do(self._cut)

    def hole(self) -> None:
        """All fall silent, new ones too, until ``heal``."""
        self._do(self._hole)

    def forget(self) -> None:
        """What is connected now is silent for ever, as behind a firewall that lost its table."""
        self._do(self._forget)

    def half_open(self) -> None:
        """The servers' sides end; their clients never hear of it."""
        self._do(self._half_open)

    def heal(self) -> None:
        """No fault any more; what fell silent in a hole is heard again."""
        self._do(self._heal)

    def close(self) -> None:
        """End everything."""
        self._do(self._cut)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._listener.close()

    def _cut(self) -> None:
        self._refusing = True
        for link in list(self.links):
            link.abort()

    def _hole(self) -> None:
        go_silent(self._listener)
        self._forget()

    def _forget(self) -> None:
        for link in self.links:
            link.hears.clear()
            for side in link.sockets():
                with contextlib.suppress(OSError):  # It ended, and its other side never heard.
                    go_silent(side)

    def _half_open(self) -> None:
        for link in self.links:
            link.hears.clear()
            go_silent(link.sockets()[0])
            link.server.close()

    def _heal(self) -> None:
        self._refusing = False
        self.delay_seconds, self.bytes_per_second = 0.0, None
        with contextlib.suppress(OSError):
            hear_again(self._listener)
        for link in self.links:
            for side in link.sockets():
                with contextlib.suppress(OSError):
                    hear_again(side)
            link.hears.set()

    def _do(self, what: Callable[[], None]) -> None:
        async def run() -> None:
            what()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        starting = asyncio.start_server(self._accept, sock=self._listener)
        self._loop.run_until_complete(starting)
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            back, server = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            client.transport.abort()
            return
        link = Link(client, server)
        link.hears.set()
        self.links.add(link)
        self.made += 1
        if self._refusing:
            link.abort()
        try:
            await asyncio.gather(self._pass(link, reader, server), self._pass(link, back, client))
        finally:
            self.links.discard(link)

    async def _pass(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                await link.hears.wait()
                pause = self.delay_seconds
                if self.bytes_per_second:
                    pause += len(data) / self.bytes_per_second
                if pause:
                    await asyncio.sleep(pause)
                writer.write(data)
                await writer.drain()
            await link.hears.wait()
        writer.close()
