"""Provisioning does what the files say, once, and says what it did."""

from pathlib import Path

import pytest
import yaml
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from kith.settings import AGENCIES_FILE
from tests.services.services import Services

EVERY_ACL = ACLFilter(
    None,
    None,
    ACLOperation.ANY,
    ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)


@pytest.fixture
def two_more(tmp_path: Path) -> Path:
    """The demo's agencies and two others."""
    content = yaml.safe_load(AGENCIES_FILE.read_text())
    for name in ("school-one", "school-two"):
        content["agencies"][name] = {
            "name": "A school",
            "kind": "school",
            "partitions": {"events": 3, "backfill": 1},
            "teams": {"office": {"name": "Office", "roles": ["school"], "escalates_to": None}},
        }
    path = tmp_path / "agencies.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_a_second_run_changes_nothing(services: Services) -> None:
    services.provision()
    again = services.provision()
    assert again.changes == []


def test_new_agencies_are_added_and_the_others_left_alone(
    services: Services, two_more: Path
) -> None:
    services.provision()
    added = services.provision(two_more)
    names = ("school-one", "school-two")
    assert [c for c in added.changes if c.startswith("user ")] == [
        f"user agency-{name}: made" for name in names
    ]
    assert sorted(c for c in added.changes if c.startswith("topic ")) == sorted(
        f"topic agency.{name}.{kind}: made with {3 if kind == 'events' else 1} partition(s)"
        for name in names
        for kind in ("events", "backfill", "alerts")
    )
    assert all(
        any(name in change for name in names)
        for change in added.changes
        if change.startswith("permission ")
    )
    assert services.provision(two_more).changes == []
    # With the smaller file again nothing is taken away, but what is more is told.
    back = services.provision()
    assert back.changes == []
    assert "user agency-school-one is not in the files" in back.differences
    assert "topic agency.school-one.events is not in the files" in back.differences
    assert (
        "permission not in the files: agency-school-one may WRITE topic agency.school-one.events"
        in back.differences
    )
    # Asked to, it takes away what the files do not give.
    pruned = services.provision(prune=True)
    assert (
        "permission removed: agency-school-one may WRITE topic agency.school-one.events"
        in pruned.changes
    )
    assert not [d for d in services.provision().differences if d.startswith("permission ")]


def test_a_setting_that_was_changed_is_put_back(services: Services) -> None:
    client = KafkaAdminClient(**services.access("hub-provision").for_kafka_python())
    try:
        shorter = {"retention.ms": "1000"}
        client.alter_configs([ConfigResource("topic", "kith.timeline", shorter)])
    finally:
        client.close()
    assert services.provision().changes == ["topic kith.timeline: retention.ms was 1000, is now -1"]


def test_what_belongs_to_others_on_the_same_broker_is_left_alone(services: Services) -> None:
    services.provision()
    other = ACL(
        "User:payroll",
        "*",
        ACLOperation.READ,
        ACLPermissionType.ALLOW,
        ResourcePattern(ResourceType.TOPIC, "payroll"),
    )
    client = KafkaAdminClient(**services.access("hub-provision").for_kafka_python())
    try:
        client.create_acls([other])
        client.create_topics({"payroll": {"num_partitions": 1, "replication_factor": 1}})
        assert services.provision(prune=True).changes == []
        assert not [d for d in services.provision().differences if "payroll" in d]
        found, _ = client.describe_acls(EVERY_ACL)
        assert other in found
        # The embedded broker's own permissions, without which it could not start again.
        assert {acl.principal for acl in found} >= {"User:kith-broker"}
    finally:
        client.close()


def test_fewer_partitions_than_the_file_says_are_told_not_changed(
    services: Services, two_more: Path
) -> None:
    services.provision(two_more)
    content = yaml.safe_load(two_more.read_text())
    content["agencies"]["school-one"]["partitions"]["events"] = 5
    two_more.write_text(yaml.safe_dump(content))
    done = services.provision(two_more)
    assert done.changes == []
    assert any(
        d.startswith("topic agency.school-one.events has 3 partition(s), the files say 5")
        for d in done.differences
    )
