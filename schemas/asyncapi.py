"""The hub as an AsyncAPI 3 document: its topics, what they carry, and who may do what."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from schemas.registry import Registry, Schema
from schemas.reviewed_file import ReviewedFile
from schemas.topics import TOPICS_FOLDER, TopicFile

VERSION = "3.0.0"
_AVRO = "application/vnd.apache.avro;version=1.12.0"
_CLOUD_EVENT_HEADERS = {
    "type": "object",
    "description": "CloudEvents 1.0 in the binary content mode of its Kafka binding.",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_source": {"type": "string", "examples": ["urn:kith:agency:police"]},
        "ce_type": {"type": "string", "examples": ["custody-incident.v1"]},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"type": "string", "const": "application/avro"},
    },
}


def asyncapi(registry: Registry, folder: Path = TOPICS_FOLDER) -> dict[str, Any]:
    """The document. Payloads refer to the frozen schemas. Raises FileRefused."""
    families = {
        path.stem: ReviewedFile(path).parse(TopicFile) for path in sorted(folder.glob("*.yaml"))
    }
    carried = {stem: _carried(family, registry) for stem, family in families.items()}
    schemas = {_key(each): each for found in carried.values() for each in found}
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Kith",
            "version": "1",
            "description": "What agencies publish about a child, and what the hub tells them.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/avro",
        "channels": {stem: _channel(family, carried[stem]) for stem, family in families.items()},
        "operations": dict(_operations(families)),
        "components": {
            "messages": {key: _message(each) for key, each in sorted(schemas.items())},
            "messageTraits": {"cloudEvent": {"headers": _CLOUD_EVENT_HEADERS}},
        },
    }


def _carried(family: TopicFile, registry: Registry) -> list[Schema]:
    """The schemas that a topic carries, whose names may stand for a family (``facts/*``)."""
    return [each for each in registry if any(fnmatch(_name(each), name) for name in family.carries)]


def _channel(family: TopicFile, carried: list[Schema]) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": family.name,
        "description": family.purpose,
        "messages": {
            _key(each): {"$ref": f"#/components/messages/{_key(each)}"} for each in carried
        },
        "bindings": {
            "kafka": {
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": -1
                    if family.retention_days == "forever"
                    else family.retention_days * 86_400_000,
                    "max.message.bytes": family.max_message_bytes,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }
    if "{agency}" in family.name:
        channel["parameters"] = {"agency": {"description": "The agency's id in the agencies file."}}
    return channel


def _operations(families: dict[str, TopicFile]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each principal does, from the principal's side."""
    for stem, family in families.items():
        for writer in family.producers:
            yield _operation("send", stem, writer.principal, writer.why)
        for reader in family.consumers:
            if reader.access == "read":
                yield _operation("receive", stem, reader.principal, reader.why)


def _operation(action: str, channel: str, principal: str, why: str) -> tuple[str, dict[str, Any]]:
    who = principal.replace("{agency}", "any")
    return (
        f"{who}-{action}-{channel}",
        {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": f"{principal}: {why}",
        },
    )


def _message(schema: Schema) -> dict[str, Any]:
    # The frozen form stands alone; an avsc file names the common types of the files beside it.
    path = f"../schemas/frozen/{schema.name}.json#/schema"
    message: dict[str, Any] = {
        "name": schema.versioned_type,
        "summary": schema.doc,
        "contentType": "application/avro",
        "payload": {"schemaFormat": _AVRO, "schema": {"$ref": path}},
    }
    if schema.family in ("events", "notifications"):
        message["traits"] = [{"$ref": "#/components/messageTraits/cloudEvent"}]
    return message


def _name(schema: Schema) -> str:
    return f"{schema.family}/{schema.versioned_type}"


def _key(schema: Schema) -> str:
    """A key that AsyncAPI takes: letters, digits, dots, hyphens."""
    return _name(schema).replace("/", "-")
