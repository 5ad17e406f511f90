"""A scenario file that is wrong is refused, by file, step and key."""

import shutil
from pathlib import Path

import pytest

from producers.scenario import Acknowledge, NetworkJoin, load, load_expected
from schemas.reviewed_file import FileRefused
from tests.unit.scenarios.told import CHILD_K, agencies

NIGHT = "custody-night-with-the-hub.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHILD_K, tmp_path / "child-k"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refused(folder: Path) -> str:
    area = agencies()
    with pytest.raises(FileRefused) as caught:
        load_expected(folder / "expected" / NIGHT, load(folder / NIGHT, area), area)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("identified_by:", "identifed_by:", "steps[ligature].identifed_by", "misspelt"),
        ("means:", "mean:", "steps[ligature].publish.mean", "did you mean means"),
        ("kind: ligature", "kind: rope", "steps[ligature].publish.kind", "none of the words"),
        ('paragraph: ["3.17", "1.8"]', 'paragraph: "3.41"', "paragraph", "paragraph of the review"),
        (
            "      step: A late",
            "      words: A late",
            "steps[carer-answers]",
            "chosen: {step",
        ),
        ("    why: The hour is chosen.", "", "steps[to-her-foster-carer]", "say why"),
        ('"9992186062"', '"9992186063"', "child.nhs_number", "check digit"),
        ('"9992186062"', '"4505577104"', "child.nhs_number", "test range"),
        ('"9992186062"', '"9434765919"', "child.nhs_number", "test range"),
        ("camhs/crisis/camhs_crisis: 9", "camhs/crisis/crisis: 9", "steps[ligature]", "no team"),
        (
            "      missing: {",
            "      missing of found: {",
            "steps[missing].acknowledged",
            "no earlier step is called found",
        ),
        (
            "raised_by: ligature",
            "raised_by: ligatures",
            "steps[duty-team-rings]",
            "no earlier step",
        ),
        (
            "at: 2021-10-01T22:50",
            "at: 2021-10-01T18:50",
            "steps[found].at",
            "before the step above",
        ),
        ("known: 2021-10-02T02:40", "known: 2021-10-02T02:50", "event.known", "after the hub"),
        (", known: 2021-10-02T02:40+01:00", "", "publish.event.known", "is missing"),
        ("id: found", "id: missing", "steps[missing].id", "another step has this id"),
        ("tick: true", "tick: true\n    network: network.yaml", "steps[quarter-of", "exactly one"),
        ("network: network.yaml", "network: net.yaml", "steps[network].network", "no such file"),
        ("camhs, fostering]", "camhs, fostering, acute-trust]", "agencies", "takes no part"),
        ("camhs, fostering]", "camhs]", "agencies", "fostering takes part"),
        ("  all:\n", "  missing-reports: {}\n  all:\n", "defaults.missing-reports", "misspelt"),
        ("\nsteps:\n", "\nmemberships:\n", "steps: must be given, as a list", "is this a story?"),
        ("\ndefaults:\n", "\ndefaults: []\nothers:\n", "defaults", "must hold parts of steps"),
        ("2021-10-02T02:41+01:00", "2021-10-02T02:41", "steps[ligature].at", "with its offset"),
    ],
)
def test_a_fault_in_a_story_is_named(
    folder: Path, old: str, new: str, where: str, problem: str
) -> None:
    change(folder / NIGHT, old, new)
    text = refused(folder)
    assert str(folder / NIGHT) in text
    assert where in text
    assert problem in text


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("{found: missing}", "{fund: missing}", "notifications[2].step", "no step fund"),
        ("{found: missing}", "{found: ligature}", "notifications[2].step", "nothing raises"),
        ("kind: updated", "kind: raised", "notifications[2]", "comes at the step itself"),
        ("step: missing", "step: {found: missing}", "notifications[0]", "comes at the step itself"),
        ("kind: reminder", "kind: remainder", "kind", "'reminder'"),
        ("edt/edt", "edt/edtt", "notifications[missing].to", "no team"),
        ("mode: digest", "mode: digest\n    level: 3", "notifications[missing].level", "misspelt"),
        (
            "      - social-care/iro/iro",
            "      - social-care/edt/edt",
            "notifications[missing].to",
            "edt has this at missing already",
        ),
        ("story: custody-night-with-the-hub", "story: july-2021", "story", "is not that of"),
    ],
)
def test_a_fault_in_the_expectations_is_named(
    folder: Path, old: str, new: str, where: str, problem: str
) -> None:
    change(folder / "expected" / NIGHT, old, new)
    text = refused(folder)
    assert where in text
    assert problem in text


def test_expectations_are_like_none_that_is_itself_like_another(folder: Path) -> None:
    """What the third has would be lost. Fails without: the question in ``load_expected``."""
    expected = folder / "expected"
    change(expected / "seven-months.yaml", "\nrules: [", "\nlike: july-2021\n# rules: [")
    story = load(folder / "seven-months", agencies(), in_fact=True)
    with pytest.raises(FileRefused, match=r"like: seven-months.yaml is itself like another"):
        load_expected(expected / "seven-months-as-it-happened.yaml", story, agencies())


def test_a_fault_in_the_network_is_named(folder: Path) -> None:
    change(folder / "network.yaml", "iro/iro", "iro/irp")
    assert "memberships[reviewing-officer].recipient" in refused(folder)


def test_answers_and_networks_are_written_out_in_the_order_of_time() -> None:
    story = load(CHILD_K / NIGHT, agencies())
    ids = [step.id for step in story.steps]
    begins = ids.index("ligature")
    assert ids[begins : begins + 5] == [
        "ligature",
        "ligature.answer-1",
        "ligature.answer-2",
        "ligature.answer-3",
        "quarter-of-an-hour",
    ]
    answer = story.step("ligature.answer-1").action
    assert isinstance(answer, Acknowledge)
    assert (answer.alert.rule, answer.alert.raised_by) == ("custody-ligature", "ligature")
    assert story.step("ligature.answer-1").at.minute == 44
    joined = story.step("network.camhs-worker").action
    assert isinstance(joined, NetworkJoin)
    # Midnight in London in summer.
    assert joined.starts_at.isoformat() == "2021-06-13T23:00:00+00:00"


def test_who_has_left_before_the_network_is_entered_does_not_join() -> None:
    story = load(CHILD_K / NIGHT, agencies())
    assert "network.residential-provider" not in {step.id for step in story.steps}
    july = load(CHILD_K / "july-2021.yaml", agencies())
    assert "network.residential-provider" in {step.id for step in july.steps}


def test_events_are_the_same_each_time_and_know_the_child_as_their_agency_does() -> None:
    first, again = (load(CHILD_K / NIGHT, agencies()) for _ in range(2))
    assert first == again
    schemes = {
        step.id: [each["scheme"] for each in step.action.event["event"]["subject"]["identifiers"]]
        for step in first.steps
        if hasattr(step.action, "event")
    }
    assert schemes["missing"] == ["nhs-number", "local"]
    assert schemes["ligature"] == ["local"]
