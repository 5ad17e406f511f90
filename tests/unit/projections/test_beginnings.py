"""The rule of a fact is found in its beginning, whatever kind of fact it is."""

import pytest

from projections.rebuild.beginnings import Beginnings
from schemas.codec import HEADER_BYTES, encode
from schemas.registry import Schema
from tests.unit.rules.said import registry
from tests.unit.schemas.datums import sample

FACTS = registry().family("facts")


@pytest.mark.parametrize("schema", FACTS, ids=lambda each: each.versioned_type)
def test_the_beginning_says_the_rule_that_the_whole_does(schema: Schema) -> None:
    """Fails without: the fields before the rule (another text, or none, stands in its place)."""
    datum = sample(schema)
    alert = datum.get("alert", datum)
    assert Beginnings(registry()).rule_of(encode(schema, datum)) == alert.get("rule")


def test_most_facts_have_a_rule_and_nothing_behind_it_is_read() -> None:
    """Fails without: the schema that ends with the rule."""
    (raised,) = (each for each in FACTS if each.versioned_type == "alert-raised.v1")
    datum = sample(raised)
    body = encode(raised, datum)
    rule = datum["alert"]["rule"].encode()
    cut = body[: body.index(rule, HEADER_BYTES) + len(rule)]
    assert Beginnings(registry()).rule_of(cut) == rule.decode()
