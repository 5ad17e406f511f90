"""The name by which the broker's group knows a worker again."""

from dataclasses import replace

from kith.processes.consuming import member_name
from kith.settings import AGENCIES_FILE
from schemas.agencies import load_agencies
from schemas.topics import load_topics

TOPICS = load_topics(load_agencies(AGENCIES_FILE)).family("agency-events")


def test_a_worker_that_starts_again_has_its_name() -> None:
    assert member_name("1", TOPICS) == member_name("1", reversed(TOPICS))


def test_two_workers_have_two_names() -> None:
    assert member_name("1", TOPICS) != member_name("2", TOPICS)


def test_with_another_partition_it_is_somebody_new() -> None:
    """Fails without: the partitions in the name. The group would share out what there was."""
    first, *others = TOPICS
    more = [replace(first, partitions=first.partitions + 1), *others]
    assert member_name("1", TOPICS) != member_name("1", more)
