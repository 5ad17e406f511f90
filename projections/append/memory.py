"""What an appending process remembers of children from one append to the next.

A case is what its child's log says. Where the log goes on from where it was left, by deliveries at
most, which change no case, nothing of it is read anew: of a child in danger that is a hundred
events. Where anything else was appended elsewhere (an answer, a deadline, another worker's event)
what is remembered is dropped, and read again. The hash of the entry at which it was left says that
it is the same log.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from projections.append.reads import Window
from safeguarding.case import AlertKey, Case, Changed

# About as many as there are opened events kept. Of whom more is at hand, a whole history was read
# for one correction, and the next event needs a part of it.
_STANDINGS_KEPT = 20_000
_STANDINGS_OF_ONE = 1_000
_CHANGES_NO_CASE = "delivered"


@dataclass(slots=True)
class Remembered:
    """A case, and what of the child's history it holds.

    ``windows`` are those in which all events of a type are at hand, ``names`` the alerts that were
    looked for, with what is expected under them, whether or not there are any.
    """

    case: Case
    windows: dict[str, Window] = field(default_factory=dict)
    names: set[AlertKey] = field(default_factory=set)

    def missing(self, event_type: str, window: Window) -> Window | None:
        """What of a window is not at hand for the type; None where all is."""
        known = self.windows.get(event_type)
        if known is None or known[1] < window[0] or window[1] < known[0]:
            return window
        before, after = window[0] < known[0], known[1] < window[1]
        if before and after:
            return window
        if before:
            return window[0], known[0]
        return (known[1], window[1]) if after else None

    def read(self, event_type: str, window: Window) -> None:
        """Note that all events of the type with their place there were read."""
        known = self.windows.get(event_type, window)
        meet = known[0] <= window[1] and window[0] <= known[1]
        both = (min(known[0], window[0]), max(known[1], window[1]))
        self.windows[event_type] = both if meet else window

    def goes_on(self, entries: Sequence[tuple[Any, ...]], sequence: int, head: bytes) -> bool:
        """Whether the log goes on from here to its head with nothing that changes the case.

        ``entries`` are rows of ``reads.grown``, from the entry at which it was left. If so, the
        case is brought there.
        """
        if not entries or entries[0][1:4:2] != (self.case.sequence, self.case.head):
            return False
        if any(row[2] != _CHANGES_NO_CASE for row in entries[1:]):
            return False
        if entries[-1][1:4:2] != (sequence, head):
            return False
        self.case.sequence, self.case.head = sequence, head
        return True


@dataclass(slots=True)
class Memory:
    """The children of one process's appends. Not for several threads at once.

    What is taken out is forgotten until it is put back: a transaction that fails has changed cases.
    """

    _children: OrderedDict[UUID, Remembered] = field(default_factory=OrderedDict)
    _standings: int = 0

    def take(self, children: Iterable[UUID]) -> dict[UUID, Remembered]:
        """What is remembered of these."""
        taken = {}
        for child_id in children:
            remembered = self._children.pop(child_id, None)
            if remembered is not None:
                self._standings -= len(remembered.case.standings)
                taken[child_id] = remembered
        return taken

    def put_back(self, remembered: Mapping[UUID, Remembered], heads: Mapping[UUID, bytes]) -> None:
        """Remember these, as they are once the append is committed."""
        for child_id, each in remembered.items():
            size = len(each.case.standings)
            if size > _STANDINGS_OF_ONE:
                continue
            each.case.head = heads.get(child_id, each.case.head)
            each.case.changed = Changed()
            self._children[child_id] = each
            self._standings += size
        while self._standings > _STANDINGS_KEPT:
            _, oldest = self._children.popitem(last=False)
            self._standings -= len(oldest.case.standings)
