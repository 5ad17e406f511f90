"""Quix's own topics, user and permissions on the bench's broker, beside those of the hub."""

import secrets
from typing import Any

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from pydantic import SecretStr

from bench.load import NETWORK
from kith.settings import KafkaAccess, Settings

PRINCIPAL = "bench-quix"
GROUP = "bench-quix"
EVENTS = "bench.quix.events"
ALERTS = {who.agency: f"bench.quix.alerts.{who.agency}" for who in NETWORK}
PROVISION_PRINCIPAL = "hub-provision"
_SCRAM_ITERATIONS = 8192
# Its state's changelog, whose name the library makes.
_PREFIXES = ("bench.quix.", f"changelog__{GROUP}")


def provide(settings: Settings, partitions: int) -> KafkaAccess:
    """Make the topics and a user who may use them and nothing else; the user's way in.

    Raises kafka.errors.KafkaError.
    """
    own = settings.kafka(PROVISION_PRINCIPAL)
    password = secrets.token_urlsafe(24)
    admin = KafkaAdminClient(**own.for_kafka_python(), client_id="kith-bench")
    try:
        admin.alter_user_scram_credentials(
            [
                UserScramCredentialUpsertion(
                    PRINCIPAL, ScramMechanism.SCRAM_SHA_512, password, iterations=_SCRAM_ITERATIONS
                )
            ]
        )
        admin.create_acls(_permissions())
        admin.create_topics(
            {EVENTS: _topic(partitions), **{name: _topic(1) for name in ALERTS.values()}},
            wait_for_metadata=True,
        )
    finally:
        admin.close()
    return KafkaAccess(
        own.bootstrap,
        PRINCIPAL,
        SecretStr(password),
        own.security_protocol,
        own.sasl_mechanism,
        own.ca_file,
    )


def _topic(partitions: int) -> dict[str, Any]:
    # As the hub's: the broker says when it took a record.
    times = {"message.timestamp.type": "LogAppendTime"}
    return {"num_partitions": partitions, "replication_factor": 1, "configs": times}


def _permissions() -> list[ACL]:
    prefixed = ACLResourcePatternType.PREFIXED
    resources = [ResourcePattern(ResourceType.TOPIC, name, prefixed) for name in _PREFIXES]
    resources.append(ResourcePattern(ResourceType.GROUP, GROUP, prefixed))
    return [
        ACL(f"User:{PRINCIPAL}", "*", ACLOperation.ALL, ACLPermissionType.ALLOW, resource)
        for resource in resources
    ]
