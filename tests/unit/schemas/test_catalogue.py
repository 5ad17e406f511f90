"""The catalogue and its page: nothing is left out, and what the page shows can be published."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
from fastavro.schema import to_parsing_canonical_form

from kith.settings import AGENCIES_FILE
from producers.preparing import Preparer
from schemas.agencies import load_agencies
from schemas.asyncapi import asyncapi
from schemas.catalogue import OWN, catalogue, header_fields
from schemas.catalogue_page import events_page
from schemas.cloud_events import cloud_event, source_of
from schemas.registry import load_registry
from schemas.reviewed_file import ReviewedFile
from schemas.topics import TOPICS_FOLDER, TopicFile

REGISTRY = load_registry()
DOCS = Path(__file__).parents[3] / "docs"


def test_every_kind_of_event_is_there_with_every_field_of_its_own() -> None:
    entries = {entry.schema.type: entry for entry in catalogue(REGISTRY)}
    assert entries.keys() == {schema.type for schema in REGISTRY.family("events")} - OWN
    for entry in entries.values():
        own = {f["name"] for f in entry.schema.source["fields"]} - {"event"}
        assert own == {field.path for field in entry.fields if "." not in field.path}
        assert entry.sensitivities.total() == len(entry.fields)


def test_a_list_of_records_is_shown_with_what_is_inside_and_a_time_is_not() -> None:
    (meeting,) = (each for each in catalogue(REGISTRY) if each.schema.type == "meeting")
    shapes = {field.path: field.shape for field in meeting.fields}
    assert shapes["invitees"] == "list of record"
    assert shapes["invitees[].role"] == "text"
    assert shapes["set_for"] == "time"
    assert "set_for.at" not in shapes
    assert shapes["purposes"] == "list of text"


def test_the_header_is_described_once() -> None:
    paths = [field.path for field in header_fields(REGISTRY)]
    assert "event.reference" in paths
    assert len(paths) == len(set(paths))


def test_the_first_event_of_the_page_can_be_published() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", events_page(REGISTRY), re.DOTALL)
    agencies = load_agencies(AGENCIES_FILE)
    prepared = Preparer("fostering", bytes(16), agencies=agencies).prepare(json.loads(block))
    assert prepared.type == "carer-concern"
    assert prepared.warnings == ()


def test_the_page_goes_all_the_way_with_an_agency_that_there_is() -> None:
    page = events_page(REGISTRY)
    named = set(re.findall(r"--agency (\S+)", page))
    assert {f"kith {each}" for each in ("events validate", "up", "publish", "timeline")} <= {
        " ".join(words.split()[: 3 if words.startswith("kith events") else 2])
        for words in re.findall(r"^kith .*$", page, re.MULTILINE)
    }
    assert named == {"fostering"}
    assert named <= load_agencies(AGENCIES_FILE).agencies.keys()
    assert '"schema": 1' in page


def test_each_reference_inside_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi(REGISTRY)
    inside = [each for each in _references(document) if each.startswith("#/")]
    assert inside
    for reference in inside:
        _follow(document, reference)


def test_each_schema_that_the_asyncapi_document_refers_to_stands_alone() -> None:
    """Fails without: the frozen form in asyncapi._message (an avsc file names others)."""
    messages = asyncapi(REGISTRY)["components"]["messages"]
    outside = {
        key: message["payload"]["schema"]["$ref"].partition("#")
        for key, message in messages.items()
    }
    schemas = {f"{each.family}-{each.versioned_type}": each for each in REGISTRY}
    assert outside
    for key, (file, _, place) in outside.items():
        found = _follow(json.loads((DOCS / file).read_text(encoding="utf-8")), f"#{place}")
        fastavro.parse_schema(found)
        assert to_parsing_canonical_form(found) == schemas[key].canonical


def _references(document: Any) -> list[str]:
    return re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))


def _follow(document: Any, reference: str) -> Any:
    """What a JSON pointer leads to. Raises KeyError."""
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


def test_the_asyncapi_document_has_the_headers_that_are_sent() -> None:
    """Fails without: any of its properties, or one more in ``cloud_event``."""
    trait = asyncapi(REGISTRY)["components"]["messageTraits"]["cloudEvent"]["headers"]
    at = datetime(2024, 7, 3, tzinfo=UTC)
    schema = REGISTRY.event("weapon")
    sent = dict(cloud_event(schema, event_id=UUID(int=1), source=source_of("police"), at=at))
    assert trait["properties"].keys() == sent.keys()
    assert set(trait["required"]) <= sent.keys()
    fixed = {name: each["const"] for name, each in trait["properties"].items() if "const" in each}
    assert fixed == {name: sent[name].decode() for name in fixed}


def test_no_operation_of_the_asyncapi_document_hides_another() -> None:
    """Fails without: the topic in an operation's key; one principal reads several."""
    topics = [ReviewedFile(path).parse(TopicFile) for path in sorted(TOPICS_FOLDER.glob("*.yaml"))]
    may = sum(
        len(each.producers) + sum(reader.access == "read" for reader in each.consumers)
        for each in topics
    )
    assert len(asyncapi(REGISTRY)["operations"]) == may


def test_the_asyncapi_document_holds_every_event_and_the_notification() -> None:
    messages = asyncapi(REGISTRY)["components"]["messages"]
    assert {f"events-{each.versioned_type}" for each in REGISTRY.family("events")} <= set(messages)
    assert "notifications-notification.v1" in messages
