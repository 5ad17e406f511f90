"""The stories hold together, and with what the review says."""

from collections import Counter
from datetime import timedelta

import pytest

from producers.scenario import Publish, Step, Story, in_order
from schemas.codec import decode, encode
from schemas.moment_text import read_moment
from schemas.plain import read_event
from schemas.registry import load_registry
from tests.unit.scenarios.told import STORIES, every_story, published, read, said


@every_story
def test_every_event_is_a_message_of_the_contract(name: str) -> None:
    story, _ = read(name)
    registry = load_registry()
    events = [step.action for step in story.steps if isinstance(step.action, Publish)]
    assert events
    for each in events:
        schema, datum = read_event(each.event, registry)
        assert decode(encode(schema, datum), registry).datum["event"]["agency"] == each.agency


def test_no_two_events_of_all_stories_are_one() -> None:
    ids = Counter(
        step.action.event["event"]["event_id"]
        for name in STORIES
        for step in read(name)[0].steps
        if isinstance(step.action, Publish)
    )
    assert ids.total() > 60
    assert set(ids.values()) == {1}


@every_story
def test_every_step_says_whence_it_comes(name: str) -> None:
    story, _ = read(name)
    assert [step.id for step in story.steps if not step.paragraphs and not step.chosen] == []


def test_july_has_eighteen_episodes_and_two_moves() -> None:
    story, _ = read("july-2021")
    reports = [step for step, _ in said(story, "missing-report")]
    moves = [step for step, each in said(story, "placement-start") if not each.backfill]
    assert (len(reports), len(moves)) == (18, 2)
    assert {(step.at.year, step.at.month) for step in reports + moves} == {(2021, 7)}


@pytest.mark.parametrize(
    ("rule", "ending", "number"),
    [
        ("missing", "missing-found", "episode"),
        ("child-in-custody", "custody-release", "custody_record"),
    ],
)
def test_each_end_is_of_what_its_expectation_names(rule: str, ending: str, number: str) -> None:
    for name in STORIES:
        story, told = read(name)
        pairs = {
            (copy.step, copy.alert.raised_by)
            for copy in told
            if copy.kind == "updated" and copy.alert.rule == rule and copy.alert.key is None
        }
        assert len(pairs) == len(list(said(story, ending))), name
        for end, begin in pairs:
            ended, began = (published(story.step(each)) for each in (end, begin))
            assert ended.agency == began.agency
            assert ended.event[number] == began.event[number]
            assert story.step(begin).at < story.step(end).at


def test_the_nights_differ_in_the_telling_and_in_nothing_else() -> None:
    hub, _ = read("custody-night-with-the-hub")
    happened, _ = read("custody-night-as-it-happened")
    own = {"history-care-order", "history-leaves-the-agency"}
    told = {"ligature", "quarter-of-an-hour", "duty-team-rings", "carer-answers", "inspector-joins"}

    def same(story: Story) -> list[object]:
        return [_bare(step) for step in story.steps if step.written_as not in own | told]

    assert same(hub) == same(happened)
    assert _bare(hub.step("ligature"))[1:] == _bare(happened.step("ligature"))[1:]
    assert hub.child != happened.child


def _bare(step: Step) -> tuple[object, ...]:
    """A step without the numbers of one child."""
    if not isinstance(step.action, Publish):
        return step.at, step.id, step.action
    event = dict(step.action.event)
    header = dict(event["event"])
    for number in ("custody_record", "episode", "placement"):
        event.pop(number, None)
    for number in ("event_id", "reference"):
        header.pop(number)
    header["subject"] = [each["scheme"] for each in header["subject"]["identifiers"]]
    return step.at, step.id, step.action.backfill, {**event, "event": header}


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("custody-night-with-the-hub", timedelta(0), timedelta(minutes=1)),
        ("custody-night-as-it-happened", timedelta(days=4), timedelta(days=5)),
    ],
)
def test_the_ligature_is_told_at_once_or_several_days_later(
    name: str, least: timedelta, most: timedelta
) -> None:
    step = read(name)[0].step("ligature")
    moment = read_moment(published(step).event["event"]["known"])
    assert moment is not None
    assert least <= step.at - moment["at"] <= most


def test_the_assessment_does_not_hold_the_ligature() -> None:
    for name in STORIES:
        for _, each in said(read(name)[0], "vulnerable-person-assessment"):
            assert each.event["self_harm"] == "not_recorded"
            assert "ligature" not in str(each.event["concerns"])


def test_july_is_the_same_child_before() -> None:
    july, hub = read("july-2021")[0], read("custody-night-with-the-hub")[0]
    assert hub.continues == july.id
    assert july.child.nhs_number == hub.child.nhs_number
    assert july.child.local.items() >= hub.child.local.items()
    assert july.steps[-1].at < hub.steps[0].at


def test_several_stories_come_in_the_order_of_time() -> None:
    nights = [read(name)[0] for name in STORIES[1:]]
    played = list(in_order(*nights))
    assert [step.at for _, step in played] == sorted(step.at for _, step in played)
    assert len(played) == sum(len(story.steps) for story in nights)
    for night in nights:
        assert [step for story, step in played if story is night] == list(night.steps)
