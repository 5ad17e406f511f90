"""The connection of a publisher: kafka-python's producer, and in words why there is none."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

if TYPE_CHECKING:
    from producers.access import Access

REQUEST_TIMEOUT_MS = 10_000
ANSWER_SECONDS = 2.0


class BrokerUnavailable(ConnectionError):
    """The broker does not take this agency's events. The text says why and what to do."""


class Connection(KafkaProducer):  # type: ignore[misc]  # It has no types.
    """kafka-python's, whose ``close`` would leave all open if its flush runs out of time."""

    def flush(self, timeout: float | None = None) -> None:
        """Wait as long as that; what is not confirmed by then shows in its own result."""
        with suppress(KafkaTimeoutError):
            super().flush(timeout)


def connect(access: Access, *, wait_ms: int, delivery_timeout_ms: int) -> Any:
    """Wait for the broker, at most ``wait_ms``, and connect. Raises BrokerUnavailable."""
    # At DEBUG kafka-python logs whole records, and those are about children.
    kafka_log = logging.getLogger("kafka")
    if kafka_log.getEffectiveLevel() < logging.INFO:
        kafka_log.setLevel(logging.INFO)
    clients: list[Any] = []

    def remembered(**configs: Any) -> Any:
        clients.append(Connection.DEFAULT_CONFIG["kafka_client"](**configs))
        return clients[-1]

    try:
        return Connection(
            **access.for_kafka_python(),
            client_id=access.principal,
            acks="all",
            enable_idempotence=True,
            allow_auto_create_topics=False,
            linger_ms=0,
            bootstrap_timeout_ms=wait_ms,
            max_block_ms=wait_ms,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            delivery_timeout_ms=delivery_timeout_ms,
            metrics_enabled=False,
            kafka_client=remembered,
        )
    except KafkaError as error:
        # A producer that could not be made leaves its sockets open.
        for client in clients:
            client.close()
        raise BrokerUnavailable(_why_no_connection(access, error)) from error


def in_words(error: BaseException) -> str:
    """Name the error without its text, which may hold what was sent."""
    return type(error).__name__


def _why_no_connection(access: Access, error: KafkaError) -> str:
    where, who = access.bootstrap, access.principal
    if not isinstance(error, KafkaTimeoutError):
        return f"the broker at {where} cannot be used: {in_words(error)}"
    if any(_answers(address) for address in where.split(",")):
        # Kafka closes the connection of whoever it does not let in.
        return (
            f"{where} answers and does not let {who} in:"
            " check its password, and whether the broker expects TLS"
        )
    return f"nothing answers at {where}: is the broker up, and the address right?"


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True
