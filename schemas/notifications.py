"""Notifications to Avro messages and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safeguarding.notification import Notification
from schemas.codec import Decoded, encode
from schemas.facts import CONVERTER

if TYPE_CHECKING:
    from schemas.registry import Registry

NOTIFICATION = "kith.notifications.v1.Notification"


class NotANotification(LookupError):
    """The message is one of the contract, but no notification."""


def encode_notification(notification: Notification, registry: Registry) -> bytes:
    """The notification as one message in single-object encoding."""
    datum: dict[str, Any] = CONVERTER.unstructure(notification)
    return encode(registry.record(NOTIFICATION), datum)


def notification_from(decoded: Decoded) -> Notification:
    """The notification that a decoded message states. Raises NotANotification."""
    if decoded.schema.name != NOTIFICATION:
        raise NotANotification(f"{decoded.schema.versioned_type} is no notification")
    return CONVERTER.structure(decoded.datum, Notification)
