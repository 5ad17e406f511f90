"""No rule fails of anything that the contract lets through, whatever year somebody mistyped."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.append.arrivals import Accepted, Record, receive
from safeguarding.facts import RuleFailed
from schemas.events import event_from
from schemas.rulesets import NEXT, load_ruleset
from tests.property.anything import AGENCY, Drawing
from tests.unit.rules.hub import Hub
from tests.unit.rules.said import london, registry

EVENTS = 120


@settings(max_examples=40)
@given(seed=st.integers(min_value=0))
def test_no_rule_fails_of_it(seed: int) -> None:
    """Fails without: in_london; the edges of the calendar in deadlines."""
    random, hub = Random(seed), Hub(ruleset=load_ruleset(NEXT)[0])  # noqa: S311
    schemas = [registry().event(one.type, one.version) for one in registry().family("events")]
    at, accepted = london("2021-10-02 02:41"), 0
    for number in range(EVENTS):
        value = Drawing(random, random.choice(schemas)).event(number)
        record = Record("agency.police.events", AGENCY, 0, number, value, at, number % 5 == 0)
        inbound = receive(record, registry(), scenario=False)
        if not isinstance(inbound, Accepted):
            continue
        accepted += 1
        event = event_from(
            inbound.decoded, received_at=at, broker_at=at, backfilled=record.backfilled
        )
        facts = [*hub.receive(event, at)]
        at += timedelta(minutes=random.randint(0, 600))
        facts += hub.tick(at)
        assert not [fact for fact in facts if isinstance(fact, RuleFailed)]
    assert accepted > EVENTS / 8
