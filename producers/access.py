"""An agency's way to the broker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Access(Protocol):
    """What the publisher needs to know; the hub's own settings answer to it too."""

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses, ``host:port``, separated by commas."""

    @property
    def principal(self) -> str:
        """The broker user."""

    def for_kafka_python(self) -> Mapping[str, Any]:
        """Give the keyword arguments of kafka-python's clients."""


@dataclass(frozen=True, slots=True)
class BrokerAccess:
    """Addresses and credentials. Outside one machine use ``SASL_SSL``, so that nobody listens."""

    bootstrap: str
    principal: str
    password: str = field(repr=False)
    security_protocol: str = "SASL_SSL"
    ca_file: str | None = None

    def for_kafka_python(self) -> Mapping[str, Any]:
        """Give the keyword arguments of kafka-python's clients."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": self.security_protocol,
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.principal,
            "sasl_plain_password": self.password,
            **({"ssl_cafile": self.ca_file} if self.ca_file else {}),
        }
