"""Comparing: a hash over all that people see, table by table."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from psycopg import sql

from projections.database import Connection
from projections.rebuild.schema import key_columns, tables

# What the header alone says, and so what is there also of children beyond use.
_WITHOUT_FACTS = frozenset({"entry", "standing"})


@dataclass(frozen=True, slots=True)
class TableHash:
    """Rows and hash (SHA-256, hexadecimal) of one table."""

    table: str
    rows: int
    hash: str


def hash_tables(
    connection: Connection, schema: str, beyond_use: Collection[UUID]
) -> list[TableHash]:
    """Hash each derived table: every column of every row, in the order of its primary key.

    Of children whose key is destroyed (``beyond_use``) only entries and standings count: what
    their facts said cannot be read any more, so no rebuild can know it. Nothing else is left out.
    """
    return [_hash(connection, schema, table, beyond_use) for table in tables(connection, schema)]


def child_hashes(
    connection: Connection, schema: str, table: str, beyond_use: Collection[UUID]
) -> set[tuple[UUID, bytes]]:
    """The hash of each child's rows in one table, to find those that differ."""
    query = sql.SQL("{} select child_id, hash from child_hash").format(
        _by_child(connection, schema, table)
    )
    return set(connection.execute(query, [_left_out(table, beyond_use)]).fetchall())


def _hash(
    connection: Connection, schema: str, table: str, beyond_use: Collection[UUID]
) -> TableHash:
    query = sql.SQL(
        "{}, part_hash as (select left(child_id::text, 4) as part, sum(rows) as rows, "
        "sha256(string_agg(hash, ''::bytea order by child_id)) as hash "
        "from child_hash group by part) "
        "select coalesce(sum(rows), 0)::bigint, "
        "encode(sha256(coalesce(string_agg(hash, ''::bytea order by part), ''::bytea)), 'hex') "
        "from part_hash"
    ).format(_by_child(connection, schema, table))
    rows, digest = connection.execute(query, [_left_out(table, beyond_use)]).fetchall()[0]
    return TableHash(table, rows, digest)


def _by_child(connection: Connection, schema: str, table: str) -> sql.Composed:
    """Rows are hashed by child first, so that no single value grows with the whole table."""
    return sql.SQL(
        "with row_hash as ("
        "select child_id, sha256(convert_to(t::text, 'UTF8')) as hash, row({key}) as place "
        "from {table} t where child_id <> all(%s::uuid[])), "
        "child_hash as (select child_id, count(*) as rows, "
        "sha256(string_agg(hash, ''::bytea order by place)) as hash "
        "from row_hash group by child_id)"
    ).format(
        key=sql.SQL(", ").join(map(sql.Identifier, key_columns(connection, table, schema))),
        table=sql.Identifier(schema, table),
    )


def _left_out(table: str, beyond_use: Collection[UUID]) -> list[UUID]:
    return [] if table in _WITHOUT_FACTS else sorted(beyond_use)
