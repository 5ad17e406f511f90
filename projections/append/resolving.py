"""Resolving: to which child each event of a batch belongs, by the tables of this instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from projections.append.arrivals import Accepted, Refusal
from projections.append.companions import named_and_parted
from projections.append.early import again_id, early_version
from projections.append.pointing import Reading
from projections.append.world import World
from safeguarding.events import ABOUT_ALERTS, RETRACTION, Reference
from safeguarding.identifiers import Identifier
from safeguarding.ids import event_entry_id
from safeguarding.resolution import Resolution, Sorted, resolve


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
    reading: Reading | None = None


def resolve_batch(inbounds: Sequence[Accepted], reading: Reading, world: World) -> Resolutions:
    """Give each event its child; children that begin in the batch get a random id."""
    result = Resolutions(reading=reading)
    references = dict(reading.references)
    digests = dict(reading.digests)
    together = dict(reading.together)
    companions = dict(reading.companions)
    for inbound in inbounds:
        if inbound.type in ABOUT_ALERTS:
            _resolve_about_alert(inbound, reading, result)
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


def _same_version() -> Refusal:
    return Refusal(
        "version-conflict",
        "event.version: another event with this reference and version is recorded. "
        "A correction needs a higher version",
    )


def _resolve_about_alert(inbound: Accepted, reading: Reading, result: Resolutions) -> None:
    child_id = reading.alerts.get(inbound.datum["alert_id"])
    if child_id is None:
        refusal = Refusal("unknown-alert", "alert_id: the hub raised no alert with this id")
        result.refused.append((inbound, refusal))
        return
    resolution = Resolution(child_id, False, (), ())
    result.resolved.append(Resolved(inbound, child_id, False, resolution))
