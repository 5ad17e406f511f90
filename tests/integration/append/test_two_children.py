"""One event with two children's numbers: both logs say so, and those who were told are told."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from safeguarding.commands import JoinNetwork
from safeguarding.facts import AlertRaised, AlertWithdrawn, Moved, NamedWithAnother
from tests.integration.append.hub import AppendHub, fates
from tests.integration.append.test_identity import NHS, UPN, about
from tests.unit.rules.hub import teams
from tests.unit.rules.said import Said, london, other

BOTH = about(NHS, UPN, reference="I-3")


def two_known(hub: AppendHub) -> tuple[UUID, UUID]:
    """A child with an NHS number and one with a UPN, each with a network of its own."""
    one = replace(other("2021-10-01", "L-1"), identifiers=(NHS,))
    two = replace(other("2021-10-01", "L-2"), identifiers=(UPN,))
    first, second = hub.say(one, two)
    assert first.child_id is not None
    assert second.child_id is not None
    for child, role in ((first.child_id, "foster_carer"), (second.child_id, "placement")):
        hub.command(child, JoinNetwork(teams()[role], "test", london("2021-01-01 00:00")))
    return first.child_id, second.child_id


def bodies(hub: AppendHub, child: UUID, kind: type) -> list[Any]:
    return [entry.body for entry in hub.entries(child) if isinstance(entry.body, kind)]


def told(hub: AppendHub, child: UUID) -> list[tuple[str, str, str]]:
    return hub.rows(
        "select role, kind, mode from derived.notification where child_id = %s "
        "and rule = 'two-children' order by sequence, role",
        child,
    )


def test_both_logs_say_so_and_both_networks_are_told_no_more(hub: AppendHub) -> None:
    """Fails without: ``Journal._named_together``; the subject's numbers left out of the alert."""
    first, second = two_known(hub)
    (outcome,) = hub.say(BOTH)
    for child, role in ((first, "foster_carer"), (second, "placement")):
        (named,) = bodies(hub, child, NamedWithAnother)
        assert (named.reference, named.kept_with) == ("I-3", outcome.child_id)
        assert told(hub, child) == [(role, "raised", "urgent")]
        (raised,) = bodies(hub, child, AlertRaised)
        mine = NHS if child == first else UPN
        assert {each.value for each in raised.alert.subject.identifiers} == {mine["value"]}
        assert "ligature" not in raised.alert.what


def test_a_correction_that_says_who_is_meant_takes_it_back_and_moves_the_event(
    hub: AppendHub,
) -> None:
    """Fails without: ``Resolved.settled``."""
    first, second = two_known(hub)
    hub.say(BOTH)
    hub.say(replace(BOTH.corrected(), identifiers=(NHS,), why_corrected="wrong_child"))
    for child, role in ((first, "foster_carer"), (second, "placement")):
        assert told(hub, child) == [(role, "raised", "urgent"), (role, "withdrawn", "urgent")]
    assert [each.away for each in bodies(hub, first, Moved)] == [False]
    assert bodies(hub, second, Moved) == []
    assert hub.one(
        "select state from derived.alert where child_id = %s and rule = 'custody-ligature'", first
    ) == "open"  # fmt: skip


def test_a_retraction_takes_it_back_too(hub: AppendHub) -> None:
    """Fails without: the look for children that were named together."""
    children = two_known(hub)
    hub.say(BOTH)
    hub.say(replace(BOTH.retracted(), identifiers=()))
    for child in children:
        assert [kind for _, kind, _ in told(hub, child)] == ["raised", "withdrawn"]
        (withdrawn,) = bodies(hub, child, AlertWithdrawn)
        assert withdrawn.because == "settled"


def test_a_correction_that_names_both_again_says_nothing_new(hub: AppendHub) -> None:
    children = two_known(hub)
    hub.say(BOTH)
    hub.say(BOTH.corrected(means="cord"))
    for child in children:
        assert [kind for _, kind, _ in told(hub, child)] == ["raised"]


def test_in_one_batch_the_end_is_the_same(hub: AppendHub) -> None:
    first, second = two_known(hub)
    last: Said = replace(BOTH.corrected(), identifiers=(UPN,), why_corrected="wrong_child")
    assert fates(hub.say(BOTH, last)) == ["recorded", "recorded"]
    for child in (first, second):
        assert [kind for _, kind, _ in told(hub, child)] == ["raised", "withdrawn"]
    assert [each.away for each in bodies(hub, second, Moved)] == [False]


def test_what_came_first_and_names_one_stands_against_an_older_version_that_names_both(
    hub: AppendHub,
) -> None:
    children = two_known(hub)
    hub.say(replace(BOTH.corrected(), identifiers=(NHS,), why_corrected="wrong_child"))
    hub.say(BOTH)
    for child in children:
        assert told(hub, child) == []


def test_published_again_it_says_nothing_again(hub: AppendHub) -> None:
    children = two_known(hub)
    hub.say(BOTH)
    assert fates(hub.say(BOTH)) == ["duplicate"]
    for child in children:
        assert len(bodies(hub, child, NamedWithAnother)) == 1
