"""Pages: matters for a person of the hub, what became of them, and who saw to them."""

from dataclasses import dataclass
from datetime import datetime

from projections.database import Connection

MOST_LISTED = 1000

_COLUMNS = (
    "p.page_id, p.paged_at, p.reason, p.concerns, p.detail, p.told_at, p.resolved_at, "
    "p.resolved_by, p.resolution, 1 + (select count(*) from kept.page r "
    "where r.gathered_into = p.page_id)"
)


@dataclass(frozen=True, slots=True)
class Page:
    """One matter. ``count`` is how often it came within the hour that is told as one."""

    page_id: int
    paged_at: datetime
    reason: str
    concerns: str
    detail: str
    told_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    count: int

    @property
    def state(self) -> str:
        """Whether somebody has seen to it."""
        return "open" if self.resolved_at is None else "resolved"


def listed(connection: Connection, *, resolved_too: bool) -> list[Page]:
    """What is open, or everything, the oldest first; at most a thousand. Repeats are counted."""
    rows = connection.execute(
        f"select {_COLUMNS} from kept.page p where p.gathered_into is null "  # noqa: S608
        "and (%s or p.resolved_at is null) order by p.page_id limit %s",
        [resolved_too, MOST_LISTED],
    ).fetchall()
    return [Page(*row) for row in rows]


def page(connection: Connection, page_id: int) -> Page | None:
    """One page, or the one that it repeats."""
    row = connection.execute(
        f"select {_COLUMNS} from kept.page p where p.page_id = "  # noqa: S608
        "(select coalesce(gathered_into, page_id) from kept.page where page_id = %s)",
        [page_id],
    ).fetchone()
    return None if row is None else Page(*row)


def resolve(connection: Connection, page_id: int, *, by: str, because: str, at: datetime) -> bool:
    """Say who saw to a page and how; its repeats go with it. False if somebody had already."""
    done = connection.execute(
        "update kept.page set resolved_at = %s, resolved_by = %s, resolution = %s "
        "where (page_id = %s or gathered_into = %s) and resolved_at is null",
        [at, by, because, page_id, page_id],
    )
    return done.rowcount > 0
