"""Ids as people type them: the first characters, if they tell it from all others."""

import re
from dataclasses import dataclass
from uuid import UUID

FEWEST = 8
_HEX = re.compile(r"[0-9a-f]{8,32}")


class NotAnId(ValueError):
    """The text is neither a UUID nor the start of one. It is not repeated here."""


@dataclass(frozen=True, slots=True)
class IdRange:
    """All ids that start as the person typed. UUIDs sort by their bytes, so it is a range."""

    first: UUID
    last: UUID


def id_range(text: str) -> IdRange:
    """The ids that start with this text, of at least eight characters. Raises NotAnId."""
    bare = text.strip().lower().replace("-", "")
    if _HEX.fullmatch(bare) is None:
        raise NotAnId(f"An id has 36 characters; give it, or its first {FEWEST} or more.")
    return IdRange(UUID(bare.ljust(32, "0")), UUID(bare.ljust(32, "f")))


def short(identity: UUID) -> str:
    """The first eight characters, for people. Every command takes them."""
    return str(identity)[:FEWEST]
