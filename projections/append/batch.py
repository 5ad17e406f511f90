"""What one transaction of the append gathers on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from projections.append.arrivals import Inbound, Outcome, Rejected, Step
from projections.append.drafts import Matter
from projections.append.guarding import Guard
from projections.append.memory import Remembered
from projections.append.rows import Row


@dataclass(slots=True)
class Batch:
    """What came, and by index (events, then steps) what became of it.

    ``again`` are events that are said again, by the id of the entry. ``held`` are children to be
    remembered once it is committed, ``heads`` the hashes of their last entries then.
    """

    inbounds: Sequence[Inbound]
    steps: Sequence[Step]
    hub_now: datetime
    real_now: datetime
    guard: Guard
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    recorded: list[Row] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    again: dict[UUID, bytes] = field(default_factory=dict)
    held: Mapping[UUID, Remembered] = field(default_factory=dict)
    heads: Mapping[UUID, bytes] = field(default_factory=dict)
