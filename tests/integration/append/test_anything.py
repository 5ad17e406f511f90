"""Anything that the contract lets through is recorded or refused with a reason: nothing fails.

Events are drawn from the schemas themselves, with values that are as odd as each type allows.
"""

from collections import Counter
from random import Random

import pytest

from schemas.envelope import verify_chain
from tests.integration.append.awaiting import next_rules
from tests.integration.append.hub import AppendHub
from tests.property.anything import AGENCY, Drawing
from tests.unit.rules.said import registry


@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_the_contract_lets_through_makes_the_hub_fail(
    hub: AppendHub, seed: int
) -> None:
    """With all rules: one that fails of a year 9999 fails of a mistyped one."""
    next_rules(hub)
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    schemas = [registry().event(one.type, one.version) for one in registry().family("events")]
    records = [
        hub.topics.record(
            AGENCY,
            Drawing(random, random.choice(schemas)).event(seed * 1_000 + number),
            backfilled=random.random() < 0.2,
        )
        for number in range(200)
    ]
    outcomes = []
    while records:
        size = random.randint(1, 12)
        outcomes += hub.append(*records[:size])
        records = records[size:]
        hub.clock.move(minutes=random.randint(0, 90))
    reasons = Counter(one.reason or one.fate.value for one in outcomes)
    assert reasons.keys() <= {
        "recorded",
        "invalid",
        "unknown-alert",
        "version-conflict",
    }, reasons
    assert reasons["recorded"] > 40, reasons
    assert "rule-failed" not in hub.pages()
    for child in hub.children():
        log = hub.log(child)
        assert verify_chain(log, hub.world.registry, key_for=hub.world.keys.key_for) is None
