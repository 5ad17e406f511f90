"""Who reads a kind of message: for whoever is about to break it."""

from collections.abc import Iterator
from functools import cache

from safeguarding.rules import ALL
from schemas.reviewed_file import ReviewedFile
from schemas.topics import TIMELINE_TOPIC, TOPICS_FOLDER, TopicFile

# The tables of words have an entry for each event; a notification is worded where it is read.
_WORDED = {
    "events": "the words of `kith timeline` (projections/queries/words)",
    "notifications": "the words of `kith alerts` (projections/queries/words)",
}


def consumers_of(family: str, message_type: str) -> tuple[str, ...]:
    """Name what reads it: rules that watch it, words, and whoever may read a topic with it.

    ``family`` and ``message_type`` are those of a schema: ``events``, ``custody-incident``.
    """
    return tuple(_consumers(family, message_type))


def _consumers(family: str, message_type: str) -> Iterator[str]:
    if family == "events":
        for rule in ALL:
            if message_type in rule.watches:
                yield f"rule {rule.id}"
    if family in _WORDED:
        yield _WORDED[family]
    for topic in _topic_files():
        if any(_carries(each, family, message_type) for each in topic.carries):
            for reader in topic.consumers:
                if reader.access == "read":
                    yield f"{reader.principal} on {topic.name}"
    if family == "facts":
        # Facts travel inside the log's envelopes, sealed.
        yield f"the hub itself, on {TIMELINE_TOPIC}"


@cache
def _topic_files() -> tuple[TopicFile, ...]:
    return tuple(
        ReviewedFile(path).parse(TopicFile) for path in sorted(TOPICS_FOLDER.glob("*.yaml"))
    )


def _carries(carried: str, family: str, message_type: str) -> bool:
    """Of any version: who reads the first will be sent the second."""
    of, _, name = carried.partition("/")
    return of == family and (name == "*" or name.rpartition(".v")[0] == message_type)
