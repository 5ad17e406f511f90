"""At a glance an entry says the same of itself as when it is read whole."""

import os
from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID

import pytest

from projections.rebuild.glancing import Glancing
from projections.rebuild.reading import BEYOND_USE, NotAnEntry
from schemas.codec import encode
from schemas.envelope import EntryHeader, Envelope, Sealed, encode_envelope, encode_header, seal
from schemas.keys import KeysInMemory
from tests.unit.rules.said import registry
from tests.unit.schemas.datums import sample

AT = datetime(2021, 10, 2, 1, 40, tzinfo=UTC)
KEY = "child-key-1"
FACT = registry().fact("network-left")
BODY = encode(FACT, sample(FACT))
# What is written of one version is the end of what is written of another.
VERSIONS = ("1", "11", "2", "2+network-1", "x" * 70, "é")


class Keys(KeysInMemory):
    """Keys in memory that count how often they were asked."""

    asked = 0

    def key_for(self, key_id: str) -> bytes:
        self.asked += 1
        return super().key_for(key_id)


@pytest.fixture
def keys() -> Keys:
    made = Keys(os.urandom)
    made.create([KEY])
    return made


def header(
    sequence: int, sealed: Sealed, ruleset: str | None, **others: datetime | bool
) -> EntryHeader:
    """The header of a fact: what only an event has is not there, but for ``others``."""
    nothing = dict.fromkeys(each.name for each in fields(EntryHeader))
    has = {
        "entry_id": UUID(int=sequence),
        "child_id": UUID(int=7),
        "sequence": sequence,
        "type": FACT.type,
        "schema_version": FACT.version,
        "body_fingerprint": FACT.fingerprint,
        "previous_hash": bytes(32),
        "body_digest": sealed.digest,
        "labels": (),
        "append_id": UUID(int=1),
        "append_size": 1,
        "append_index": 0,
        "correlation_id": UUID(int=1),
        "entered_at": AT,
        "backfilled": False,
        "ruleset": ruleset,
    }
    return EntryHeader(**(nothing | has | others))  # type: ignore[arg-type]


def entry(sequence: int, ruleset: str | None, keys: Keys, **others: datetime | bool) -> bytes:
    key = keys.key_for(KEY)
    sealed = seal(BODY, key, entry_id=UUID(int=sequence), random_bytes=os.urandom)
    written = encode_header(header(sequence, sealed, ruleset, **others), registry())
    return encode_envelope(Envelope(written, KEY, sealed.nonce, sealed.ciphertext), registry())


def test_its_begin_says_whose_it_is_and_opens_it(keys: Keys) -> None:
    """Fails without: any of the fields up to the digest; the key that is kept."""
    reader = Glancing(registry(), keys)
    messages = [entry(sequence, "1", keys) for sequence in range(1, 20)]
    keys.asked = 0
    for message in messages:
        glance, whole = reader.glance(message), reader.read(message)
        assert (glance.child_id, glance.sequence, glance.type) == (
            whole.child_id,
            whole.sequence,
            whole.heading["type"],
        )
        assert glance.heading.items() <= whole.heading.items()
        assert reader.opens(glance) == BODY
    assert keys.asked == 1


def test_its_end_says_which_rules_decided_it(keys: Keys) -> None:
    """Fails without: the length before a version, by which "11" does not end like "1"."""
    reader = Glancing(registry(), keys)
    for turn in range(2):
        for place, version in enumerate((*VERSIONS, None, *reversed(VERSIONS))):
            message = entry(100 * turn + place + 1, version, keys)
            assert reader.decided_by(reader.glance(message)) == version


@pytest.mark.parametrize("version", ["1", None])
@pytest.mark.parametrize("broker_at", [None, AT, datetime(1970, 1, 1, tzinfo=UTC)])
@pytest.mark.parametrize("year", [1970, 1971, 1978, 2021, 3110, 3112, 9999])
def test_what_follows_says_the_same_as_the_whole(
    keys: Keys, year: int, broker_at: datetime | None, version: str | None
) -> None:
    """Fails without: comparing the bytes before a time, and of it, with those of a time."""
    reader = Glancing(registry(), keys)
    reader.decided_by(reader.glance(entry(1, "1", keys)))
    at = AT.replace(year=year, microsecond=year)
    others: dict[str, datetime | bool] = {"entered_at": at, "backfilled": year % 2 == 0}
    if broker_at is not None:
        others["broker_at"] = broker_at
    message = entry(2, version, keys, **others)
    glance, whole = reader.glance(message), reader.read(message)
    assert reader.whole(glance) == whole
    tied = reader.tied(glance, BEYOND_USE)
    assert (tied.child_id, tied.sequence, tied.entered_at) == (whole.child_id, 2, at)
    assert str(tied.correlation_id) == whole.heading["correlation_id"]


def test_what_is_no_entry_is_refused(keys: Keys) -> None:
    reader = Glancing(registry(), keys)
    whole = entry(1, "1", keys)
    header = reader.read(whole).stored.header
    other_form = whole.replace(header, bytes(len(header)))
    for message in (b"", BODY, header, other_form, whole[:50]):
        with pytest.raises(NotAnEntry):
            reader.glance(message)


def test_one_that_is_cut_behind_what_was_seen_is_refused_when_it_is_opened(keys: Keys) -> None:
    reader = Glancing(registry(), keys)
    glance = reader.glance(entry(1, "1", keys)[:-5])
    for read in (reader.opens, reader.whole):
        with pytest.raises(NotAnEntry):
            read(glance)


@pytest.mark.parametrize("length", [1, 60, 8_000, 1_100_000])
def test_a_header_may_be_of_any_length(keys: Keys, length: int) -> None:
    """Fails without: how long the length itself is."""
    reader = Glancing(registry(), keys)
    for _ in range(2):
        assert reader.decided_by(reader.glance(entry(1, "x" * length, keys))) == "x" * length
