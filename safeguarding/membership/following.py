"""Following: from stays to the facts that a team joined or left, or to silence.

A membership of the past is not entered afterwards: it would say that somebody was told who was
not. So only what holds from now on is compared. Memberships that a person made have no ground, and
are left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import NetworkJoined, NetworkLeft, Recipient
from safeguarding.membership.publishing import ground_of, published
from safeguarding.membership.rules import NetworkRules
from safeguarding.membership.stay import Stay
from safeguarding.network import Directory, Membership

Change = NetworkJoined | NetworkLeft

_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_MOVED = "What it followed from was corrected or retracted, or was about another child"


def follow(
    case: Case, abouts: Sequence[Event], rules: NetworkRules, directory: Directory, now: datetime
) -> list[Change]:
    """What changes of the memberships that these events have a say in."""
    changes: list[Change] = []
    for reading in rules.watching(*(about.type for about in abouts)):
        stays = list(reading.stays(case, rules.thresholds[reading.id], directory))
        known = {
            (each.ground, each.recipient)
            for each in case.memberships.values()
            if each.ground.startswith(f"{reading.id}:")
        }
        wanted = {(stay.ground, who): stay for stay in stays for who in stay.recipients}
        for ground, who in sorted(known | wanted.keys()):
            changes += _compare(case, ground, who, wanted.get((ground, who)), now)
    return changes


def follow_publication(
    case: Case, event: Event, rules: NetworkRules, directory: Directory, now: datetime
) -> list[Change]:
    """The publishing team joins for a time, or for longer; it never leaves earlier."""
    return [
        change
        for stay in published(event, rules.published_days, directory)
        for who in stay.recipients
        if not _stays_by_hand(case, who, now)
        for change in _compare(case, stay.ground, who, stay, now)
        if isinstance(change, NetworkJoined)
    ]


def leave_publication(case: Case, gone: Event, now: datetime) -> list[Change]:
    """What an agency told was about another child: it is told no more of this one for it."""
    ground = ground_of(gone.agency)
    known = sorted({m.recipient for m in case.memberships.values() if m.ground == ground})
    return [change for who in known for change in _compare(case, ground, who, None, now)]


def _compare(
    case: Case, ground: str, who: Recipient, stay: Stay | None, now: datetime
) -> Iterator[Change]:
    known = _last(m for m in case.memberships.values() if (m.ground, m.recipient) == (ground, who))
    was = now if known is None else _until(known.ends_at, now)
    will = now if stay is None else _until(stay.ends_at, now)
    if stay is None or will < was:
        if will < was:
            ends_at = now if stay is None or stay.ends_at is None else stay.ends_at
            because = _MOVED if stay is None else stay.ended_because
            yield NetworkLeft(who, because, ends_at, ground)
    elif will > was:
        starts_at = stay.starts_at
        if known is not None:
            # One that goes on for longer is the same; one that was over begins again.
            starts_at = known.starts_at if was > now else now
        yield NetworkJoined(who, stay.joined_because, starts_at, stay.ends_at, ground)


def _until(ends_at: datetime | None, now: datetime) -> datetime:
    """Until when from now on; ``now`` for what is over."""
    return _FOR_EVER if ends_at is None else max(ends_at, now)


def _last(memberships: Iterable[Membership]) -> Membership | None:
    return max(memberships, key=lambda each: each.starts_at, default=None)


def _stays_by_hand(case: Case, who: Recipient, now: datetime) -> bool:
    return any(
        each.recipient == who and not each.ground and each.ends_at is None and each.active(now)
        for each in case.memberships.values()
    )
