"""One story gives two: with the hub, and as it happened, where some was told late or never."""

from datetime import timedelta
from pathlib import Path

import pytest

from kith.scenario.library import expected_of
from producers.scenario import Publish, Story, load
from safeguarding.facts import Mode
from schemas.reviewed_file import FileRefused
from tests.unit.scenarios.test_loading import change, folder
from tests.unit.scenarios.test_seven_months import at, events, header, seven_months
from tests.unit.scenarios.told import CHILD_K, agencies, read, said

__all__ = ["folder"]  # A fixture.


def test_what_was_told_late_or_never_is_late_or_missing_in_fact() -> None:
    """3.17, 3.18. Fails without: in_fact in the story, or worlds.as_it_happened."""
    hub, happened = seven_months(), seven_months(in_fact=True)
    late = happened.step("night-ligature").at - hub.step("night-ligature").at
    assert timedelta(days=4) <= late < timedelta(days=5)
    ids = [
        {step.written_as for step in story.steps if isinstance(step.action, Publish)}
        for story in (hub, happened)
    ]
    assert ids[0] - ids[1] == {"substances-seen-by-carer", "carer-is-told"}
    assert ids[1] - ids[0] == {"carer-was-not-told"}
    times = [
        {step.id: step.at for step in story.steps if step.id == step.written_as}
        for story in (hub, happened)
    ]
    shared = times[0].keys() & times[1].keys() - {"night-ligature"}
    assert len(shared) > 150
    assert [step for step in shared if times[0][step] != times[1][step]] == []


def denied(told: Story, speaking: Story) -> list[str]:
    """The steps of one story that say of a role that nobody told it what the other tells it.

    A role that had an urgent copy before somebody says so was told.
    """
    copies = [
        (copy.recipient.role, told.step(copy.step).at)
        for copy in expected_of(told, agencies()).copies
        if copy.mode is Mode.URGENT
    ]
    return [
        step.id
        for step, each in said(speaking, "placement-briefing")
        if each.event["step"] == "not_given"
        if any(
            role == each.event["to_role"] and when <= at(header(each)["known"])
            for role, when in copies
        )
    ]


def test_with_the_hub_no_step_denies_what_a_notification_told() -> None:
    """3.18. Fails without: ``only`` at carer-was-not-told."""
    hub, happened = seven_months(), seven_months(in_fact=True)
    assert denied(told=hub, speaking=hub) == []
    # The question finds what it asks for: said in the world with the hub, it would deny.
    assert denied(told=hub, speaking=happened) == ["carer-was-not-told"]
    given = [each.event for _, each in said(hub, "placement-briefing") if each.event.get("covered")]
    assert [each["to_role"] for each in given] == ["foster_carer", "placement"]
    assert all(each["before_arrival"] for each in given)


def test_both_worlds_can_be_played_in_one_hub() -> None:
    hub, happened = seven_months(), seven_months(in_fact=True)
    numbers = {
        read(name)[0].child.nhs_number for name in ("july-2021", "custody-night-as-it-happened")
    }
    assert len(numbers | {hub.child.nhs_number, happened.child.nhs_number}) == 4
    assert not set(hub.child.local.values()) & set(happened.child.local.values())
    ids = [{header(each)["event_id"] for _, each in events(story)} for story in (hub, happened)]
    assert not ids[0] & ids[1]
    assert (hub.world, happened.world) == ("with-the-hub", "as-it-happened")


def test_a_story_of_one_world_is_not_read_as_it_happened() -> None:
    """Fails without: the check in load(); the child would have no number."""
    with pytest.raises(FileRefused, match=r"world: is one only"):
        load(CHILD_K / "july-2021.yaml", agencies(), in_fact=True)


def test_a_step_refers_to_another_by_its_name_in_both_worlds() -> None:
    for story in (seven_months(), seven_months(in_fact=True)):
        admission, attendance = (
            story.step(name).action for name in ("first-admission", "overdose")
        )
        assert hasattr(admission, "event")
        assert hasattr(attendance, "event")
        reference = attendance.event["event"]["reference"]
        assert admission.event["follows_reference"] == reference


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "problem"),
    [
        (
            "04-mother.yaml",
            "in_fact: 2021-10-06T10:15",
            "in_fact: 2021-10-02T02:40",
            "steps[night-ligature]",
            "no later than at",
        ),
        ("04-mother.yaml", "step exploited", "step exploitd", "steps[meeting-10]", "no earlier"),
        (
            "04-mother.yaml",
            "  - id: exploited\n",
            "  - id: exploited\n    only: with-the-hub\n",
            "steps[meeting-10].publish.about_reference",
            "no exploited in the world as-it-happened",
        ),
        (
            "04-mother.yaml",
            "  - id: night-ligature\n",
            "  - id: night-ligature\n    only: with-the-hub\n",
            "steps[night-ligature]",
            "of one world only",
        ),
        (
            "05-carer-bed-hospital.yaml",
            "    only: as-it-happened\n    what: Adult",
            "    only: as-it-happend\n    what: Adult",
            "steps[adult-services-answer].only",
            "as-it-happened",
        ),
        (
            "02-july.yaml",
            "    when: chosen\n    why: Three",
            "    chosen: {words: All.}\n    why: Three",
            "defaults.camhs-contact.chosen",
            "step by step",
        ),
        (
            "02-july.yaml",
            "outcome: On what",
            "outcom: On what",
            "steps[release].chosen",
            "'outcome'",
        ),
        (
            "04-mother.yaml",
            "how: carried",
            "how: caried",
            "steps[night-knife]",
            "none of the words",
        ),
        ("04-mother.yaml", "part: With", "prt: With", "prt", "misspelt"),
        (
            "04-mother.yaml",
            "id: mother-drinking",
            "id: residential",
            "steps[residential]",
            "this id",
        ),
        ("04-mother.yaml", "at: 2021-09-06T10:20", "at: 2021-08-06T10:20", "at", "before the step"),
        ("story.yaml", "world: both", "world: with-the-hub", "", "world is both exactly where"),
        ("story.yaml", "network-v2.yaml", "network-v9.yaml", "network_rules", "names no file"),
        ("story.yaml", '"9994182064"', '"9994182065"', "child.in_fact", "check digit"),
        ("story.yaml", "defaults:", "steps: []\n\ndefaults:", "steps", "stand in the parts"),
    ],
)
def test_a_fault_is_told_by_the_part_where_it_stands(
    folder: Path, file: str, old: str, new: str, where: str, problem: str
) -> None:
    """Fails without: StoryFolder.fault, for those in a part."""
    story = folder / "seven-months"
    change(story / file, old, new)
    with pytest.raises(FileRefused) as caught:
        load(story, agencies())
    text = str(caught.value)
    assert str(story / file) in text
    assert where in text
    assert problem in text


def test_a_folder_without_parts_is_refused(folder: Path) -> None:
    for path in (folder / "seven-months").glob("0*.yaml"):
        path.unlink()
    with pytest.raises(FileRefused, match=r"has no part"):
        load(folder / "seven-months", agencies())
