"""Notifications to Avro messages and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safeguarding.facts import NotificationKind
from safeguarding.notification import Notification
from schemas.codec import Decoded, encode
from schemas.facts import CONVERTER

if TYPE_CHECKING:
    from schemas.registry import Registry

NOTIFICATION = "kith.notifications.v1.Notification"
# A briefing is written in the second version. Its kind stays "raised" there, since readers of the
# first version know no other; beside it stands that it is one.
BRIEFING = "kith.notifications.v2.Notification"


class NotANotification(LookupError):
    """The message is one of the contract, but no notification."""


def encode_notification(notification: Notification, registry: Registry) -> bytes:
    """The notification as one message in single-object encoding."""
    datum: dict[str, Any] = CONVERTER.unstructure(notification)
    if notification.kind is NotificationKind.BRIEFING:
        datum |= {"kind": NotificationKind.RAISED.value, "briefing": True}
        return encode(registry.record(BRIEFING), datum)
    return encode(registry.record(NOTIFICATION), datum)


def notification_from(decoded: Decoded) -> Notification:
    """The notification that a decoded message states. Raises NotANotification."""
    if decoded.schema.family != "notifications":
        raise NotANotification(f"{decoded.schema.versioned_type} is no notification")
    datum = dict(decoded.datum)
    if datum.pop("briefing", False):
        datum["kind"] = NotificationKind.BRIEFING.value
    return CONVERTER.structure(datum, Notification)
