"""Whose child it is, through the tables: doubt gives a child of its own and never silence."""

from dataclasses import replace

import pytest

from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import Said, incident

NHS = {"scheme": "nhs-number", "value": "9991234004"}
UPN = {"scheme": "upn", "value": "M838400121001"}


def about(*identifiers: dict[str, str], reference: str, kind: str = "ligature") -> Said:
    said = incident(kind, record=f"CR-{reference}", reference=reference)
    return replace(said, identifiers=identifiers)


def local(value: str) -> dict[str, str]:
    return {"scheme": "local", "value": value}


def statuses(hub: AppendHub) -> list[str]:
    return [row[0] for row in hub.rows("select status from derived.child order by status")]


def urgent(hub: AppendHub) -> int:
    found: int = hub.one("select count(*) from derived.notification where mode = 'urgent'")
    return found


def test_numbers_that_came_together_find_the_same_child_apart(hub: AppendHub) -> None:
    hub.say(about(NHS, local("PN-1"), reference="I-1"))
    hub.say(about(local("PN-1"), UPN, reference="I-2"))
    hub.say(about(UPN, reference="I-3"))
    assert statuses(hub) == ["known"]
    assert hub.one("select count(*) from derived.identifier") == 3
    assert hub.pages() == []


def test_within_one_batch_too(hub: AppendHub) -> None:
    hub.say(
        about(NHS, local("PN-1"), reference="I-1"),
        about(local("PN-1"), UPN, reference="I-2"),
        about(UPN, reference="I-3"),
    )
    assert statuses(hub) == ["known"]


def test_the_same_local_number_of_two_agencies_is_two_children(hub: AppendHub) -> None:
    mine = about(local("17"), reference="I-1")
    hub.say(mine)
    hub.say(replace(mine, agency="camhs"))
    assert statuses(hub) == ["known", "known"]


def test_numbers_of_two_children_give_a_provisional_one_that_alerts_and_a_matter_for_a_steward(
    hub: AppendHub,
) -> None:
    hub.say(about(NHS, reference="I-1"), about(UPN, reference="I-2"))
    before = urgent(hub)
    assert fates(hub.say(about(NHS, UPN, reference="I-3"))) == ["recorded"]
    assert statuses(hub) == ["known", "known", "provisional"]
    # The steward and the emergency duty team, for each of the three: none of them has a network.
    assert urgent(hub) == before + 6
    assert hub.rows("select reason, detail from kept.page") == [
        ("identity-doubt", "the identifiers point to different children")
    ]
    assert hub.one("select count(*) from derived.identifier") == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": "nhs-number", "value": "9991234005"},
        {"scheme": "nhs-number", "value": "0000000000"},
        {"scheme": "nhs-number", "value": "9999999999"},
        {"scheme": "upn", "value": "A838400121001"},
    ],
    ids=lambda wrong: f"{wrong['scheme']} {wrong['value'][:4]}",
)
def test_a_number_that_fails_its_check_joins_nobody_and_alerts(
    hub: AppendHub, wrong: dict[str, str]
) -> None:
    hub.say(about(wrong, reference="I-1"))
    hub.say(about(wrong, reference="I-2"))
    assert statuses(hub) == ["provisional", "provisional"]
    assert urgent(hub) == 4
    assert hub.pages() == ["identity-doubt", "identity-doubt"]
    assert hub.one("select count(*) from derived.identifier") == 0
    details = " ".join(row[0] for row in hub.rows("select detail from kept.page"))
    assert wrong["value"] not in details


def test_its_correction_is_found_by_its_reference(hub: AppendHub) -> None:
    wrong = about({"scheme": "nhs-number", "value": "9991234005"}, reference="I-1")
    hub.say(wrong)
    assert fates(hub.say(wrong.corrected(kind="force_used"))) == ["recorded"]
    assert statuses(hub) == ["provisional"]
    assert hub.rows("select severity, revision from derived.alert") == [("critical", 2)]


def test_a_retraction_needs_no_numbers(hub: AppendHub) -> None:
    said = about(NHS, reference="I-1")
    hub.say(said)
    assert fates(hub.say(replace(said.retracted(), identifiers=()))) == ["recorded"]
    assert statuses(hub) == ["known"]
    assert hub.one("select state from derived.alert") == "withdrawn"


def test_an_early_retraction_is_remembered(hub: AppendHub) -> None:
    said = about(NHS, reference="I-1")
    hub.say(said.retracted())
    hub.say(said)
    assert hub.rows("select state from derived.alert") == []
    assert hub.one("select retracted from derived.standing")
