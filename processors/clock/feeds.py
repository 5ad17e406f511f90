"""Feeds: whether an agency's silence says anything, and what may hold what is awaited.

An expectation is missed only where somebody would have told the hub if it had been met. Who would
is declared in the agencies file (see ``schemas.agencies.Feeds``); that they are heard from is seen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from projections.database import Connection
from projections.queries.words.times import instant_in_words
from schemas.agencies import Feeds
from schemas.topics import events_topic

NOBODY = "no agency that would say so publishes it to the hub"
# How long what is due waits for people to mend what may hold it. Chosen: a fault of the hub's own
# may need a release; what has lain for longer is forgotten, and must not leave it open for ever.
PATIENCE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Heard:
    """When each agency was last heard from live, and when the last of each was quarantined.

    Only agencies that declare a feed are in ``last``, only those of which something waits in
    ``quarantined``.
    """

    last: Mapping[str, datetime]
    quarantined: Mapping[str, datetime]


def read_heard(connection: Connection, feeds: Mapping[str, Feeds]) -> Heard:
    """What the tables say of it now."""
    topics = {events_topic(agency): agency for agency in feeds}
    heard = connection.execute(
        "select topic, max(heard_at) from kept.position "
        "where topic = any(%s) and heard_at is not null group by topic",
        [sorted(topics)],
    ).fetchall()
    waiting = connection.execute(
        "select agency, max(quarantined_at) from kept.quarantine "
        "where state = 'waiting' group by agency"
    ).fetchall()
    return Heard({topics[topic]: at for topic, at in heard}, dict(waiting))


@dataclass(frozen=True, slots=True)
class Silence:
    """What has not been heard of: due by then, from one of these (from anybody where empty).

    ``since`` is when what opened it happened, None where that stands no more. ``undecided``:
    something about the child is.
    """

    due_at: datetime
    awaits: Sequence[str]
    agencies: Sequence[str]
    since: datetime | None
    undecided: bool


def why_unknown(silence: Silence, feeds: Mapping[str, Feeds], heard: Heard) -> str | None:
    """Why it may have happened all the same; None where the hub would have been told.

    One live feed is enough. The words name agencies and no person.
    """
    would_say = _would_say(silence, feeds)
    reasons = [*_unread(silence, would_say, heard), *_unheard(silence, would_say, heard)]
    return "; ".join(reasons) or None


def waits_for_people(
    silence: Silence, feeds: Mapping[str, Feeds], heard: Heard, now: datetime
) -> bool:
    """Whether it may lie in what came and could not be read, and people may still mend that."""
    unread = _unread(silence, _would_say(silence, feeds), heard)
    return bool(unread) and now - silence.due_at < PATIENCE


def _would_say(silence: Silence, feeds: Mapping[str, Feeds]) -> Mapping[str, Feeds]:
    return {
        agency: declared
        for agency, declared in sorted(feeds.items())
        if (not silence.agencies or agency in silence.agencies)
        and not set(declared.publishes).isdisjoint(silence.awaits)
    }


def _unread(silence: Silence, would_say: Mapping[str, Feeds], heard: Heard) -> list[str]:
    """What came and may say it, and could not be read."""
    return [
        *(["something about this child is undecided"] if silence.undecided else []),
        *_quarantined(silence, {*silence.agencies, *would_say}, heard),
    ]


def _quarantined(silence: Silence, agencies: Collection[str], heard: Heard) -> list[str]:
    """What waited before there was anything to await does not hold it."""
    held = [
        agency
        for agency, at in sorted(heard.quarantined.items())
        if agency in agencies and (silence.since is None or at >= silence.since)
    ]
    return [f"something from {', '.join(held)} is in quarantine"] if held else []


def _unheard(silence: Silence, would_say: Mapping[str, Feeds], heard: Heard) -> list[str]:
    if not would_say:
        return [NOBODY]
    for agency, declared in would_say.items():
        last = heard.last.get(agency)
        if last is not None and last >= silence.due_at - timedelta(days=declared.usual_days):
            return []
    return [_not_heard(agency, heard.last.get(agency)) for agency in would_say]


def _not_heard(agency: str, last: datetime | None) -> str:
    since = "" if last is None else f" since {instant_in_words(last)}"
    return f"nothing has been heard from {agency}{since}"
