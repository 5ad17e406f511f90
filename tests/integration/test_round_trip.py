"""Library, topic, log, command: every field of every kind of event comes back as it was said."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from kith.settings import Settings
from kith.wiring import wire
from producers.publisher import Publisher
from projections.queries.children import child_by_id
from projections.queries.timeline import read_timeline
from safeguarding.events import ABOUT_ALERTS, CANARY, COMPANIONS, RETRACTION
from schemas.codec import decode
from schemas.plain import to_plain, write_event
from schemas.principals import agency_principal
from schemas.registry import Schema, load_registry
from schemas.topics import events_topic
from tests.integration.cli_hub import environment_of, kith
from tests.services.hub import RunningHub
from tests.services.services import Services
from tests.services.topics import read_topic
from tests.unit.schemas.every_event import SCHEMAS, full_event

PATIENCE_SECONDS = 30.0
AGENCIES = ("police", "camhs", "social-care")
CHILDREN = 4
REGISTRY = load_registry()
# What answers an event or an alert of before.
ANSWERS = ABOUT_ALERTS | {RETRACTION}

Plain = dict[str, Any]


def test_nothing_that_an_agency_says_is_lost(running_hub: RunningHub) -> None:
    running_hub.start("timeline")
    hub = running_hub.hub
    environment = environment_of(hub.settings)
    full = {schema.versioned_type: _full(schema, number) for number, schema in enumerate(SCHEMAS)}
    said = _published(hub.settings, [e for e in full.values() if e["type"] not in ANSWERS])
    shown = _timelines(environment, said)
    answers = [
        *(_about_an_alert(full[f"{each}.v1"], shown) for each in sorted(ABOUT_ALERTS)),
        _taking_back(full["retraction.v1"], full["weapon.v1"]),
    ]
    said |= _published(hub.settings, answers)
    shown = _timelines(environment, said)

    assert {_kind(event) for event in said.values()} == {s.versioned_type for s in SCHEMAS}
    assert _on_topics(hub.services) == said
    assert _in_log(hub.settings, shown) == said
    entries = {str(entry["event_id"]): entry for entry in _events_of(shown)}
    assert {event_id: entry["said"] for event_id, entry in entries.items()} == {
        event_id: _without_subject(event) for event_id, event in said.items()
    }
    assert [entry["type"] for entry in entries.values() if entry["words"] is None] == []
    for child in _children(said.values()):
        words = kith(environment, "timeline", child)
        assert (words.code, words.err) == (0, "")
        assert not [each for each in _numbers(child) if each["value"] in words.out]


def _full(schema: Schema, number: int) -> Plain:
    """An event with every field filled, of one of the agencies, about one of the children."""
    plain = write_event(schema, full_event(schema))
    canary = schema.type == CANARY
    child = f"local:{CANARY}:no-child" if canary else f"local:police:child-{number % CHILDREN}"
    header = plain["event"]
    # The library makes it, and so no two events are one.
    del header["event_id"]
    header["agency"] = CANARY if canary else AGENCIES[number % len(AGENCIES)]
    header["reference"] = f"round-trip-{number}"
    header["subject"]["identifiers"] = _numbers(child)
    return plain


def _numbers(child: str) -> list[Plain]:
    scheme, issuer, value = child.split(":")
    other = CANARY if issuer == CANARY else "camhs"
    return [
        {"scheme": scheme, "value": value, "issuer": issuer},
        {"scheme": scheme, "value": f"{value}-too", "issuer": other},
    ]


def _child(event: Plain) -> str:
    """The child as a command names it."""
    first = event["event"]["subject"]["identifiers"][0]
    return f"{first['scheme']}:{first['issuer']}:{first['value']}"


def _children(events: Iterable[Plain]) -> set[str]:
    return {_child(event) for event in events}


def _kind(event: Plain) -> str:
    return f"{event['type']}.v{event['schema']}"


def _about_an_alert(plain: Plain, shown: Mapping[str, Any]) -> Plain:
    """What a team says of an alert that one of the events has raised."""
    child, copy = next(
        (child, copy)
        for child, timeline in shown.items()
        for entry in timeline["entries"]
        for copy in entry["notifications"]
        if copy["recipient"]["agency"] == "social-care"
    )
    header = plain["event"] | {"agency": "social-care"}
    header["subject"] = header["subject"] | {"identifiers": _numbers(child)}
    who = {name: copy["recipient"][name] for name in ("team", "role")}
    ids = {name: copy[name] for name in ("alert_id", "notification_id")}
    return {**plain, **who, **ids, "event": header}


def _taking_back(plain: Plain, event: Plain) -> Plain:
    header = plain["event"] | {
        name: event["event"][name] for name in ("agency", "reference", "subject")
    }
    return {**plain, "event": header | {"version": event["event"]["version"] + 1}}


def _published(settings: Settings, events: Iterable[Plain]) -> dict[str, Plain]:
    """Publish each with its agency's credentials; the events as they must be, by id."""
    by_agency = defaultdict(list)
    for event in events:
        by_agency[event["event"]["agency"]].append(event)
    said = {}
    for agency, own in by_agency.items():
        access = settings.kafka(agency_principal(agency))
        secret = settings.message_key_secret(agency)
        with Publisher(agency, access, key_secret=secret) as publisher:
            receipts = publisher.publish_many(own)
        for event, receipt in zip(own, receipts, strict=True):
            event_id = str(receipt.event_id)
            said[event_id] = {**event, "event": {**event["event"], "event_id": event_id}}
    return said


def _timelines(environment: Mapping[str, str], said: Mapping[str, Plain]) -> dict[str, Any]:
    """What the command shows of each child, when all that was said has come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    children = _children(said.values())
    while True:
        ran = {child: kith(environment, "timeline", child, "--json") for child in children}
        shown = {child: each.data for child, each in ran.items() if each.code == 0}
        missing = said.keys() - {str(entry["event_id"]) for entry in _events_of(shown)}
        if not missing:
            return shown
        quarantined = kith(environment, "quarantine", "list", "--json").out
        kinds = sorted(_kind(said[event_id]) for event_id in missing)
        assert time.monotonic() < deadline, f"{kinds} did not come; quarantine: {quarantined}"
        time.sleep(0.2)


def _events_of(shown: Mapping[str, Any]) -> Iterator[Plain]:
    """The entries of events, with what they say as an agency would write it."""
    for timeline in shown.values():
        for entry in timeline["entries"]:
            if entry["kind"] == "event":
                said = {"type": entry["type"], "schema": entry["schema"], **entry["body"]}
                yield {**entry, "said": said, "event_id": entry["body"]["event"]["event_id"]}


def _on_topics(services: Services) -> dict[str, Plain]:
    """All events as they lie on the agencies' topics, by id."""
    found = {}
    for agency in (*AGENCIES, CANARY):
        for record in read_topic(services, events_topic(agency)):
            decoded = decode(record.value, REGISTRY)
            event = write_event(decoded.schema, decoded.datum)
            found[event["event"]["event_id"]] = event
    return found


def _in_log(settings: Settings, shown: Mapping[str, Any]) -> dict[str, Plain]:
    """All events as they lie in the children's logs, by id: who the child is, too."""
    world, found = wire(settings).world, {}
    with wire(settings).connect("kith-test") as connection:
        for timeline in shown.values():
            child = child_by_id(connection, UUID(timeline["child_id"]))
            assert child is not None
            for entry in read_timeline(connection, child, world.keys, world.registry).entries:
                if entry.stated is not None:
                    event = to_plain(entry.stated)
                    kind = {"type": entry.header.type, "schema": entry.header.schema_version}
                    found[event["event"]["event_id"]] = {**kind, **event}
    return found


def _without_subject(event: Plain) -> Plain:
    """As the command shows it: a timeline is read by more people than may know who it is."""
    header = {name: value for name, value in event["event"].items() if name != "subject"}
    # Nor who else: of a companion nobody learns in this child's log.
    shown = {name: value for name, value in event.items() if name != COMPANIONS}
    return {**shown, "event": header}
