"""Resolving: to which child each event of a batch belongs, by the tables of this instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from projections.append.arrivals import Accepted, Refusal
from projections.append.companions import find_companions, named_and_parted
from projections.append.early import again_id, early_version
from projections.append.reads import REFERENCES
from projections.append.world import World
from projections.database import Query
from projections.entries import Stored
from safeguarding.companions import companion_key
from safeguarding.events import ACKNOWLEDGEMENT, RETRACTION, Reference
from safeguarding.identifiers import Identifier
from safeguarding.ids import event_entry_id
from safeguarding.resolution import Resolution, Sorted, resolve
from safeguarding.two_children import two_children_key


@dataclass(slots=True)
class Resolved:
    """An event, its child, and what is to be written about the child's identity.

    ``new`` says that the child begins with this event; ``moved_from`` is the child that an
    earlier version of it was taken for, where that is another one. ``early`` is a later version
    that came before it and named nobody; ``identity`` the id that its entry has here. ``settled``
    are children that an earlier version named together, and this one does not. ``companions`` are
    children that it names as missing with its own; ``parted`` those that an earlier version named
    so, and this one does not.
    """

    inbound: Accepted
    child_id: UUID
    new: bool
    resolution: Resolution
    moved_from: UUID | None = None
    early: "Resolved | None" = None
    settled: tuple[UUID, ...] = ()
    identity: UUID | None = None
    companions: tuple[UUID, ...] = ()
    parted: tuple[UUID, ...] = ()


@dataclass(slots=True)
class Resolutions:
    """What resolving a batch gave. ``reading`` is what it leaned on, to be compared again."""

    resolved: list[Resolved] = field(default_factory=list)
    refused: list[tuple[Accepted, Refusal]] = field(default_factory=list)
    reading: "Reading | None" = None


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
        if inbound.type == ACKNOWLEDGEMENT:
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


def resolve_batch(inbounds: Sequence[Accepted], reading: Reading, world: World) -> Resolutions:
    """Give each event its child; children that begin in the batch get a random id."""
    result = Resolutions(reading=reading)
    references = dict(reading.references)
    digests = dict(reading.digests)
    together = dict(reading.together)
    companions = dict(reading.companions)
    for inbound in inbounds:
        if inbound.type == ACKNOWLEDGEMENT:
            _resolve_acknowledgement(inbound, reading, result)
            continue
        subject = inbound.identifiers
        known = _known(subject, digests, world)
        stored, version = references.get(inbound.reference, (None, 0))
        says_version = inbound.datum["event"]["version"]
        if inbound.undecided_of is not None:
            resolved = _as_undecided(inbound, inbound.undecided_of, stored, version)
            named = _known(inbound.companions, digests, world).values()
            resolved.companions, resolved.parted = named_and_parted(
                inbound, resolved.child_id, version, named, companions
            )
            result.resolved.append(resolved)
            continue
        if stored is not None and says_version == version:
            result.refused.append((inbound, _same_version()))
            continue
        early = early_version(inbound, version, reading.alone, world)
        if stored is not None and early is not None and len(set(known.values())) < 2:
            resolved = _after(inbound, early, stored, resolve(subject, known), world)
            for identifier in resolved.early.resolution.links if resolved.early else ():
                digests[world.digest(identifier)] = resolved.child_id
            references[inbound.reference] = (resolved.child_id, version)
            result.resolved.append(resolved)
            continue
        if stored is None and not subject.trusted:
            subject = _named_later(inbound, inbounds)
            known = _known(subject, digests, world)
        resolved = _resolved(inbound, subject, known, (stored, version), together, world)
        references[inbound.reference] = (resolved.child_id, max(version, says_version))
        for identifier in resolved.resolution.links:
            digests[world.digest(identifier)] = resolved.child_id
        named = _known(inbound.companions, digests, world).values()
        resolved.companions, resolved.parted = named_and_parted(
            inbound, resolved.child_id, version, named, companions
        )
        result.resolved.append(resolved)
    return result


def _resolved(
    inbound: Accepted,
    subject: Sorted,
    known: Mapping[Identifier, UUID],
    stands: tuple[UUID | None, int],
    together: dict[Reference, frozenset[UUID]],
    world: World,
) -> Resolved:
    """An event's child. ``stands`` is the child and the version under its reference until now."""
    stored, version = stands
    if stored is None or _names_another(inbound, stored, version, known):
        resolution = resolve(subject, known)
    else:
        resolution = Resolution(stored, False, (), ())
    child_id = resolution.child or world.new_id()
    moved_from = stored if stored is not None and stored != child_id else None
    settled: frozenset[UUID] = frozenset()
    if inbound.datum["event"]["version"] > version:
        settled = together.pop(inbound.reference, settled) - set(resolution.named)
    if resolution.named:
        together[inbound.reference] = frozenset(resolution.named)
    new = resolution.child is None
    return Resolved(inbound, child_id, new, resolution, moved_from, settled=tuple(sorted(settled)))


def _known(subject: Sorted, digests: Mapping[bytes, UUID], world: World) -> dict[Identifier, UUID]:
    """For whom the trusted identifiers stand, as far as they stand for somebody."""
    found = {each: digests.get(world.digest(each)) for each in subject.trusted}
    return {each: child for each, child in found.items() if child is not None}


def _named_later(inbound: Accepted, inbounds: Sequence[Accepted]) -> Sorted:
    """What another version in the batch says of whom this one, which names nobody, is about."""
    for other in inbounds:
        if other.reference == inbound.reference and other.identifiers.trusted:
            return other.identifiers
    return inbound.identifiers


def _after(
    inbound: Accepted, early: Accepted, stored: UUID, resolution: Resolution, world: World
) -> Resolved:
    """A version that says whom an early one is about; that one is said again before it."""
    child_id = resolution.child or world.new_id()
    new = resolution.child is None
    identity = again_id(event_entry_id(*early.event_key), child_id)
    first = Resolved(early, child_id, new, resolution, stored, identity=identity)
    return Resolved(inbound, child_id, False, Resolution(child_id, False, (), ()), early=first)


def _as_undecided(inbound: Accepted, child_id: UUID, stored: UUID | None, version: int) -> Resolved:
    """The child that it was resolved to when it came; it may replace what stands with another."""
    replaces = stored not in {None, child_id} and inbound.datum["event"]["version"] > version
    resolution = Resolution(child_id, False, (), ())
    return Resolved(inbound, child_id, False, resolution, stored if replaces else None)


def _names_another(
    inbound: Accepted, stored: UUID, version: int, known: Mapping[Identifier, UUID]
) -> bool:
    """Whether a version that replaces an earlier one is about another child.

    The stored resolution holds where nothing says otherwise. A version that came late and
    is already replaced, and a retraction, stay with what they belong to.
    """
    header = inbound.datum["event"]
    if header["version"] < version or inbound.type == RETRACTION or stored in known.values():
        return False
    correction = header["correction"]
    return bool(known) or (correction is not None and correction["reason"] == "wrong_child")


def _later(inbound: Accepted) -> bool:
    return bool(inbound.datum["event"]["version"] > 1)


def _same_version() -> Refusal:
    return Refusal(
        "version-conflict",
        "event.version: another event with this reference and version is recorded. "
        "A correction needs a higher version",
    )


def _resolve_acknowledgement(inbound: Accepted, reading: Reading, result: Resolutions) -> None:
    child_id = reading.alerts.get(inbound.datum["alert_id"])
    if child_id is None:
        refusal = Refusal("unknown-alert", "alert_id: the hub raised no alert with this id")
        result.refused.append((inbound, refusal))
        return
    resolution = Resolution(child_id, False, (), ())
    result.resolved.append(Resolved(inbound, child_id, False, resolution))


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
