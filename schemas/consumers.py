"""Who reads a kind of message: for whoever is about to break it."""

from collections.abc import Iterator
from functools import cache

from safeguarding.membership.rules import READINGS
from safeguarding.rules import ALL
from schemas.reviewed_file import ReviewedFile
from schemas.topics import TIMELINE_TOPIC, TOPICS_FOLDER, TopicFile

# The tables of words have an entry for each event; a notification is worded where it is read.
_WORDED = {
    "events": "the words of `kith timeline` (projections/queries/words)",
    "notifications": "the words of `kith alerts` (projections/queries/words)",
}


def consumers_of(family: str, message_type: str) -> tuple[str, ...]:
    """Name what reads it: rules and memberships, words, and whoever may read a topic with it.

    ``family`` and ``message_type`` are those of a schema: ``events``, ``custody-incident``.
    """
    return tuple(_consumers(family, message_type))


def _consumers(family: str, message_type: str) -> Iterator[str]:
    if family == "events":
        yield from _judging(message_type)
    if family in _WORDED:
        yield _WORDED[family]
    for topic in _topic_files():
        if any(_carries(each, family, message_type) for each in topic.carries):
            for reader in topic.consumers:
                if reader.access == "read":
                    yield f"{reader.principal} on {topic.name}"
    if family == "facts" or (family, message_type) == ("log", "entry-header"):
        # They travel inside the log's envelopes, facts sealed.
        yield f"the hub itself, on {TIMELINE_TOPIC}"


def _judging(event_type: str) -> Iterator[str]:
    yield from (f"rule {rule.id}" for rule in ALL if event_type in rule.watches)
    for reading in READINGS:
        if event_type in reading.watches:
            yield f"the network: {reading.id} (safeguarding/membership)"


@cache
def _topic_files() -> tuple[TopicFile, ...]:
    return tuple(
        ReviewedFile(path).parse(TopicFile) for path in sorted(TOPICS_FOLDER.glob("*.yaml"))
    )


def _carries(carried: str, family: str, message_type: str) -> bool:
    """Of any version: who reads the first will be sent the second."""
    of, _, name = carried.partition("/")
    return of == family and (name == "*" or name.rpartition(".v")[0] == message_type)
