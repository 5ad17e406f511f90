"""What falls due because of a story, and who answers, in files beside its parts."""

from pathlib import Path

import pytest

from producers.scenario import Story, Tick, load, load_expected
from schemas.reviewed_file import FileRefused
from tests.unit.scenarios.test_loading import change, folder
from tests.unit.scenarios.told import agencies

__all__ = ["folder"]  # A fixture.

DUE = """\
part: What falls due in custody

acknowledged:
  night-ligature:
    safety-plan: {social-care/edt/edt: 4 min}

steps:
  - id: a-day-after-the-ligature
    at: 2021-10-03T02:40+01:00
    what: A day has passed since the ligature, and nothing was said of a plan.
    chosen: {step: A deadline of a rule.}
    tick: true
    acknowledged:
      safety-plan: {social-care/edt/edt: 3 min}
"""

EXPECTED = """\
story: seven-months

rules: [safety-plan]

notifications:
  - step: a-day-after-the-ligature
    rule: safety-plan
    kind: raised
    severity: high
    mode: urgent
    to: [social-care/edt/edt]
    paragraph: "3.14"
    why: An example.
"""


@pytest.fixture
def story(folder: Path) -> Path:
    path = folder / "seven-months"
    for written in (path / "due").glob("*.yaml"):
        written.unlink()
    (path / "due" / "custody.yaml").write_text(DUE)
    return path


def read(story: Path, *, in_fact: bool = False) -> Story:
    return load(story, agencies(), in_fact=in_fact)


def test_it_comes_at_its_time_between_the_steps_of_the_parts(story: Path) -> None:
    """Fails without: the insertion by time in StoryFolder.join."""
    steps = read(story).steps
    ids = [step.id for step in steps]
    place = ids.index("a-day-after-the-ligature")
    assert isinstance(steps[place].action, Tick)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert ids.index("to-her-foster-carer") < place < ids.index("substances-seen-by-carer")


def test_what_falls_due_is_answered_and_so_is_a_step_of_a_part(story: Path) -> None:
    """Beside the answers that the step has of its own. Fails without: StoryFolder._answer."""
    for in_fact in (False, True):
        actions = [step.action for step in read(story, in_fact=in_fact).steps]
        answered = [getattr(each, "alert", None) for each in actions]
        assert [each.raised_by for each in answered if each and each.rule == "safety-plan"] == (
            ["a-day-after-the-ligature", "night-ligature"]
            if in_fact
            else ["night-ligature", "a-day-after-the-ligature"]
        )
        assert [each for each in answered if each and each.rule == "custody-ligature"]


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("night-ligature:", "night-ligatures:", "acknowledged.night-ligatures", "has no step"),
        ("tick: true", "tick: false", "steps[a-day-after-the-ligature].tick", "True"),
        ("edt/edt: 3 min", "edt/edtt: 3 min", "steps[a-day-after-the-ligature].ackn", "no team"),
        ("part: What", "title: What", "title", "misspelt"),
        (
            "at: 2021-10-03",
            "at: 2021-13-03",
            "steps[a-day-after-the-ligature].at",
            "with its offset",
        ),
    ],
)
def test_a_fault_is_told_by_the_file_that_it_stands_in(
    story: Path, old: str, new: str, where: str, problem: str
) -> None:
    """Fails without: StoryFolder.fault, by the merged place of a step."""
    path = story / "due" / "custody.yaml"
    change(path, old, new)
    with pytest.raises(FileRefused) as caught:
        read(story)
    text = str(caught.value)
    assert str(path) in text
    assert where in text
    assert problem in text


def test_a_step_of_a_part_is_found_at_its_line_though_others_come_between(story: Path) -> None:
    change(story / "05-carer-bed-hospital.yaml", "id: substances-seen-by-carer", "id: meeting-11")
    with pytest.raises(FileRefused, match=r"05-carer-bed-hospital.yaml:\d+: steps\[meeting-11\]"):
        read(story)


def test_only_what_may_raise_an_alert_is_answered(story: Path) -> None:
    """Fails without: the question in StepForm."""
    joins = "network-leave: {recipients: [camhs/crisis/camhs_crisis], reason: An example.}"
    change(story / "due" / "custody.yaml", "tick: true", joins)
    with pytest.raises(FileRefused, match="neither publishes nor ticks"):
        read(story)


@pytest.fixture
def expected(folder: Path) -> Path:
    path = folder / "expected" / "seven-months"
    for like in (path, path.with_name(f"{path.name}-as-it-happened")):
        for written in like.glob("*.yaml"):
            written.unlink()
    (path / "custody.yaml").write_text(EXPECTED)
    return path


def test_expectations_stand_in_several_files_each_about_rules_of_its_own(
    expected: Path, story: Path
) -> None:
    """Fails without: the folder in load_expected."""
    whole = expected.with_suffix(".yaml")
    read_all = load_expected(whole, read(story), agencies())
    assert read_all.speak_of("safety-plan")
    assert read_all.speak_of("self-harm")
    steps = [copy.step for copy in read_all.copies]
    assert steps.index("a-day-after-the-ligature") > steps.index("night-ligature")
    change(expected / "custody.yaml", "rules: [safety-plan]", "rules: [safety-plan, missing]")
    with pytest.raises(FileRefused, match=r"custody.yaml:3: rules: .*no other file.*: missing"):
        load_expected(whole, read(story), agencies())


def test_what_differs_in_fact_is_like_the_file_of_the_same_name(
    expected: Path, story: Path
) -> None:
    """Fails without: the place of the other file in _load_one."""
    in_fact = expected.with_name("seven-months-as-it-happened")
    differs = "story: seven-months-as-it-happened\nlike: seven-months\nnotifications: []\n"
    (in_fact / "custody.yaml").write_text(differs)
    fact = read(story, in_fact=True)
    copies = load_expected(in_fact.with_suffix(".yaml"), fact, agencies()).copies
    assert [copy.step for copy in copies if copy.alert.rule == "safety-plan"] == [
        "a-day-after-the-ligature"
    ]
    (expected / "custody.yaml").unlink()
    with pytest.raises(FileRefused, match=r"no seven-months/custody\.yaml"):
        load_expected(in_fact.with_suffix(".yaml"), fact, agencies())
