"""Entries of the log at a glance: no more of each than tells whether the rest need be read.

Avro writes a record's fields one after the other, and bytes as they are behind their length
(specification 1.12, "Binary encoding"). So the header of an entry, which is bytes at the begin of
its message, is read where it stands. It begins with what it takes to open the body, and ends with
when it was entered and the rules that decided it. To read all of a message takes five times as
long, and a back-test of one rule needs it of every sixth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from fastavro import parse_schema, schemaless_writer

from projections.rebuild.beginnings import until, without_logical_types
from projections.rebuild.plain_values import instant
from projections.rebuild.reading import ENVELOPE, HEADER, EntryReader, LogEntry, unreadable
from safeguarding.events import Reference
from safeguarding.facts import Fact
from safeguarding.timeline import Entry
from schemas.codec import HEADER_BYTES, MAGIC
from schemas.keys import Keys
from schemas.registry import Registry

_LAST_THAT_OPENS = "body_digest"
_LAST_THAT_TIES = "correlation_id"
_LAST_THAT_NAMES = "reference"
_LAST = ("entered_at", "backfilled", "ruleset")
# A time between 1978 and 3111 in microseconds is written so (specification 1.12, "long": seven bits
# a byte, and the highest in all but the last).
_BYTES_OF_A_TIME = 8
_GOES_ON = 0x80
_BITS_OF_A_BYTE = 7
# What stands in a message between its own begin and that of its header's fields.
_LENGTH, _FORM = "header_bytes", "header_form"


@dataclass(frozen=True, slots=True)
class Glance:
    """An entry whose ``heading`` was read up to the digest of its body.

    So much of the message was ``read``; its header ends before ``ends_at``.
    """

    child_id: UUID
    sequence: int
    message: bytes
    heading: Mapping[str, Any]
    read: int
    ends_at: int

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
        fields = header["fields"]
        ends = tuple(each["name"] for each in fields[-len(_LAST) :])
        if ends != _LAST:
            raise LookupError(f"the header of an entry ends with {ends}, not {_LAST}")
        first = registry.record(ENVELOPE).source["fields"][0]
        if (first["name"], first["type"]) != ("header", "bytes"):
            raise LookupError(f"an entry begins with {first['name']}, not with its header")
        begin = until(header, _LAST_THAT_OPENS) or []
        before = [
            {"name": _LENGTH, "type": "long"},
            {"name": _FORM, "type": {"type": "fixed", "name": "Form", "size": HEADER_BYTES}},
        ]
        self._form = MAGIC + registry.record(HEADER).fingerprint
        self._begin = parse_schema({**header, "fields": [*before, *begin]})
        self._rest = parse_schema({**header, "fields": fields[len(begin) :]})
        self._ties, self._names = (
            parse_schema({**header, "fields": (until(header, last) or [])[len(begin) :]})
            for last in (_LAST_THAT_TIES, _LAST_THAT_NAMES)
        )
        self._at = parse_schema({**header, "fields": fields[-len(_LAST) : -len(_LAST) + 1]})
        self._end = parse_schema(fields[-1]["type"])
        self._versions: dict[bytes, str] = {}

    def glance(self, message: bytes) -> Glance:
        """Look at a message. Raises NotAnEntry; of one that is cut behind that not yet."""
        body = self.begun(ENVELOPE, message)
        heading = self.next(HEADER, body, self._begin)
        length = heading.pop(_LENGTH)
        if heading.pop(_FORM) != self._form:
            raise unreadable(HEADER)
        # The length is written as twice itself (specification 1.12, "long").
        ends_at = HEADER_BYTES + -(-(2 * length).bit_length() // _BITS_OF_A_BYTE) + length
        child_id = self.child(heading)
        return Glance(child_id, heading["sequence"], message, heading, body.tell(), ends_at)

    def opens(self, glance: Glance) -> bytes:
        """Its body. Raises NotAnEntry, KeyDestroyed, KeyUnknown, Unopenable."""
        return self.body(self.stored(glance.message), glance.heading)

    def whole(self, glance: Glance) -> LogEntry:
        """All that the entry's header says. Raises NotAnEntry."""
        heading = {**glance.heading, **self._more(glance, self._rest)}
        return self.headed(self.stored(glance.message), heading)

    def key(self, glance: Glance) -> Reference:
        """Which statement of which agency an event is a version of. Raises NotAnEntry."""
        heading = self._more(glance, self._names)
        return heading["agency"], heading["reference"]

    def tied(self, glance: Glance, body: Fact) -> Entry:
        """The entry with another body, and without what it follows from. Raises NotAnEntry."""
        tie = UUID(self._more(glance, self._ties)["correlation_id"])
        return Entry(
            entry_id=tie,
            child_id=glance.child_id,
            sequence=glance.sequence,
            entered_at=self._entered_at(glance),
            caused_by=None,
            correlation_id=tie,
            body=body,
        )

    def decided_by(self, glance: Glance) -> str | None:
        """The version of the rules that stand at the end of the header. Raises NotAnEntry."""
        end = self._end_of(glance)
        if end is not None:
            return self._versions[end]
        found: str | None = self.whole(glance).heading[_LAST[-1]]
        if found is not None:
            written = BytesIO()
            schemaless_writer(written, self._end, found)
            self._versions[written.getvalue()] = found
        return found

    def _end_of(self, glance: Glance) -> bytes | None:
        """How a version that was met before is written at the end of this header."""
        for end in self._versions:
            # It begins with its own length, so that none is the end of another.
            if glance.message.startswith(end, glance.ends_at - len(end)):
                return end
        return None

    def _entered_at(self, glance: Glance) -> datetime:
        """The time before that. It is read from the end, since what lies between varies."""
        end = self._end_of(glance)
        if end is not None:
            after = glance.ends_at - len(end) - 1  # Whether it is history is one byte.
            at = after - _BYTES_OF_A_TIME
            *first, last = glance.message[at:after]
            # Each of its bytes but the last goes on, and the one before it ends something else.
            before = glance.message[at - 1]
            if before < _GOES_ON and last < _GOES_ON and min(first) >= _GOES_ON:
                return _entered_at(self._next(glance, at, self._at))
        return _entered_at(self.whole(glance).heading)

    def _more(self, glance: Glance, schema: Any) -> dict[str, Any]:
        """What follows in the header of what was read."""
        return self._next(glance, glance.read, schema)

    def _next(self, glance: Glance, at: int, schema: Any) -> dict[str, Any]:
        message = BytesIO(glance.message)
        message.seek(at)
        return self.next(HEADER, message, schema)


def _entered_at(heading: Mapping[str, Any]) -> datetime:
    at: datetime = instant(heading[_LAST[0]])
    return at


class _LastKey:
    """The keys of a store, of which each is asked for once while its child is looked at."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._last: tuple[str, bytes] | None = None

    def key_for(self, key_id: str) -> bytes:
        if self._last is None or self._last[0] != key_id:
            self._last = key_id, self._keys.key_for(key_id)
        return self._last[1]
