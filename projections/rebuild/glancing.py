"""Entries of the log at a glance: no more of each than tells whether the rest need be read.

Avro writes a record's fields one after the other (specification 1.12, "Binary encoding"). The
header of an entry begins with what it takes to open the body, and ends with the rules that decided
it. To read all of its thirty fields takes eight times as long, and a back-test of one rule needs
them of every fourth entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from fastavro import parse_schema, schemaless_writer

from projections.entries import Stored
from projections.rebuild.beginnings import until, without_logical_types
from projections.rebuild.reading import HEADER, EntryReader
from safeguarding.events import Reference
from schemas.keys import Keys
from schemas.registry import Registry

_LAST_THAT_OPENS = "body_digest"
_LAST_THAT_NAMES = "reference"
_RULESET = "ruleset"


@dataclass(frozen=True, slots=True)
class Glance:
    """An entry whose ``heading`` was read up to the digest of its body."""

    child_id: UUID
    sequence: int
    stored: Stored
    heading: Mapping[str, Any]

    @property
    def type(self) -> str:
        """What kind of event or fact it is."""
        kind: str = self.heading["type"]
        return kind


class Glancing(EntryReader):
    """A reader that can look at the begin of an entry, and at its end."""

    def __init__(self, registry: Registry, keys: Keys) -> None:
        super().__init__(registry, _LastKey(keys))
        header = without_logical_types(registry.record(HEADER).source)
        *_, last = header["fields"]
        if last["name"] != _RULESET:
            raise LookupError(f"the header of an entry ends with {last['name']}, not {_RULESET}")
        self._begin = parse_schema({**header, "fields": until(header, _LAST_THAT_OPENS)})
        self._named = parse_schema({**header, "fields": until(header, _LAST_THAT_NAMES)})
        self._end = parse_schema(last["type"])
        self._versions: dict[bytes, str] = {}

    def glance(self, message: bytes) -> Glance:
        """Look at a message. Raises NotAnEntry."""
        stored = self.stored(message)
        heading = self.record(HEADER, stored.header, self._begin)
        return Glance(self.child(heading), heading["sequence"], stored, heading)

    def key(self, glance: Glance) -> Reference:
        """Which statement of which agency an event is a version of. Raises NotAnEntry."""
        heading = self.record(HEADER, glance.stored.header, self._named)
        return heading["agency"], heading["reference"]

    def decided_by(self, glance: Glance) -> str | None:
        """The version of the rules that stand at the end of the header. Raises NotAnEntry."""
        header = glance.stored.header
        for end, version in self._versions.items():
            # It begins with its own length, so that none is the end of another.
            if header.endswith(end):
                return version
        found: str | None = self.entry(glance.stored).heading[_RULESET]
        if found is not None:
            written = BytesIO()
            schemaless_writer(written, self._end, found)
            self._versions[written.getvalue()] = found
        return found


class _LastKey:
    """The keys of a store, of which each is asked for once while its child is looked at."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._last: tuple[str, bytes] | None = None

    def key_for(self, key_id: str) -> bytes:
        if self._last is None or self._last[0] != key_id:
            self._last = key_id, self._keys.key_for(key_id)
        return self._last[1]
