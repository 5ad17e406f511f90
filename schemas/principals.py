"""Who may connect to the broker, and what each may do: the permissions that the files amount to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from schemas.reviewed_file import Reviewed, ReviewedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.topics import Topic, TopicPlan

PRINCIPALS_FILE = Path(__file__).parent / "principals.yaml"

Operation = Literal[
    "READ", "WRITE", "CREATE", "ALTER", "ALTER_CONFIGS", "DESCRIBE", "DESCRIBE_CONFIGS"
]


class Principal(Reviewed):
    """One broker user. The lists are what it may do besides what the topic files grant."""

    purpose: Annotated[str, Field(min_length=1)]
    cluster: list[Operation]
    all_topics: list[Operation]
    all_groups: list[Operation]


class Principals(Reviewed):
    """The whole file. ``agency-{agency}`` stands for one principal an agency."""

    principals: dict[str, Principal]

    def names(self, agencies: tuple[str, ...]) -> tuple[str, ...]:
        """Name every broker user there must be for these agencies."""
        return tuple(
            name.replace("{agency}", agency)
            for name in self.principals
            for agency in (agencies if "{agency}" in name else ("",))
        )


def agency_principal(agency: str) -> str:
    """Name the broker user of an agency."""
    return f"agency-{agency}"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One permission: this principal may do this to this resource, from any host.

    ``resource`` is topic, group or cluster. A prefixed grant covers every name that starts so.
    """

    principal: str
    resource: Literal["topic", "group", "cluster"]
    name: str
    prefixed: bool
    operation: Operation


def load_principals(path: Path = PRINCIPALS_FILE) -> Principals:
    """Read the principals. Raises FileRefused naming file, line and key of each fault."""
    return ReviewedFile(path).parse(Principals)


def grants(plan: TopicPlan) -> tuple[Grant, ...]:
    """List every permission that the files amount to; whatever is not in it is denied."""
    found = set(_standing(plan))
    for topic in plan.topics:
        found.update(_of_topic(topic))
    return tuple(sorted(found))


def _standing(plan: TopicPlan) -> Iterator[Grant]:
    for pattern, principal in plan.principals.principals.items():
        for name in Principals(principals={pattern: principal}).names(plan.agencies):
            for operation in principal.cluster:
                yield Grant(name, "cluster", "kafka-cluster", False, operation)
            for operation in principal.all_topics:
                yield Grant(name, "topic", "*", False, operation)
            for operation in principal.all_groups:
                yield Grant(name, "group", "*", False, operation)


def _of_topic(topic: Topic) -> Iterator[Grant]:
    for writer in topic.writers:
        # A writer sees the topic's partitions; an idempotent one needs no more since Kafka 3.
        yield Grant(writer.principal, "topic", topic.name, False, "WRITE")
        yield Grant(writer.principal, "topic", topic.name, False, "DESCRIBE")
    for reader in topic.readers:
        yield Grant(reader.principal, "topic", topic.name, False, "DESCRIBE")
        if reader.access == "read":
            yield Grant(reader.principal, "topic", topic.name, False, "READ")
        if reader.group_prefix:
            yield Grant(reader.principal, "group", reader.group_prefix, True, "READ")
            yield Grant(reader.principal, "group", reader.group_prefix, True, "DESCRIBE")
