"""What an appending process is given once, at its start."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safeguarding.identifiers import Identifier
from safeguarding.network import Directory
from safeguarding.office import Calendar
from safeguarding.ruleset import RuleSet
from schemas.keys import KeyStore
from schemas.registry import Registry


@dataclass(frozen=True, slots=True)
class World:
    """Contract, keys, rules and sources of time and chance.

    ``identity_key`` is the hub's secret under which identifiers are hashed.
    """

    registry: Registry
    keys: KeyStore
    ruleset: RuleSet
    directory: Directory
    calendar: Calendar
    identity_key: bytes
    timeline_partitions: int
    scenario: bool
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    random_bytes: Callable[[int], bytes]

    def digest(self, identifier: Identifier) -> bytes:
        """The keyed hash by which an identifier is found: the value stands nowhere in clear."""
        text = f"{identifier.scheme}\x1f{identifier.issuer or ''}\x1f{identifier.value}"
        return hmac.digest(self.identity_key, text.encode(), "sha256")

    def log_partition(self, child_id: UUID) -> int:
        """The partition of ``kith.timeline`` that holds this child's log."""
        return int.from_bytes(child_id.bytes[:4]) % self.timeline_partitions
