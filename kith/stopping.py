"""Being asked to end: SIGTERM and SIGINT set a flag, and the loop ends by itself."""

import signal
from types import FrameType, TracebackType
from typing import Self


class Stopping:
    """A context in which the signals to end only set ``asked``."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.asked = True
