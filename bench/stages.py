"""Where the time goes between the broker's receipt of an event and of its notification."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from kith.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the way, in milliseconds. The broker's times have whole milliseconds."""

    name: str
    p50: float
    p99: float


_QUERY: LiteralString = """
select extract(epoch from e.entered_at - n.real_from) * 1000,
       extract(epoch from n.delivered_at - e.entered_at) * 1000
from derived.notification n join derived.entry e using (child_id, sequence)
where n.delivered_at is not null and n.real_from >= %s
"""


def stages(wiring: Wiring, since: datetime) -> list[Stage]:
    """The stages of every notification of events that the broker received since then."""
    with wiring.connect("kith-bench") as connection:
        rows = connection.execute(_QUERY, [since]).fetchall()
    names = ("received to append begun", "append begun to notification sent")
    return [
        Stage(name, _percentile(values, 0.5), _percentile(values, 0.99))
        for name, values in zip(
            names, ([float(row[column]) for row in rows] for column in (0, 1)), strict=True
        )
    ]


def _percentile(values: list[float], share: float) -> float:
    if not values:
        return 0.0
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 1)
