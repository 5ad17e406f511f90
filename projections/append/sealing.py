"""Sealing: from decided entries to the exact bytes of the log, chained per child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from projections.append.drafts import Draft
from projections.append.world import World
from projections.entries import Stored
from safeguarding.events import Event
from safeguarding.timeline import Entry
from schemas.envelope import EntryHeader, encode_header, entry_hash, seal
from schemas.facts import encode_fact, fact_type


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry and its exact bytes; ``type`` is that of its body."""

    draft: Draft
    type: str
    stored: Stored

    @property
    def entry(self) -> Entry:
        """What the bytes state."""
        return self.draft.entry


def seal_all(
    drafts: Sequence[Draft],
    bodies: Mapping[UUID, bytes],
    key_ids: Mapping[UUID, str],
    heads: dict[UUID, bytes],
    world: World,
) -> list[SealedEntry]:
    """Seal the drafts of one append, in order.

    ``bodies`` are the encoded events by entry id, as they came; ``key_ids`` the keys by
    child; ``heads`` the hash of each child's last entry, moved on to the new last one.
    """
    if not drafts:
        return []
    append_id = drafts[0].entry.entry_id
    sealed = []
    for index, draft in enumerate(drafts):
        child_id = draft.entry.child_id
        header, one = _seal(
            draft,
            bodies,
            key_ids[child_id],
            heads[child_id],
            (append_id, len(drafts), index),
            world,
        )
        heads[child_id] = entry_hash(header)
        sealed.append(one)
    return sealed


def _seal(
    draft: Draft,
    bodies: Mapping[UUID, bytes],
    key_id: str,
    head: bytes,
    append: tuple[UUID, int, int],
    world: World,
) -> tuple[bytes, SealedEntry]:
    entry = draft.entry
    body_type, version, body = _body(entry, bodies, world)
    sealed = seal(
        body,
        world.keys.key_for(key_id),
        entry_id=entry.entry_id,
        random_bytes=world.random_bytes,
    )
    event = entry.body if isinstance(entry.body, Event) else None
    header = encode_header(
        EntryHeader(
            entry_id=entry.entry_id,
            child_id=entry.child_id,
            sequence=entry.sequence,
            type=body_type,
            schema_version=version,
            body_fingerprint=body[2:10],
            previous_hash=head,
            body_digest=sealed.digest,
            labels=event.labels if event else (),
            append_id=append[0],
            append_size=append[1],
            append_index=append[2],
            caused_by=entry.caused_by,
            correlation_id=entry.correlation_id,
            agency=event.agency if event else None,
            event_id=event.event_id if event else None,
            reference=event.reference if event else None,
            version=event.version if event else None,
            occurred_at=event.occurred.at if event else None,
            occurred_precision=event.occurred.precision.value if event else None,
            known_at=event.known.at if event else None,
            known_precision=event.known.precision.value if event else None,
            recorded_at=event.recorded_at if event else None,
            received_at=draft.since.hub,
            broker_at=draft.since.real,
            entered_at=entry.entered_at,
            backfilled=event.backfilled if event else False,
            ruleset=world.ruleset.version,
        ),
        world.registry,
    )
    stored = Stored(header, key_id, sealed.nonce, sealed.ciphertext)
    return header, SealedEntry(draft, body_type, stored)


def _body(entry: Entry, bodies: Mapping[UUID, bytes], world: World) -> tuple[str, int, bytes]:
    if isinstance(entry.body, Event):
        return entry.body.type, entry.body.schema_version, bodies[entry.entry_id]
    fact = fact_type(entry.body)
    return fact, world.registry.fact(fact).version, encode_fact(entry.body, world.registry)
