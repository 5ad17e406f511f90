"""Companions: which other children a report names, and which it does so no more, in a batch."""

from collections.abc import Iterable
from uuid import UUID

from projections.append.arrivals import Accepted
from projections.database import Query
from safeguarding.companions import children_named
from safeguarding.events import Reference


def named_and_parted(
    inbound: Accepted,
    own: UUID,
    version: int,
    known: Iterable[UUID],
    told: dict[Reference, frozenset[UUID]],
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """The children that a version names beside its ``own``, and those that it names no more.

    ``known`` are whom its numbers stand for, ``version`` the one that stood until now, ``told``
    whose networks were told by reference; it is brought up to date. A version that is replaced
    already changes nothing, nor does one that is not decided on yet.
    """
    if inbound.fault is not None or inbound.version <= version:
        return (), ()
    named = children_named(known, own)
    before = told.get(inbound.reference, frozenset())
    told[inbound.reference] = frozenset(named)
    return named, tuple(sorted(before - {*named}))


def find_companions(keys: Iterable[str]) -> Query:
    """Whose networks were told, under these keys, that a report names the child as a companion."""
    return (
        "select key, child_id from derived.alert where rule = 'named-companion' "
        "and state = 'open' and key = any(%b::text[])",
        [sorted(keys)],
    )
