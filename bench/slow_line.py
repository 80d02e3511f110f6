"""A proxy that simulates a slow network: adds latency and limits bandwidth, for websockets too, which a browser's own
throttling leaves alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

PACKET = 1_400  # bytes


class Way:
    """One direction, shared by all connections.

    Args:
        rate: bytes a second.
        delay: seconds each byte is on its way.
    """

    def __init__(self, rate: float, delay: float) -> None:
        self.rate = rate
        self.delay = delay
        self._free_at = 0.0

    def arrival(self, size: int) -> float:
        """When a packet that enters now has arrived, by the clock of the loop."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + size / self.rate
        return self._free_at + self.delay


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
    """Read at once, hand on when it has arrived: what is on its way does not hold up what enters after it."""
    loop = asyncio.get_running_loop()
    arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            at, packet = await arriving.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not packet:
                break
            writer.write(packet)
        writer.close()

    delivering = asyncio.ensure_future(deliver())
    with contextlib.suppress(OSError):
        while packet := await reader.read(PACKET):
            arriving.put_nowait((way.arrival(len(packet)), packet))
    arriving.put_nowait((way.arrival(0), b""))
    await delivering


class Line:
    """Both directions, in a thread of its own."""

    def __init__(self, to_port: int, rate: float, round_trip: float) -> None:
        self.to_port = to_port
        self.round_trip = round_trip
        self.down, self.up = Way(rate, round_trip / 2), Way(rate, round_trip / 2)
        self.port = 0
        self.is_open = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.ended = asyncio.Event()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.serve(),))

    async def serve(self) -> None:
        meetings: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(
            lambda *ends: meetings.add(asyncio.ensure_future(self.meet(*ends))), "127.0.0.1", 0
        )
        self.port = server.sockets[0].getsockname()[1]
        self.is_open.set()
        await self.ended.wait()
        server.close()
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.round_trip)  # opening a connection takes one, as it does on the net
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        await asyncio.gather(carry(reader, far_writer, self.up), carry(far_reader, writer, self.down))


@contextlib.contextmanager
def slow_line(to_port: int, rate: float, round_trip: float) -> Iterator[Line]:
    """A port of this machine (`Line.port`) that leads to another one over a line of `rate` bytes a second each way, and
    `round_trip` seconds there and back."""
    line = Line(to_port, rate, round_trip)
    line.thread.start()
    line.is_open.wait()
    try:
        yield line
    finally:
        line.loop.call_soon_threadsafe(line.ended.set)
        line.thread.join()
        line.loop.close()
