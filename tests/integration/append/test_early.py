"""Retractions and corrections that come before what they are about, and name nobody."""

from dataclasses import replace
from uuid import UUID

import pytest

from safeguarding.facts import Moved
from schemas.envelope import verify_chain
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import Said, incident, other


def nameless(said: Said) -> Said:
    return replace(said, identifiers=())


def doubtful(said: Said) -> Said:
    """With a number whose check digit is wrong: it stands for nobody."""
    return replace(said, identifiers=({"scheme": "nhs-number", "value": "9991234005"},))


def open_rules(hub: AppendHub, child: UUID) -> list[str]:
    rows = hub.rows(
        "select rule from derived.alert where child_id = %s and state = 'open' order by 1", child
    )
    return [row[0] for row in rows]


@pytest.fixture
def known(hub: AppendHub) -> UUID:
    hub.say(other("2021-01-01"))
    hub.members("foster_carer edt")
    return hub.children()[0]


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize("heard_of", [True, False], ids=["known", "unknown"])
def test_an_early_retraction_takes_effect_on_the_right_child(
    hub: AppendHub, batches: int, heard_of: bool
) -> None:
    """Fails without: `early_version` (in two batches) or `_named_later` (in one)."""
    if heard_of:
        hub.say(other("2021-01-01"))
    said = incident("ligature", reference="I-1")
    sent = [nameless(said.retracted()), said]
    outcomes = hub.say(*sent) if batches == 1 else [*hub.say(sent[0]), *hub.say(sent[1])]
    assert fates(outcomes) == ["recorded", "recorded"]
    child = hub.one("select child_id from derived.identifier")
    assert outcomes[1].child_id == child
    assert hub.rows(
        "select child_id, version, retracted from derived.standing where reference = 'I-1'"
    ) == [(child, 2, True)]
    assert hub.rows("select kind from derived.notification") == []
    for each in hub.children():
        assert verify_chain(hub.log(each), hub.world.registry) is None
    assert len(hub.children()) == batches  # What the early one began says where it went.
    assert fates(hub.say(*sent)) == ["duplicate", "duplicate"]


def test_an_early_correction_alerts_at_once_and_then_the_right_network(
    hub: AppendHub, known: UUID
) -> None:
    """Fails without: ``moved_from`` of the early version (its alert would stay with nobody)."""
    said = incident("ligature", reference="I-1")
    (first,) = hub.say(doubtful(said.corrected()))
    alone = first.child_id
    assert alone is not None
    assert open_rules(hub, alone) == ["custody-ligature"]
    assert fates(hub.say(said)) == ["recorded"]
    assert open_rules(hub, alone) == []
    assert open_rules(hub, known) == ["custody-ligature"]
    told = hub.rows(
        "select role from derived.notification where child_id = %s and kind = 'raised' order by 1",
        known,
    )
    assert told == [("edt",), ("foster_carer",)]
    (left,) = (e.body for e in hub.entries(alone) if isinstance(e.body, Moved))
    assert left == Moved("police", "I-1", 2, known, away=True)
    assert hub.rows("select child_id, version from derived.standing where reference = 'I-1'") == [
        (known, 2)
    ]
