import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Undecodable, encode
from schemas.envelope import (
    NO_ENTRY_BEFORE,
    EntryHeader,
    Envelope,
    Unopenable,
    decode_envelope,
    decode_header,
    encode_envelope,
    encode_header,
    entry_hash,
    open_sealed,
    reseal,
    seal,
    verify_chain,
)
from schemas.registry import load_registry

REGISTRY = load_registry()
KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
CHILD = UUID(int=1)
ENTERED = datetime(2024, 2, 3, 2, 41, tzinfo=UTC)


def _random() -> Callable[[int], bytes]:
    """Bytes that never repeat, the same in each test."""
    counter = itertools.count()
    return lambda size: hashlib.shake_128(next(counter).to_bytes(8, "big")).digest(size)


def _header(sequence: int, previous_hash: bytes, digest: bytes) -> EntryHeader:
    return EntryHeader(
        entry_id=UUID(int=100 + sequence),
        child_id=CHILD,
        sequence=sequence,
        type="custody-incident",
        schema_version=1,
        body_fingerprint=b"12345678",
        previous_hash=previous_hash,
        body_digest=digest,
        labels=("court_derived",),
        append_id=UUID(int=9),
        append_size=1,
        append_index=0,
        caused_by=None,
        correlation_id=UUID(int=9),
        agency="police",
        event_id=UUID(int=8),
        reference="CR/7",
        version=1,
        occurred_at=ENTERED - timedelta(minutes=1),
        occurred_precision="minute",
        known_at=ENTERED,
        known_precision="exact",
        recorded_at=None,
        received_at=ENTERED,
        broker_at=ENTERED,
        entered_at=ENTERED + timedelta(microseconds=1),
        backfilled=False,
        ruleset=None,
    )


def _chain(length: int) -> list[Envelope]:
    random_bytes, previous, chain = _random(), NO_ENTRY_BEFORE, []
    for sequence in range(1, length + 1):
        body = f"body {sequence}".encode()
        entry_id = UUID(int=100 + sequence)
        sealed = seal(body, KEY, entry_id=entry_id, random_bytes=random_bytes)
        header = encode_header(_header(sequence, previous, sealed.digest), REGISTRY)
        chain.append(Envelope(header, "key-0001", sealed.nonce, sealed.ciphertext))
        previous = entry_hash(header)
    return chain


def _keys(key_id: str) -> bytes | None:
    return KEY if key_id == "key-0001" else None


@given(body=st.binary(max_size=300))
def test_what_is_sealed_opens_with_its_key_and_entry_only(body: bytes) -> None:
    entry = UUID(int=5)
    sealed = seal(body, KEY, entry_id=entry, random_bytes=_random())
    assert len(body) < 4 or body not in sealed.ciphertext

    def opened(key: bytes = KEY, entry_id: UUID = entry, digest: bytes = sealed.digest) -> bytes:
        return open_sealed(sealed.nonce, sealed.ciphertext, key, entry_id=entry_id, digest=digest)

    assert opened() == body
    for wrong in ({"key": OTHER_KEY}, {"entry_id": UUID(int=6)}, {"digest": bytes(32)}):
        with pytest.raises(Unopenable, match="0000-"):
            opened(**wrong)


@pytest.mark.parametrize("position", [0, 20, -1])
def test_changed_bytes_do_not_open(position: int) -> None:
    entry = UUID(int=5)
    sealed = seal(b"what happened", KEY, entry_id=entry, random_bytes=_random())
    changed = bytearray(sealed.ciphertext)
    changed[position] ^= 1
    for nonce, ciphertext in (
        (sealed.nonce, bytes(changed)),
        (sealed.nonce, sealed.ciphertext[:position]),
        (sealed.nonce, b""),
        (b"", sealed.ciphertext),
        (bytes(12), sealed.ciphertext),
    ):
        with pytest.raises(Unopenable):
            open_sealed(nonce, ciphertext, KEY, entry_id=entry, digest=sealed.digest)


def test_the_same_body_twice_looks_different_and_its_digest_cannot_be_guessed() -> None:
    random_bytes = _random()
    first, second = (
        seal(b"yes", KEY, entry_id=UUID(int=5), random_bytes=random_bytes) for _ in range(2)
    )
    assert first.ciphertext != second.ciphertext
    assert first.digest != second.digest
    assert first.digest != hashlib.sha256(b"yes").digest()
    assert len(first.ciphertext) == 16 + len(b"yes") + 16  # Salt before, tag behind.


def test_header_and_envelope_survive_the_log() -> None:
    (envelope,) = _chain(1)
    message = encode_envelope(envelope, REGISTRY)
    assert decode_envelope(message, REGISTRY) == envelope
    header = decode_header(envelope.header, REGISTRY)
    assert header.labels == ("court_derived",)
    assert encode_header(header, REGISTRY) == envelope.header


def test_another_record_is_no_envelope() -> None:
    (envelope,) = _chain(1)
    with pytest.raises(Undecodable, match=r"kith\.log\.v1\.EntryHeader, not a"):
        decode_envelope(envelope.header, REGISTRY)
    with pytest.raises(Undecodable):
        decode_header(b"", REGISTRY)


def test_a_whole_chain_holds_and_so_does_its_tail() -> None:
    chain = _chain(5)
    assert verify_chain(chain, REGISTRY) is None
    assert verify_chain(chain, REGISTRY, key_for=_keys) is None
    after = (3, entry_hash(chain[2].header))
    assert verify_chain(chain[3:], REGISTRY, after=after, key_for=_keys) is None
    assert verify_chain([], REGISTRY) is None


def _changed(envelope: Envelope, **changes: object) -> Envelope:
    header = replace(decode_header(envelope.header, REGISTRY), **changes)  # type: ignore[arg-type]
    return replace(envelope, header=encode_header(header, REGISTRY))


Sabotage = Callable[[list[Envelope]], object]


def _swap(chain: list[Envelope]) -> None:
    chain[1], chain[2] = chain[2], chain[1]


def _put(position: int, **changes: object) -> Sabotage:
    def sabotage(chain: list[Envelope]) -> None:
        chain[position] = _changed(chain[position], **changes)

    return sabotage


@pytest.mark.parametrize(
    ("sabotage", "position", "sequence", "problem"),
    [
        (lambda chain: chain.pop(0), 0, 2, "the sequence should be 1"),
        (lambda chain: chain.pop(2), 2, 4, "the sequence should be 3"),
        (lambda chain: chain.insert(2, chain[1]), 2, 2, "the sequence should be 3"),
        (_swap, 1, 3, "the sequence should be 2"),
        (_put(1, occurred_at=ENTERED - timedelta(days=3)), 2, 3, "the hash of the entry before"),
        (_put(1, labels=()), 2, 3, "the hash of the entry before"),
        (_put(2, previous_hash=bytes(32)), 2, 3, "the hash of the entry before"),
        (_put(3, child_id=UUID(int=2)), 3, 4, "another child"),
        (_put(4, body_digest=bytes(32)), 4, 5, "not the one that its header names"),
        (
            lambda chain: chain.__setitem__(1, replace(chain[1], sealed=chain[2].sealed)),
            1,
            2,
            "does not open",
        ),
        (
            lambda chain: chain.__setitem__(3, replace(chain[3], header=b"\xc3\x01")),
            3,
            None,
            "cannot be read",
        ),
    ],
)
def test_the_first_break_is_named(
    sabotage: Sabotage, position: int, sequence: int | None, problem: str
) -> None:
    chain = _chain(5)
    sabotage(chain)
    found = verify_chain(chain, REGISTRY, key_for=_keys)
    assert found is not None
    assert (found.position, found.sequence) == (position, sequence)
    assert problem in found.problem


def test_rotation_leaves_header_hash_and_chain() -> None:
    chain = _chain(3)
    header = decode_header(chain[1].header, REGISTRY)
    rotated = reseal(
        chain[1], header, KEY, OTHER_KEY, new_key_id="key-0002", random_bytes=_random()
    )
    assert rotated.header == chain[1].header
    assert (rotated.sealed, rotated.key_id) != (chain[1].sealed, chain[1].key_id)
    body = open_sealed(
        rotated.nonce,
        rotated.sealed,
        OTHER_KEY,
        entry_id=header.entry_id,
        digest=header.body_digest,
    )
    assert body == b"body 2"
    chain[1] = rotated
    keys = {"key-0001": KEY, "key-0002": OTHER_KEY}
    assert verify_chain(chain, REGISTRY, key_for=keys.get) is None


def test_a_destroyed_key_leaves_a_chain_that_holds() -> None:
    assert verify_chain(_chain(3), REGISTRY, key_for=lambda _: None) is None


def test_the_header_says_nothing_of_the_body() -> None:
    body = encode(REGISTRY.event("retraction"), _retraction())
    sealed = seal(body, KEY, entry_id=UUID(int=101), random_bytes=_random())
    header = encode_header(_header(1, NO_ENTRY_BEFORE, sealed.digest), REGISTRY)
    message = encode_envelope(
        Envelope(header, "key-0001", sealed.nonce, sealed.ciphertext), REGISTRY
    )
    for secret in (b"9991234004", b"Alex Sample", b"entered by mistake"):
        assert secret in body
        assert secret not in message


def _retraction() -> dict[str, object]:
    moment = {"at": ENTERED, "precision": "exact"}
    return {
        "event": {
            "event_id": UUID(int=8),
            "agency": "police",
            "reference": "CR/7",
            "version": 2,
            "occurred": moment,
            "known": moment,
            "statement": "fact",
            "subject": {
                "identifiers": [{"scheme": "nhs-number", "value": "9991234004"}],
                "name": "Alex Sample",
            },
            "basis": "public_task",
            "purpose": "safeguarding",
        },
        "reason": "other",
        "note": "entered by mistake",
    }
