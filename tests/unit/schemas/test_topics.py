import shutil
from pathlib import Path

import pytest

from schemas.agencies import load_agencies
from schemas.principals import Grant, agency_principal, grants
from schemas.reviewed_file import FileRefused
from schemas.topics import (
    TIMELINE_TOPIC,
    TOPICS_FOLDER,
    alerts_topic,
    backfill_topic,
    events_topic,
    load_topics,
)

AGENCIES = load_agencies(Path(__file__).parents[3] / "deploy" / "agencies.yaml")
PLAN = load_topics(AGENCIES)
GRANTS = grants(PLAN)


def test_each_agency_has_its_three_topics_and_the_hub_one() -> None:
    expected = {TIMELINE_TOPIC}
    for agency in AGENCIES.agencies:
        expected |= {events_topic(agency), backfill_topic(agency), alerts_topic(agency)}
    assert {topic.name for topic in PLAN.topics} == expected
    assert len(PLAN.family("agency-events")) == len(AGENCIES.agencies)


def test_topics_are_kept_and_stamped_as_the_design_says() -> None:
    for topic in PLAN.topics:
        assert topic.config["message.timestamp.type"] == "LogAppendTime"
        assert topic.config["cleanup.policy"] == "delete"
    timeline, events = PLAN.topic(TIMELINE_TOPIC), PLAN.topic(events_topic("police"))
    assert (timeline.partitions, timeline.config["retention.ms"]) == (4, "-1")
    assert events.config["retention.ms"] == str(30 * 24 * 60 * 60 * 1000)
    assert events.max_message_bytes > 1_000_000
    assert timeline.max_message_bytes > 2 * 1_000_000
    assert PLAN.topic(alerts_topic("police")).partitions == 1
    assert "events/custody-incident.v1" in events.carries
    with pytest.raises(LookupError, match="no topic 'x'"):
        PLAN.topic("x")


def test_partitions_follow_the_agencies_file() -> None:
    police = AGENCIES.agency("police")
    more = police.model_copy(
        update={"partitions": police.partitions.model_copy(update={"events": 3})}
    )
    agencies = AGENCIES.model_copy(update={"agencies": {**AGENCIES.agencies, "police": more}})
    plan = load_topics(agencies)
    assert plan.topic(events_topic("police")).partitions == 3
    assert plan.topic(backfill_topic("police")).partitions == 1
    assert plan.topic(events_topic("camhs")).partitions == 1


def _may(principal: str, operation: str) -> set[str]:
    return {
        g.name
        for g in GRANTS
        if g.principal == principal and g.operation == operation and g.resource == "topic"
    }


@pytest.mark.parametrize("agency", AGENCIES.agencies)
def test_an_agency_writes_what_it_says_reads_what_it_is_told_and_nothing_else(agency: str) -> None:
    principal = agency_principal(agency)
    own = {events_topic(agency), backfill_topic(agency)}
    assert _may(principal, "WRITE") == own
    assert _may(principal, "READ") == {alerts_topic(agency)}
    assert _may(principal, "DESCRIBE") == own | {alerts_topic(agency)}
    others = [g for g in GRANTS if g.principal == principal and g.resource != "topic"]
    assert {(g.resource, g.name, g.prefixed) for g in others} == {
        ("group", f"agency-{agency}.", True)
    }


def test_each_process_has_just_what_it_needs() -> None:
    every = list(AGENCIES.agencies)
    assert _may("hub-timeline", "READ") == {*map(events_topic, every), TIMELINE_TOPIC}
    assert _may("hub-backfill", "READ") == {*map(backfill_topic, every), TIMELINE_TOPIC}
    assert _may("hub-relay", "WRITE") == {*map(alerts_topic, every), TIMELINE_TOPIC}
    assert _may("hub-rebuild", "READ") == {TIMELINE_TOPIC}
    assert _may("hub-clock", "READ") == {TIMELINE_TOPIC}
    assert _may("hub-watch", "READ") == {*map(alerts_topic, every), TIMELINE_TOPIC}
    readers = "timeline", "backfill", "clock", "watch", "rebuild", "operator"
    for reader in readers:
        assert _may(f"hub-{reader}", "WRITE") == set()
    assert Grant("hub-timeline", "group", "kith.", True, "READ") in GRANTS


def test_only_provisioning_can_change_anything() -> None:
    changing = {"CREATE", "ALTER", "ALTER_CONFIGS"}
    assert {g.principal for g in GRANTS if g.operation in changing} == {"hub-provision"}
    assert _may("hub-provision", "READ") == _may("hub-provision", "WRITE") == set()


def test_names_of_all_principals() -> None:
    names = PLAN.principals.names(PLAN.agencies)
    assert len(names) == len(set(names)) == 8 + len(AGENCIES.agencies)
    assert {g.principal for g in GRANTS} == set(names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TOPICS_FOLDER, tmp_path / "topics")
    return tmp_path / "topics"


def _faults(folder: Path) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        load_topics(AGENCIES, folder=folder)
    return [str(fault).removeprefix(f"{folder}/") for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("file", "was", "becomes", "fault"),
    [
        ("timeline", "purpose:", "purpse:", "timeline.yaml:1: purpose: must be given"),
        ("timeline", "purpose:", "purpse:", "timeline.yaml:2: purpse: this key is not known here"),
        ("timeline", "    why: Builds", "    wy: Builds", "consumers.4.wy: this key is not known"),
        ("timeline", "LogAppendTime", "CreateTime", "timestamp_type: "),
        ("timeline", "partitions: 4", "partitions: 0", "partitions"),
        ("timeline", "partitions: 4", "partitions: from-agency", "partitions: from-agency is for"),
        ("timeline", "forever", "never", "retention_days"),
        ("timeline", "hub-rebuild", "hub-rebuilt", "principal: there is no principal hub-rebuilt"),
        ("timeline", "hub-rebuild", "agency-{agency}", "cannot be given to each"),
        ("timeline", "log/envelope.v1", "log/envelop.v1", "carries.0: no schema answers to"),
        ("timeline", "log/envelope.v1", "logs/*", "carries.0: no schema answers to"),
        ("timeline", "kith.timeline", "agency.{agency}.alerts", "name: is also the name in"),
        ("agency-events", "  - events/review.v1\n", "", ""),
    ],
)
def test_names_file_line_and_key_of_each_fault(
    folder: Path, file: str, was: str, becomes: str, fault: str
) -> None:
    path = folder / f"{file}.yaml"
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, becomes, 1))
    if fault:
        assert any(fault in found for found in _faults(folder))
    else:
        # History is carried as well, so the type is no orphan yet.
        load_topics(AGENCIES, folder=folder)
        (folder / "agency-backfill.yaml").unlink()
        assert [f for f in _faults(folder) if "no topic carries events/review.v1" in f]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no topic file"):
        load_topics(AGENCIES, folder=tmp_path)
