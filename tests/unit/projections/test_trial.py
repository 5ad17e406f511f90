"""A trial over sealed entries: it opens only what the rules that are tried have to do with."""

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from projections.append.drafts import Draft, Instant
from projections.append.sealing import seal_all
from projections.append.world import World
from projections.backtest import Asked, Only, Trial
from projections.rebuild.reading import EntryReader, LogEntry
from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.differing import Rules
from safeguarding.backtest.replay import told_in
from safeguarding.events import Event, Reference
from safeguarding.facts import AlertRaised, AlertWithdrawn
from schemas.codec import encode
from schemas.envelope import Envelope, Unopenable, encode_envelope
from schemas.keys import KeysInMemory, LastKey
from schemas.plain import read_event
from tests.unit.rules.hub import CHILD, Hub, only
from tests.unit.rules.said import (
    NIGHT,
    Said,
    attendance,
    found,
    incident,
    london,
    placed,
    registry,
    report,
)
from tests.unit.rules.said_care import visit
from tests.unit.rules.spec import given, members, received

KEY = "child-key-1"
AROUND_HER = members("social_worker team_manager iro edt foster_carer missing_coordinator")
RULES = ("custody-ligature", "self-harm", "missing", "placement-move")
REPORT = report("E-1", "2021-07-05 20:00")
LIFE = (
    (REPORT, "2021-07-05 20:30"),
    (found("E-1", "2021-07-06 22:00"), "2021-07-06 23:00"),
    (placed("P-1", "2021-07-07 12:00"), "2021-07-07 13:00"),
    (visit("2021-07-09 12:00"), "2021-07-09 15:00"),
    (report("E-2", "2021-07-15 20:00"), "2021-07-15 20:30"),
    (report("E-3", "2021-07-25 20:00"), "2021-07-25 20:30"),
    (incident("ligature", NIGHT), "2021-10-02 02:41"),
    (attendance("2021-10-03 02:00", self_harm="yes"), "2021-10-03 02:30"),
    (REPORT.retracted(), "2021-10-04 10:00"),
)


def lived(*life: tuple[Said, str]) -> tuple[Hub, dict[UUID, bytes]]:
    """A child's log, and the bodies of its events by entry."""
    hub = Hub(only(*RULES))
    given(AROUND_HER, hub=hub)
    for said, at in life:
        given(received(said, at=at), hub=hub)
    written = {event_id(said): encode(*read_event(said.plain(), registry())) for said, _ in life}
    return hub, {
        each.entry_id: written[each.body.event_id]
        for each in hub.entries
        if isinstance(each.body, Event)
    }


def event_id(said: Said) -> UUID:
    return said.received(london(said.occurred)).event_id


def world_of(hub: Hub) -> World:
    keys = KeysInMemory(os.urandom)
    keys.create([KEY])
    return World(
        registry=registry(),
        keys=keys,
        ruleset=hub.ruleset,
        directory=hub.directory,
        calendar=hub.calendar,
        identity_key=bytes(32),
        timeline_partitions=1,
        scenario=False,
        now=lambda: hub.entries[-1].entered_at,
        new_id=lambda: UUID(int=0),
        random_bytes=os.urandom,
    )


def messages(
    hub: Hub, bodies: dict[UUID, bytes], world: World, spoilt: str | None = None
) -> list[bytes]:
    """The log as the broker holds it; bodies of a type that is ``spoilt`` open no more."""
    drafts = [Draft(each, Instant(each.entered_at, each.entered_at)) for each in hub.entries]
    sealed = seal_all(drafts, bodies, {CHILD: KEY}, {CHILD: bytes(32)}, world)
    return [
        encode_envelope(
            Envelope(
                each.stored.header,
                each.stored.key_id,
                bytes(12) if each.type == spoilt else each.stored.nonce,
                each.stored.sealed,
            ),
            registry(),
        )
        for each in sealed
    ]


class Log:
    """One child's log in memory. The tables' own is in ``tests/integration/test_histories.py``."""

    def __init__(self, entries: Sequence[LogEntry]) -> None:
        self.entries = entries

    def count(self, _: Sequence[UUID]) -> int:
        return len(self.entries)

    def of_types(
        self, children: Collection[UUID], types: Collection[str]
    ) -> dict[UUID, list[LogEntry]]:
        found = [each for each in self.entries if each.type in types]
        return {CHILD: found} if CHILD in children and found else {}

    def concerned(self, children: Sequence[UUID], _: Collection[str]) -> list[UUID]:
        return [*children]

    def restated(self, _: Sequence[UUID]) -> dict[UUID, set[Reference]]:
        versions = [each for each in self.entries if (each.heading["version"] or 0) > 1]
        return {CHILD: {each.statement for each in versions}}

    def decided_by_others(self, _: Sequence[UUID], versions: Collection[str]) -> bool:
        return not {each.heading["ruleset"] for each in self.entries} - {None} <= {*versions}


def tried(hub: Hub, log: Sequence[bytes], world: World, *only: str, **missing: Any) -> Comparison:
    """What comes of the rules that were in force, but for these figures of ``missing``."""
    thresholds = dict(hub.ruleset.thresholds)
    thresholds["missing"] = {**thresholds["missing"], **missing}
    rules = Rules(replace(hub.ruleset, thresholds=thresholds), hub.calendar)
    asked = Asked(None, hub.entries[-1].entered_at + timedelta(days=1))
    reader = EntryReader(world.registry, LastKey(world.keys))
    alone = Only(frozenset(only), frozenset({hub.ruleset.version})) if only else None
    histories = Log([reader.read(message) for message in log])
    return Trial(world, rules, asked, reader, alone).run(histories, [CHILD]).comparison


def of_missing(comparison: Comparison) -> dict[str, Any]:
    """What it says of that rule."""
    changes = {
        kind: [each for each in getattr(comparison, kind) if each.rule == "missing"]
        for kind in ("gained", "lost", "earlier", "later")
    }
    return changes | {
        when: {name: count for name, count in told.items() if name[0] == "missing"}
        for when, told in (("before", comparison.told_before), ("after", comparison.told_after))
    }


@pytest.mark.parametrize("episodes", [2, 3, 4])
def test_of_one_rule_alone_comes_what_comes_of_it_among_all(episodes: int) -> None:
    """Fails without: any type of event that the rule reads; what replaced one, in its place."""
    hub, bodies = lived(*LIFE)
    world = world_of(hub)
    log = messages(hub, bodies, world)
    alone = tried(hub, log, world, "missing", pattern_episodes=episodes)
    assert of_missing(alone) == of_missing(tried(hub, log, world, pattern_episodes=episodes))
    changes = (alone.gained, alone.lost, alone.earlier, alone.later)
    assert any(changes) == (episodes != 3)


def test_what_it_does_not_read_is_not_opened() -> None:
    hub, bodies = lived(*LIFE)
    world = world_of(hub)
    log = messages(hub, bodies, world, spoilt="custody-incident")
    assert tried(hub, log, world, "missing").told_after
    with pytest.raises(Unopenable):
        tried(hub, log, world)


def test_a_statement_that_became_one_of_another_type_is_followed() -> None:
    """Fails without: what replaced a statement that is read, in its place."""
    became = replace(incident("force_used", NIGHT, reference=REPORT.reference), version=2)
    hub, bodies = lived(
        (REPORT, "2021-07-05 20:30"),
        (became, "2021-07-06 10:00"),
        (replace(REPORT, version=3), "2021-07-07 10:00"),
    )
    world = world_of(hub)
    told = [*told_in(CHILD, hub.entries, frozenset({"missing"}))]
    assert [type(each.fact) for each in told] == [AlertRaised, AlertWithdrawn, AlertRaised]
    comparison = tried(hub, messages(hub, bodies, world), world, "missing")
    assert comparison.told_after == comparison.told_before
