"""The topics of the hub, for a set of agencies, from the reviewed files in ``schemas/topics``.

One file a topic family: what it is for, who owns it, its key, what it carries, who may write and
read it. Broker topics and permissions are made from these files and from nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.agencies import Agencies
from schemas.principals import Principals, load_principals
from schemas.registry import Registry, load_registry
from schemas.reviewed_file import Fault, FileRefused, Reviewed, ReviewedFile

TOPICS_FOLDER = Path(__file__).parent / "topics"
EACH_AGENCY = "{agency}"
FROM_AGENCY = "from-agency"
DAY_MS = 24 * 60 * 60 * 1000

Text = Annotated[str, StringConstraints(min_length=1)]


class Writer(Reviewed):
    """A principal that may write to the topic."""

    principal: Text
    why: Text


class Reader(Reviewed):
    """A principal that may read the topic, or only see its offsets (``describe``).

    ``group_prefix`` starts the names of its consumer groups; None means that it uses none.
    """

    principal: Text
    access: Literal["read", "describe"]
    group_prefix: Text | None
    why: Text


class TopicFile(Reviewed):
    """One file of ``schemas/topics``. A name with ``{agency}`` stands for a topic an agency."""

    name: Text
    purpose: Text
    owner: Text
    key: Text
    partitions: Annotated[int, Field(ge=1, le=64)] | Literal["from-agency"]
    retention_days: Annotated[int, Field(ge=1)] | Literal["forever"]
    timestamp_type: Literal["LogAppendTime"]
    max_message_bytes: Annotated[int, Field(ge=1)]
    carries: Annotated[list[Text], Field(min_length=1)]
    producers: Annotated[list[Writer], Field(min_length=1)]
    consumers: Annotated[list[Reader], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic on the broker. ``family`` is its file's name: ``agency-events`` and so on."""

    name: str
    family: str
    agency: str | None
    partitions: int
    retention_ms: int
    max_message_bytes: int
    carries: frozenset[str]
    writers: tuple[Writer, ...]
    readers: tuple[Reader, ...]

    @property
    def config(self) -> dict[str, str]:
        """The broker's topic settings. Retention by time only, -1 is forever."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": "LogAppendTime",
        }


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """All topics and principals for a set of agencies."""

    topics: tuple[Topic, ...]
    principals: Principals
    agencies: tuple[str, ...]

    def topic(self, name: str) -> Topic:
        """Find a topic by its name. Raises LookupError."""
        for topic in self.topics:
            if topic.name == name:
                return topic
        raise LookupError(f"no topic {name!r} follows from schemas/topics and the agencies file")

    def family(self, family: str) -> tuple[Topic, ...]:
        """All topics of one file."""
        return tuple(topic for topic in self.topics if topic.family == family)


def events_topic(agency: str) -> str:
    """Name the topic on which the agency says what happens."""
    return f"agency.{agency}.events"


def backfill_topic(agency: str) -> str:
    """Name the topic on which the agency loads its history."""
    return f"agency.{agency}.backfill"


def alerts_topic(agency: str) -> str:
    """Name the topic on which the agency is told."""
    return f"agency.{agency}.alerts"


TIMELINE_TOPIC = "kith.timeline"


def load_topics(
    agencies: Agencies, *, folder: Path = TOPICS_FOLDER, registry: Registry | None = None
) -> TopicPlan:
    """Read all topic files and write them out for these agencies.

    Raises FileRefused, naming file, line and key, for an unknown key or value, a principal or a
    schema that does not exist, an event type that no topic carries, or a name used twice.
    """
    registry = registry or load_registry()
    principals = load_principals()
    faults: list[Fault] = []
    read: list[tuple[ReviewedFile, TopicFile]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = ReviewedFile(path)
            read.append((file, file.parse(TopicFile)))
        except FileRefused as refused:
            faults += refused.faults
    if not read and not faults:
        faults.append(Fault(str(folder), 0, "", "holds no topic file (*.yaml)"))
    names: dict[str, str] = {}
    for file, topic in read:
        faults += _faults_of(file, topic, principals, registry)
        if topic.name in names:
            faults.append(file.fault(("name",), f"is also the name in {names[topic.name]}"))
        names[topic.name] = str(file.path)
    if not faults:  # A file that could not be read would make its types look like orphans.
        faults += _orphans(folder, [topic for _, topic in read], registry)
    if faults:
        raise FileRefused(faults)
    topics = tuple(t for file, topic in read for t in _expand(file, topic, agencies, registry))
    return TopicPlan(topics, principals, tuple(agencies.agencies))


def _faults_of(
    file: ReviewedFile, topic: TopicFile, principals: Principals, registry: Registry
) -> Iterator[Fault]:
    each_agency = EACH_AGENCY in topic.name
    if topic.partitions == FROM_AGENCY and topic.name not in (
        events_topic(EACH_AGENCY),
        backfill_topic(EACH_AGENCY),
    ):
        yield file.fault(
            ("partitions",), "from-agency is for the agencies' events and backfill: give a number"
        )
    named = (
        ("producers", [writer.principal for writer in topic.producers]),
        ("consumers", [reader.principal for reader in topic.consumers]),
    )
    for key, users in named:
        for index, principal in enumerate(users):
            place = (key, index, "principal")
            if principal not in principals.principals:
                problem = f"there is no principal {principal}: see schemas/principals.yaml"
                yield file.fault(place, problem)
            elif EACH_AGENCY in principal and not each_agency:
                yield file.fault(place, "a topic that is not an agency's cannot be given to each")
    for index, carried in enumerate(topic.carries):
        if not _schemas_meant(carried, registry):
            yield file.fault(
                ("carries", index),
                f"no schema answers to {carried}: write <family>/<type>.v<version> or <family>/*",
            )


def _orphans(folder: Path, topics: list[TopicFile], registry: Registry) -> Iterator[Fault]:
    carried = {
        name for topic in topics for c in topic.carries for name in _schemas_meant(c, registry)
    }
    for schema in registry.family("events"):
        name = f"events/{schema.versioned_type}"
        if name not in carried:
            yield Fault(str(folder), 0, "carries", f"no topic carries {name}: add it to one")


def _schemas_meant(carried: str, registry: Registry) -> frozenset[str]:
    family, _, name = carried.partition("/")
    schemas = {f"{family}/{schema.versioned_type}" for schema in registry.family(family)}
    return frozenset(schemas) if name == "*" else frozenset(schemas & {carried})


def _expand(
    file: ReviewedFile, topic: TopicFile, agencies: Agencies, registry: Registry
) -> Iterator[Topic]:
    forever = topic.retention_days == "forever"
    retention_ms = -1 if forever else int(topic.retention_days) * DAY_MS
    carries = frozenset(name for c in topic.carries for name in _schemas_meant(c, registry))
    for agency in agencies.agencies if EACH_AGENCY in topic.name else (None,):
        yield Topic(
            name=_for(topic.name, agency),
            family=file.path.stem,
            agency=agency,
            partitions=_partitions(topic, agency, agencies),
            retention_ms=retention_ms,
            max_message_bytes=topic.max_message_bytes,
            carries=carries,
            writers=tuple(
                w.model_copy(update={"principal": _for(w.principal, agency)})
                for w in topic.producers
            ),
            readers=tuple(
                r.model_copy(
                    update={
                        "principal": _for(r.principal, agency),
                        "group_prefix": r.group_prefix and _for(r.group_prefix, agency),
                    }
                )
                for r in topic.consumers
            ),
        )


def _for(pattern: str, agency: str | None) -> str:
    return pattern if agency is None else pattern.replace(EACH_AGENCY, agency)


def _partitions(topic: TopicFile, agency: str | None, agencies: Agencies) -> int:
    if topic.partitions != FROM_AGENCY or agency is None:
        return int(topic.partitions)
    stated = agencies.agency(agency).partitions
    return stated.events if topic.name == events_topic(EACH_AGENCY) else stated.backfill
