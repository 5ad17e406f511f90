"""Make topics, broker users and permissions what the reviewed files say.

Runs any number of times: what is already there is left alone. What the broker has beyond the files
is reported, never removed in silence, since a wrong agencies file must not cut agencies off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from schemas.principals import Grant, grants
from schemas.topics import Topic, TopicPlan

SCRAM_ITERATIONS = 8192  # The broker refuses fewer than 4096.
ADMIN_TIMEOUT_MS = 20_000
ANY_HOST = "*"
# A broker may serve others too: their users, topics and permissions are not our business.
OUR_PRINCIPALS = ("agency-", "hub-")
OUR_TOPICS = ("agency.", "kith.")


def least_in_sync(copies: int) -> int:
    """On how many brokers a record must be before it is acknowledged: all copies but one.

    With as many as there are copies, one broker that ends would stop every publisher; with one, the
    one that has it may be the next to end, and an acknowledged event would be gone.
    """
    return max(1, copies - 1)


class ProvisioningError(RuntimeError):
    """The broker refused a change. The text says which and why."""


@dataclass(slots=True)
class Provisioned:
    """What was done: `changes` were made, `differences` need a person."""

    changes: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def provision(
    admin_access: Mapping[str, Any],
    plan: TopicPlan,
    passwords: Mapping[str, str],
    *,
    new_passwords: Iterable[str] = (),
    extra_acls: Iterable[ACL] = (),
    replication_factor: int = 1,
    prune: bool = False,
) -> Provisioned:
    """Bring the broker to `plan`; return what was changed and what differs in spite of it.

    `admin_access` are kafka-python's connection arguments of a principal that may do this.
    `passwords` holds one for each principal of the plan; a user that exists keeps its password
    unless it is named in `new_passwords`. `extra_acls` are permissions besides the plan's; `prune`
    removes those that neither gives. `replication_factor` is the number of copies of each topic;
    a topic that has another is reported, since moving copies takes time and bandwidth.
    Raises ProvisioningError, kafka.errors.KafkaError.
    """
    done = Provisioned()
    admin = KafkaAdminClient(
        **admin_access, client_id="kith-provision", request_timeout_ms=ADMIN_TIMEOUT_MS
    )
    try:
        _users(admin, plan, passwords, frozenset(new_passwords), done)
        _topics(admin, plan, replication_factor, done)
        _permissions(admin, {*map(_acl, grants(plan)), *extra_acls}, prune, done)
    finally:
        admin.close()
    return done


def _users(
    admin: KafkaAdminClient,
    plan: TopicPlan,
    passwords: Mapping[str, str],
    renewed: frozenset[str],
    done: Provisioned,
) -> None:
    wanted = plan.principals.names(plan.agencies)
    if lacking := [name for name in wanted if name not in passwords]:
        raise ProvisioningError(f"There is no password for {', '.join(lacking)}: add them first.")
    existing = {
        user
        for user, found in admin.describe_user_scram_credentials().items()
        if any(c["mechanism"] == ScramMechanism.SCRAM_SHA_512 for c in found["credential_infos"])
    }
    changed = [name for name in wanted if name not in existing or name in renewed]
    if changed:
        results = admin.alter_user_scram_credentials(
            [
                UserScramCredentialUpsertion(
                    name, ScramMechanism.SCRAM_SHA_512, passwords[name], iterations=SCRAM_ITERATIONS
                )
                for name in changed
            ]
        )
        for name, error in results.items():
            if error:
                raise ProvisioningError(f"The broker refused user {name}: {error}")
    done.changes += [
        f"user {name}: {'new password' if name in existing else 'made'}" for name in changed
    ]
    done.differences += [
        f"user {name} is not in the files"
        for name in sorted(existing.difference(wanted))
        if name.startswith(OUR_PRINCIPALS)
    ]


def _topics(
    admin: KafkaAdminClient, plan: TopicPlan, replication_factor: int, done: Provisioned
) -> None:
    found = {topic["name"]: topic for topic in admin.describe_topics() if topic["name"]}
    missing = [topic for topic in plan.topics if topic.name not in found]
    if missing:
        admin.create_topics(
            {
                topic.name: {
                    "num_partitions": topic.partitions,
                    "replication_factor": replication_factor,
                    "configs": _settings(topic, replication_factor),
                }
                for topic in missing
            },
            wait_for_metadata=True,
        )
    done.changes += [f"topic {t.name}: made with {t.partitions} partition(s)" for t in missing]
    kept = [topic for topic in plan.topics if topic.name in found]
    for topic in kept:
        partitions = len(found[topic.name]["partitions"])
        if partitions != topic.partitions:
            # More partitions would part a child's later events from its earlier ones while both
            # are still unread, so this is left to a person who first waits until nothing is.
            done.differences.append(
                f"topic {topic.name} has {partitions} partition(s), the files say "
                f"{topic.partitions}: change it by hand when everything in it has been read"
            )
        copies = min(len(each["replica_nodes"]) for each in found[topic.name]["partitions"])
        if copies != replication_factor:
            done.differences.append(
                f"topic {topic.name} has {copies} copies, {replication_factor} are wanted: "
                "reassign its partitions with the broker's own tools"
            )
    _topic_settings(admin, kept, replication_factor, done)
    planned = {topic.name for topic in plan.topics}
    done.differences += [
        f"topic {name} is not in the files"
        for name in sorted(found)
        if name not in planned and name.startswith(OUR_TOPICS)
    ]


def _settings(topic: Topic, copies: int) -> dict[str, str]:
    return {**topic.config, "min.insync.replicas": str(least_in_sync(copies))}


def _topic_settings(
    admin: KafkaAdminClient, topics: list[Topic], copies: int, done: Provisioned
) -> None:
    if not topics:
        return
    described = admin.describe_configs(
        [ConfigResource("topic", topic.name) for topic in topics], config_filter="all"
    )["topic"]
    changes = []
    for topic in topics:
        current = {name: entry["value"] for name, entry in described[topic.name].items()}
        wanted = _settings(topic, copies)
        differing = {k: v for k, v in wanted.items() if current.get(k) != v}
        if differing:
            changes.append(ConfigResource("topic", topic.name, differing))
            done.changes += [
                f"topic {topic.name}: {name} was {current.get(name)}, is now {value}"
                for name, value in differing.items()
            ]
    if changes:
        for name, result in admin.alter_configs(changes).get("topic", {}).items():
            if result != "OK":
                raise ProvisioningError(f"The broker refused a setting of topic {name}: {result}")


def _permissions(admin: KafkaAdminClient, needed: set[ACL], prune: bool, done: Provisioned) -> None:
    found, _ = admin.describe_acls(
        ACLFilter(
            None,
            None,
            ACLOperation.ANY,
            ACLPermissionType.ANY,
            ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
        )
    )
    missing = sorted(needed.difference(found), key=describe)
    surplus = sorted(
        (acl for acl in set(found).difference(needed) if _who(acl).startswith(OUR_PRINCIPALS)),
        key=describe,
    )
    if missing:
        results = admin.create_acls(missing)
        if results["failed"]:
            raise ProvisioningError(f"The broker refused permissions: {results['failed']}")
    done.changes += [f"permission made: {describe(acl)}" for acl in missing]
    if prune and surplus:
        for _, _, error in admin.delete_acls([_exactly(acl) for acl in surplus]):
            if error.errno != 0:
                raise ProvisioningError(f"The broker kept a permission: {error.__name__}")
        done.changes += [f"permission removed: {describe(acl)}" for acl in surplus]
    else:
        done.differences += [f"permission not in the files: {describe(acl)}" for acl in surplus]


def describe(acl: ACL) -> str:
    """One permission in words: who may do what to which resource."""
    pattern = acl.resource_pattern
    star = "*" if pattern.pattern_type == ACLResourcePatternType.PREFIXED else ""
    verb = "may" if acl.permission_type == ACLPermissionType.ALLOW else "may not"
    what = f"{pattern.resource_type.name.lower()} {pattern.resource_name}{star}"
    return f"{_who(acl)} {verb} {acl.operation.name} {what}"


def _who(acl: ACL) -> str:
    name: str = acl.principal
    return name.removeprefix("User:")


def _acl(grant: Grant) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if grant.prefixed else ACLResourcePatternType.LITERAL
    return ACL(
        f"User:{grant.principal}",
        ANY_HOST,
        ACLOperation[grant.operation],
        ACLPermissionType.ALLOW,
        ResourcePattern(ResourceType[grant.resource.upper()], grant.name, pattern),
    )


def _exactly(acl: ACL) -> ACLFilter:
    pattern = acl.resource_pattern
    return ACLFilter(
        acl.principal,
        acl.host,
        acl.operation,
        acl.permission_type,
        ResourcePatternFilter(pattern.resource_type, pattern.resource_name, pattern.pattern_type),
    )
