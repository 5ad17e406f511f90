"""Finding a child: by id, by the start of an id, or by the digest of an identifier."""

from dataclasses import dataclass
from uuid import UUID

from projections.database import Connection


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A child of the hub. ``schemes`` are the kinds of identifier that stand for it.

    ``sequence`` is that of the last entry; ``status`` is known, provisional or closed.
    """

    child_id: UUID
    status: str
    sequence: int
    schemes: tuple[str, ...]


def child_by_id(connection: Connection, child_id: UUID) -> KnownChild | None:
    """The child with this id. Raises psycopg.Error, as everything here."""
    row = connection.execute(
        "select c.child_id, c.status, c.sequence, coalesce((select array_agg(distinct i.scheme "
        "order by i.scheme) from derived.identifier i where i.child_id = c.child_id), '{}') "
        "from derived.child c where c.child_id = %s",
        [child_id],
    ).fetchone()
    return None if row is None else KnownChild(row[0], row[1], row[2], tuple(row[3]))


def child_by_digest(connection: Connection, digest: bytes) -> KnownChild | None:
    """The child for whom an identifier stands; ``digest`` is its keyed hash (World.digest)."""
    row = connection.execute(
        "select child_id from derived.identifier where digest = %s", [digest]
    ).fetchone()
    return None if row is None else child_by_id(connection, row[0])


def children_by_prefix(connection: Connection, first: UUID, last: UUID) -> list[UUID]:
    """Ids between two, both inclusive: those that start alike. At most ten."""
    rows = connection.execute(
        "select child_id from derived.child where child_id between %s and %s "
        "order by child_id limit 10",
        [first, last],
    ).fetchall()
    return [row[0] for row in rows]
