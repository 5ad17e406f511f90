"""The network around a child: who, from when until when, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from projections.database import Connection, fetch_each
from projections.entries import Stored
from projections.queries.children import KnownChild
from projections.queries.timeline import Shown, open_shown
from safeguarding.facts import NetworkJoined, NetworkLeft, Recipient
from safeguarding.network import Membership
from schemas.keys import KeyStore
from schemas.registry import Registry


@dataclass(frozen=True, slots=True)
class Member:
    """A membership. The reasons stand in the log: None where it cannot be opened.

    ``ends_at`` is exclusive, None for one without an end; ``left_because`` is set where
    something ended it, and not where it was entered with its end: then ``joined_because`` says why.
    """

    recipient: Recipient
    starts_at: datetime
    ends_at: datetime | None
    joined_because: str | None
    left_because: str | None

    def active(self, at: datetime) -> bool:
        """Whether the team is on the network at that instant."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def read_network(
    connection: Connection, child: KnownChild, keys: KeyStore, registry: Registry
) -> list[Member]:
    """Every membership there was, is or will be, by team and then by when it starts."""
    memberships, entries = fetch_each(
        connection,
        [
            (
                "select agency, team, role, starts_at, ends_at, ground from derived.membership "
                "where child_id = %s order by agency, team, role, starts_at, ground",
                [child.child_id],
            ),
            (
                "select header, key_id, nonce, sealed from derived.entry where child_id = %s "
                "and type in ('network-joined', 'network-left') order by sequence",
                [child.child_id],
            ),
        ],
    )
    log = [open_shown(Stored(*row), keys, registry) for row in entries]
    return [_member(Membership(Recipient(*row[:3]), *row[3:6]), log) for row in memberships]


def _member(membership: Membership, log: Sequence[Shown]) -> Member:
    recipient, starts_at, ground = membership.key
    joined, left = None, None
    for fact in _about(recipient, log):
        if isinstance(fact, NetworkJoined):
            if (fact.starts_at, fact.ground) == (starts_at, ground):
                joined = fact.reason
        elif fact.ground in {"", ground} and max(fact.ends_at, starts_at) == membership.ends_at:
            left = fact.reason
    return Member(recipient, starts_at, membership.ends_at, joined, left)


def _about(recipient: Recipient, log: Sequence[Shown]) -> Iterable[NetworkJoined | NetworkLeft]:
    for shown in log:
        fact = shown.body
        if isinstance(fact, NetworkJoined | NetworkLeft) and fact.recipient == recipient:
            yield fact
