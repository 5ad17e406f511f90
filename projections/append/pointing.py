"""Pointing: to which children references, identifiers and alerts point, by the tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from projections.append.arrivals import Accepted
from projections.append.companions import find_companions
from projections.append.reads import REFERENCES
from projections.append.world import World
from projections.database import Query
from projections.entries import Stored
from safeguarding.companions import companion_key
from safeguarding.events import ABOUT_ALERTS, Reference
from safeguarding.two_children import two_children_key


@dataclass(frozen=True, slots=True)
class Reading:
    """Where references (child, version that stands), identifiers and alerts pointed.

    ``alone`` are versions that stand with provisional children without any identifier.
    ``together`` are children whose networks were told that an earlier version names them both,
    ``companions`` those whose networks were told that it names them as companions.
    """

    references: Mapping[Reference, tuple[UUID, int]]
    digests: Mapping[bytes, UUID]
    alerts: Mapping[UUID, UUID]
    alone: Mapping[Reference, Stored]
    together: Mapping[Reference, frozenset[UUID]]
    companions: Mapping[Reference, frozenset[UUID]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the tables before a batch can be resolved.

    It is asked together with what else is asked at that moment, so that it costs no round trip.
    """

    queries: Sequence[Query]
    _together: Mapping[str, Reference]
    _companions: Mapping[str, Reference]

    def reading(self, found: Sequence[Sequence[tuple[Any, ...]]]) -> Reading:
        """What the rows of the queries say."""
        references, digests, alerts, together, companions = found
        return Reading(
            references={tuple(row[:2]): (row[2], row[3]) for row in references},
            digests=dict(digests),
            alerts=dict(alerts),
            alone={tuple(row[:2]): Stored(*row[4:]) for row in references if row[4] is not None},
            together=_told_under(self._together, together),
            companions=_told_under(self._companions, companions),
        )


def ask(inbounds: Iterable[Accepted], world: World) -> Question:
    """Ask for whatever these events point to."""
    references: set[Reference] = set()
    digests: set[bytes] = set()
    alerts: set[UUID] = set()
    later: set[Reference] = set()
    for inbound in inbounds:
        if inbound.type in ABOUT_ALERTS:
            alerts.add(inbound.datum["alert_id"])
        references.add(inbound.reference)
        digests.update(world.digest(each) for each in inbound.identifiers.trusted)
        digests.update(world.digest(each) for each in inbound.companions.trusted)
        if _later(inbound):
            later.add(inbound.reference)
    together = {two_children_key(each): each for each in later}
    companions = {companion_key(each): each for each in later}
    queries = [
        _find_references(references),
        _find_digests(digests),
        _find_alerts(alerts),
        _find_together(together),
        find_companions(companions),
    ]
    return Question(queries, together, companions)


def _told_under(
    keys: Mapping[str, Reference], rows: Sequence[tuple[Any, ...]]
) -> dict[Reference, frozenset[UUID]]:
    """Whose networks were told of each reference."""
    told: dict[Reference, frozenset[UUID]] = {}
    for key, child_id in rows:
        told[keys[key]] = told.get(keys[key], frozenset()) | {child_id}
    return told


def _later(inbound: Accepted) -> bool:
    return bool(inbound.datum["event"]["version"] > 1)


def _find_references(references: set[Reference]) -> Query:
    return REFERENCES.query(
        "select s.agency, s.reference, s.child_id, s.version, e.header, e.key_id, e.nonce, "
        "e.sealed from derived.standing s "
        "join w using (agency, reference) "
        "left join derived.child c on c.child_id = s.child_id and c.status = 'provisional' "
        "and not exists (select from derived.identifier i where i.child_id = s.child_id) "
        "left join derived.entry e on e.child_id = c.child_id and e.sequence = s.sequence",
        sorted(references),
    )


def _find_together(keys: Mapping[str, Reference]) -> Query:
    return (
        "select key, child_id from derived.alert where rule = 'two-children' and state = 'open' "
        "and key = any(%b::text[])",
        [sorted(keys)],
    )


def _find_digests(digests: set[bytes]) -> Query:
    return (
        "select digest, child_id from derived.identifier where digest = any(%b::bytea[])",
        [sorted(digests)],
    )


def _find_alerts(alerts: set[UUID]) -> Query:
    return (
        "select alert_id, child_id from derived.alert where alert_id = any(%b::uuid[])",
        [sorted(alerts)],
    )
