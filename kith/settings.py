"""Where things are and who we are: settings from KITH_* variables, or from the embedded stack.

What is not set is read from the state directory of an embedded stack (`stack.json`, `secrets/`), so
that after `kith up` nothing needs to be set, and the same code runs on any Kafka and PostgreSQL.
"""

import json
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from psycopg.conninfo import make_conninfo
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PostgresRole = Literal["owner", "writer", "reader", "watch"]
# In a stack's state directory: the mode that it was first started in.
MODE_FILE = "mode"
# Which memberships follow from events (schemas.rulesets.NETWORK), and that none does.
NETWORK_RULES = Path(__file__).parents[1] / "schemas" / "rulesets" / "network-v2.yaml"
RULES = NETWORK_RULES.with_name("v1.yaml")
NO_NETWORK_RULES = Path("none")
# A connection that has gone silent is given up after ten seconds; librdkafka's own time-outs are a
# minute, half a minute, and none.
NEVER_WAIT_FOR_EVER = {
    "socket.timeout.ms": 10_000,
    "socket.connection.setup.timeout.ms": 10_000,
    "socket.keepalive.enable": True,
}
AGENCIES_FILE = Path(__file__).parents[1] / "deploy" / "agencies.yaml"


class NotConfiguredError(RuntimeError):
    """A setting is missing. The text says which, and the two ways to give it."""


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """One principal's way to the broker. `repr` leaves the password out."""

    bootstrap: str
    principal: str
    password: SecretStr
    security_protocol: str
    sasl_mechanism: str
    ca_file: Path | None

    def for_kafka_python(self) -> dict[str, Any]:
        """Keyword arguments of kafka-python's producer, consumer and admin client."""
        ca_file = {"ssl_cafile": str(self.ca_file)} if self.ca_file else {}
        return ca_file | {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": self.security_protocol,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.principal,
            "sasl_plain_password": self.password.get_secret_value(),
        }

    def for_aiokafka(self) -> dict[str, Any]:
        """Keyword arguments of aiokafka's producer and consumer (the CA as an SSL context)."""
        tls = self.security_protocol.endswith("SSL")
        context = {"ssl_context": ssl.create_default_context(cafile=self.ca_file)} if tls else {}
        return context | {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security_protocol,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.principal,
            "sasl_plain_password": self.password.get_secret_value(),
        }

    def for_confluent(self) -> dict[str, Any]:
        """Give the configuration of confluent-kafka's clients."""
        ca_file = {"ssl.ca.location": str(self.ca_file)} if self.ca_file else {}
        return ca_file | {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": self.security_protocol,
            "sasl.mechanisms": self.sasl_mechanism,
            "sasl.username": self.principal,
            "sasl.password": self.password.get_secret_value(),
            **NEVER_WAIT_FOR_EVER,
        }


class Settings(BaseSettings):
    """All settings. Each is a KITH_ variable: `state_dir` is KITH_STATE_DIR."""

    model_config = SettingsConfigDict(
        env_prefix="KITH_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    # Where it is not set, that of the running stack, else production.
    mode: Literal["production", "scenario"] | None = None
    state_dir: Path = Path(".kith")
    agencies_file: Path = AGENCIES_FILE
    # Which memberships follow from events: a file of schemas/rulesets, an absolute path, or `none`;
    # see membership_rules.
    network_rules: Path | None = None
    # Which rules decide until the log activates others: a file of schemas/rulesets, or an absolute
    # path; see rules_file.
    rules: Path | None = None
    # How many brokers `kith up` starts; as many as at the stack's first start, then one.
    brokers: Annotated[int, Field(ge=1, le=5)] | None = None
    # Which of several workers of one feed this is; another name for each that runs at once.
    worker: str = "1"
    # Where processes serve /health and /metrics; not at all without a port, on any with 0.
    metrics_port: int | None = None
    metrics_listen: str = "127.0.0.1"
    # Where traces are sent (OTLP over HTTP, without /v1/traces); not at all if not set.
    otlp_endpoint: str | None = None
    # Where processes and their watch write how they are; in the state directory if not set.
    run_dir: Path | None = None
    # Who has not got on for so long, though there was something to do, stands still.
    watch_stuck_seconds: float = 25.0
    # The hub sends itself an event at this interval, 0 for never, and pages if the notification
    # of it is not there in time. Never in a scenario.
    canary_seconds: float = 60.0
    canary_within_seconds: float = 60.0
    # How often log, tables and alerts topics are compared, 0 for never. Never in a scenario.
    reconcile_seconds: float = 900.0
    # How long the relay may still be sending what its outbox has lost.
    reconcile_in_hand_seconds: float = 25.0
    # Where pages are posted, as JSON; only to the log if not set.
    page_web_hook: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # A schema registry with Confluent's interface: its address, the login there (user:password) and
    # its CA. Without one events are Avro single objects.
    schema_registry: Annotated[str, Field(pattern=r"^https?://")] | None = None
    schema_registry_login: SecretStr | None = None
    schema_registry_ca_file: Path | None = None

    kafka_bootstrap: str | None = None
    kafka_security_protocol: Literal["SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"
    kafka_sasl_mechanism: str = "SCRAM-SHA-512"
    kafka_ca_file: Path | None = None
    # The passwords of the principals that this machine acts as, as a JSON object.
    kafka_secrets_file: Path | None = None
    # The secrets under which this machine's agencies make message keys (hex), as a JSON object.
    message_key_file: Path | None = None
    # Each child's keys; see schemas.keys.
    keys_dir: Path | None = None

    postgres_owner_dsn: str | None = None
    postgres_writer_dsn: str | None = None
    postgres_reader_dsn: str | None = None
    postgres_watch_dsn: str | None = None
    # Where pg_dump and pg_restore are; those of the embedded PostgreSQL if not set.
    postgres_bin: Path | None = None

    def kafka(self, principal: str) -> KafkaAccess:
        """A principal's way to the broker. Raises NotConfiguredError if it has no password here."""
        return KafkaAccess(
            bootstrap=self.kafka_bootstrap or self._of_stack("bootstrap", "KITH_KAFKA_BOOTSTRAP"),
            principal=principal,
            password=SecretStr(_secret(self.kafka_secrets, principal, "KITH_KAFKA_SECRETS_FILE")),
            security_protocol=self.kafka_security_protocol,
            sasl_mechanism=self.kafka_sasl_mechanism,
            ca_file=self.kafka_ca_file,
        )

    def dsn(self, role: PostgresRole, database: str | None = None) -> str:
        """Connection string of one of the roles; `database` replaces the one it names."""
        configured: str | None = getattr(self, f"postgres_{role}_dsn")
        dsn = configured or self._of_stack(f"{role}_dsn", f"KITH_POSTGRES_{role.upper()}_DSN")
        return make_conninfo(dsn, dbname=database) if database else dsn

    def message_key_secret(self, agency: str) -> bytes:
        """Give the secret under which an agency makes its opaque message keys."""
        path = self.message_key_file or self.secrets_dir / "message-keys.json"
        return bytes.fromhex(_secret(path, agency, "KITH_MESSAGE_KEY_FILE"))

    @property
    def kafka_secrets(self) -> Path:
        """The file of the principals' passwords."""
        return self.kafka_secrets_file or self.secrets_dir / "kafka.json"

    @property
    def hub_mode(self) -> Literal["production", "scenario"]:
        """Whether the hub plays scenarios. A production hub takes no scenario's time.

        A stack keeps the mode that it was first started in: its database belongs to it.
        """
        if self.mode is not None:
            return self.mode
        try:
            kept = (self.state_dir / MODE_FILE).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return "production"
        return "scenario" if kept == "scenario" else "production"

    @property
    def membership_rules(self) -> Path | None:
        """The file by which memberships follow from events; None where none does.

        Where nobody says which: a real hub has the current one, and a hub that plays stories has
        none, since each story says which are its own.
        """
        if self.network_rules is None:
            return NETWORK_RULES if self.hub_mode == "production" else None
        # Processes run in other directories than whoever starts them: a name is one beside ours.
        named = NETWORK_RULES.parent / self.network_rules
        return None if self.network_rules == NO_NETWORK_RULES else named

    @property
    def rules_file(self) -> Path:
        """The file of the rules that decide until the log activates others."""
        return RULES if self.rules is None else RULES.parent / self.rules

    @property
    def secrets_dir(self) -> Path:
        """Where an embedded stack keeps passwords."""
        return self.state_dir / "secrets"

    @property
    def run(self) -> Path:
        """Where processes write at which address they serve, and the watch what it found."""
        return self.run_dir or self.state_dir / "run"

    @property
    def child_keys_dir(self) -> Path:
        """Where the file key store keeps each child's keys."""
        return self.keys_dir or self.state_dir / "keys"

    def _of_stack(self, name: str, variable: str) -> str:
        value = self._stack.get(name)
        if not isinstance(value, str):
            raise NotConfiguredError(
                f"There is no running stack in {self.state_dir}, and {variable} is not set. Start "
                "one with `kith up` (or name its directory with --state-dir), or set the variable."
            )
        return value

    @cached_property
    def _stack(self) -> dict[str, Any]:
        try:
            stack: dict[str, Any] = json.loads((self.state_dir / "stack.json").read_bytes())
        except FileNotFoundError:
            return {}
        return stack


def _secret(path: Path, name: str, variable: str) -> str:
    try:
        value = json.loads(path.read_bytes()).get(name)
    except FileNotFoundError:
        raise NotConfiguredError(
            f"{path} is not there. `kith up` makes it; elsewhere, {variable} names the file."
        ) from None
    if not isinstance(value, str):
        raise NotConfiguredError(f"{path} has no entry for {name}: add it, or let `kith up` do it.")
    return value
