"""A correction that says that an event is about another child: both logs say so, and are told."""

from dataclasses import replace
from uuid import UUID

import pytest

from safeguarding.commands import JoinNetwork
from safeguarding.events import Event
from safeguarding.facts import AlertRaised, AlertWithdrawn, Moved
from schemas.envelope import verify_chain
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.hub import teams
from tests.unit.rules.said import Said, incident, london

WRONG = ({"scheme": "nhs-number", "value": "9991234004"}, {"scheme": "local", "value": "PN-1"})
RIGHT = ({"scheme": "upn", "value": "M838400121001"},)
REFERENCE = "I-1"


def _ligature() -> Said:
    return replace(incident("ligature", record="CR-1", reference=REFERENCE), identifiers=WRONG)


def _moved(said: Said) -> Said:
    return replace(said.corrected(), identifiers=RIGHT)


def _child(hub: AppendHub, scheme: str) -> UUID:
    found: UUID = hub.one("select child_id from derived.identifier where scheme = %s", scheme)
    return found


def _join(hub: AppendHub, child: UUID, role: str) -> None:
    hub.command(child, JoinNetwork(teams()[role], "spec", london("2000-01-01 00:00")))


@pytest.fixture
def two_children(hub: AppendHub) -> tuple[UUID, UUID]:
    """The one that the police took her for, with a foster carer; and the right one, with CAMHS."""
    other = replace(incident("force_used", record="CR-0", reference="I-0"), identifiers=RIGHT)
    first = replace(incident("force_used", record="CR-9", reference="I-9"), identifiers=WRONG)
    hub.say(first, other)
    wrong, right = _child(hub, "nhs-number"), _child(hub, "upn")
    _join(hub, wrong, "foster_carer")
    _join(hub, right, "camhs_crisis")
    return wrong, right


def _told(hub: AppendHub, child: UUID, kind: str) -> list[str]:
    return [
        role
        for (role,) in hub.rows(
            "select n.role from derived.notification n join derived.alert a using (alert_id) "
            "where n.child_id = %s and n.kind = %s and a.key = 'record:police:CR-1' order by 1",
            child,
            kind,
        )
    ]


def test_both_logs_say_so_and_both_networks_are_told(
    hub: AppendHub, two_children: tuple[UUID, UUID]
) -> None:
    wrong, right = two_children
    said = _ligature()
    hub.say(said)
    assert _told(hub, wrong, "raised") == ["foster_carer"]
    assert fates(hub.say(_moved(said))) == ["recorded"]
    assert _told(hub, wrong, "withdrawn") == ["foster_carer"]
    assert _told(hub, right, "raised") == ["camhs_crisis"]
    left = [entry.body for entry in hub.entries(wrong) if isinstance(entry.body, Moved)]
    came = [entry.body for entry in hub.entries(right) if isinstance(entry.body, Moved)]
    assert left == [Moved("police", REFERENCE, 2, right, away=True)]
    assert came == [Moved("police", REFERENCE, 2, wrong, away=False)]
    assert hub.rows(
        "select child_id, version from derived.standing where reference = %s", REFERENCE
    ) == [(right, 2)]
    for child in (wrong, right):
        assert verify_chain(hub.log(child), hub.world.registry) is None
    assert hub.quarantined() == []


def test_nothing_of_the_right_child_reaches_the_other_network(
    hub: AppendHub, two_children: tuple[UUID, UUID]
) -> None:
    wrong, _ = two_children
    said = _ligature()
    hub.say(said)
    hub.say(_moved(said))
    (withdrawn,) = (
        entry.body for entry in hub.entries(wrong) if isinstance(entry.body, AlertWithdrawn)
    )
    assert "about another child" in withdrawn.alert.what
    values = {each.value for each in withdrawn.alert.subject.identifiers}
    assert values == {"9991234004", "PN-1"}
    bodies = [entry.body for entry in hub.entries(wrong)]
    assert not any(
        RIGHT[0]["value"] in repr(body.subject) for body in bodies if isinstance(body, Event)
    )


def test_the_pair_that_stood_in_one_batch(hub: AppendHub, two_children: tuple[UUID, UUID]) -> None:
    wrong, right = two_children
    said = _ligature()
    assert fates(hub.say(said, _moved(said))) == ["recorded", "recorded"]
    assert _told(hub, wrong, "withdrawn") == ["foster_carer"]
    assert _told(hub, right, "raised") == ["camhs_crisis"]


def test_the_wrong_version_that_comes_late_alerts_nobody(
    hub: AppendHub, two_children: tuple[UUID, UUID]
) -> None:
    wrong, right = two_children
    said = _ligature()
    hub.say(_moved(said))
    assert fates(hub.say(said)) == ["recorded"]
    assert _told(hub, wrong, "raised") == []
    assert _told(hub, right, "raised") == ["camhs_crisis"]
    assert hub.one("select version from derived.standing where reference = %s", REFERENCE) == 2


def test_a_correction_for_the_wrong_child_with_numbers_nobody_knew_makes_a_new_child(
    hub: AppendHub,
) -> None:
    said = _ligature()
    hub.say(said)
    hub.say(replace(said.corrected(), identifiers=RIGHT, why_corrected="wrong_child"))
    assert hub.one("select count(*) from derived.child") == 2
    raised = [
        entry.child_id
        for child in hub.children()
        for entry in hub.entries(child)
        if isinstance(entry.body, AlertRaised)
    ]
    assert len(set(raised)) == 2


def test_moved_back_again(hub: AppendHub, two_children: tuple[UUID, UUID]) -> None:
    wrong, right = two_children
    said = _ligature()
    moved = _moved(said)
    back = replace(moved.corrected(), identifiers=WRONG)
    hub.say(said)
    hub.say(moved)
    assert fates(hub.say(back)) == ["recorded"]
    assert _told(hub, right, "withdrawn") == ["camhs_crisis"]
    assert hub.rows(
        "select child_id, version from derived.standing where reference = %s", REFERENCE
    ) == [(wrong, 3)]
    assert hub.rows(
        "select state, revision from derived.alert where child_id = %s "
        "and key = 'record:police:CR-1'",
        wrong,
    ) == [("open", 3)]
