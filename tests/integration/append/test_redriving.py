"""What a schema registry that was away has kept back goes through by itself once it answers."""

from dataclasses import replace

from processors.redriving import Redriving
from projections.append.arrivals import Outcome
from schemas.codec import with_schema_id
from schemas.registry import RegistryAway, Schema, load_registry
from schemas.schema_ids import REST_SECONDS, SchemaIds
from tests.integration.append.hub import AppendHub, fates, message
from tests.unit.rules.said import incident

CONTRACT = load_registry()


class Away:
    """A registry that has one schema, when it answers."""

    def __init__(self) -> None:
        self.is_away = True

    def schema(self, schema_id: int) -> object:
        if self.is_away:
            raise RegistryAway("away")
        return CONTRACT.event("custody-incident").source if schema_id == 7 else None

    def id_of(self, schema: Schema) -> int:
        raise AssertionError(schema.name)


def test_what_was_kept_back_is_sent_through_once_and_nothing_else(hub: AppendHub) -> None:
    """Fails without: the filter by reason (the second record), and that by what is still away."""
    registry, now = Away(), [0.0]
    ids = SchemaIds(
        registry,
        CONTRACT,
        clock=lambda: now[0],
        sleep=lambda _: None,
        tell=lambda _: None,
        patience_seconds=0,
    )
    hub.world = replace(hub.world, registry=CONTRACT.with_ids(ids))
    appending = hub.appending()
    kept_back, poison = with_schema_id(message(incident("ligature").plain()), 7), b"no event"
    records = [hub.topics.record("police", value) for value in (kept_back, poison)]
    before = hub.append(*records, appending=appending)
    assert fates(before) == ["quarantined registry-away", "quarantined bad-magic"]

    made: list[str] = []
    redriving = Redriving(
        hub.world,
        backfilled=False,
        connect=hub.connection,
        append=lambda inbounds: _noted(appending.append(inbounds), made),
    )
    assert redriving.once() == 0
    registry.is_away = False
    now[0] += REST_SECONDS
    other_feed = replace(redriving, backfilled=True)
    assert [other_feed.once(), redriving.once(), redriving.once()] == [0, 1, 0]
    assert made == ["recorded"]
    assert fates(hub.append(records[0], appending=appending)) == ["duplicate"]


def _noted(outcomes: list[Outcome], made: list[str]) -> list[Outcome]:
    made += fates(outcomes)
    return outcomes
