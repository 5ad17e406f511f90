"""The expectations, which people wrote, keep to the rules of ``scenarios/child-k/README.md``."""

import re
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from producers.scenario import ExpectedNotification, Step
from safeguarding.facts import Mode, NotificationKind, Recipient
from tests.unit.scenarios.told import (
    ANSWER_WITHIN,
    CHILD_K,
    PLAN,
    STORIES,
    Told,
    agencies,
    answers,
    every_story,
    members,
    on_duty,
    opens_after,
    published,
    read,
    said,
)

ROUTED = {NotificationKind.RAISED, NotificationKind.UPDATED}


def _announcements(told: Told) -> list[list[ExpectedNotification]]:
    """The copies of each announcement."""
    copies: dict[object, list[ExpectedNotification]] = defaultdict(list)
    for copy in told:
        copies[copy.step, copy.alert, copy.kind].append(copy)
    return list(copies.values())


def _spoke(step: Step, alert_key: str | None, rule: str) -> set[str]:
    if alert_key == "pattern" or rule == "late-disclosure":
        return set()
    event = published(step).event
    spoke = {event["event"]["said_by"], event.get("reported_by"), event.get("found_by")}
    return {str(role) for role in spoke}


@every_story
def test_everyone_on_the_network_is_told_once_or_spoke(name: str) -> None:
    story, told = read(name)
    for copies in _announcements(told):
        if copies[0].kind not in ROUTED:
            continue
        step, alert = story.step(copies[0].step), copies[0].alert
        on = members(story, step)
        expected = {who for who in on if who.role not in _spoke(step, alert.key, alert.rule)}
        if alert.rule == "late-disclosure":
            expected = {who for who in on if who.role in ("team_manager", "custody_inspector")}
        assert {copy.recipient for copy in copies} == expected, (step.id, alert)


@every_story
def test_nobody_is_called_to_act_who_is_off_duty(name: str) -> None:
    story, told = read(name)
    called = {copy.recipient: set[object]() for copy in told}
    for copy in told:
        if copy.mode is Mode.URGENT:
            duty = on_duty(copy.recipient.role, story.step(copy.step).at)
            # Whoever was sent to search is told at once that the child is found.
            assert duty or copy.alert in called[copy.recipient], copy
            called[copy.recipient].add(copy.alert)


@every_story
def test_every_deadline_is_kept_or_ends_or_is_expected_to_be_missed(name: str) -> None:
    story, told = read(name)
    escalations = agencies().escalations()
    found = {copy.alert: story.step(copy.step).at for copy in told if _is_finding(copy)}
    missed = set()
    for copy in told:
        grew = copy.alert.key == "pattern"
        if copy.mode is not Mode.URGENT or not (copy.kind is NotificationKind.RAISED or grew):
            continue
        begins = story.step(copy.step).at
        due = begins + ANSWER_WITHIN[copy.severity]
        answered = any(begins <= at < due for at in answers(story, copy))
        ended = copy.alert in found and found[copy.alert] < due
        if not answered and not ended:
            missed.add((copy.alert, copy.recipient))
            ticks = [step for step in story.steps if step.at >= due]
            assert ticks, f"nothing comes after the deadline of {copy}"
            who = escalations[copy.recipient.agency, copy.recipient.team]
            contact = Recipient(who.agency, who.team, who.role)
            for kind, to in (("reminder", copy.recipient), ("escalated", contact)):
                assert _has(told, ticks[0].id, copy, kind, to), (copy, kind)
    reminded = {(copy.alert, copy.recipient) for copy in told if copy.kind == "reminder"}
    assert reminded == missed


@every_story
def test_a_pattern_of_the_night_is_answered_once_the_office_is_open(name: str) -> None:
    """Fails without: the answers to m06-missing in july-2021.yaml."""
    story, told = read(name)
    for copy in told:
        if _waits_for_the_office(copy):
            opens = opens_after(story.step(copy.step).at)
            due = opens + ANSWER_WITHIN[copy.severity]
            assert any(opens <= at < due for at in answers(story, copy)), copy


def _waits_for_the_office(copy: ExpectedNotification) -> bool:
    by_digest = copy.mode is Mode.DIGEST and copy.kind in ROUTED
    return by_digest and copy.alert.key == "pattern" and copy.recipient.role in PLAN


def _is_finding(copy: ExpectedNotification) -> bool:
    return copy.kind is NotificationKind.UPDATED and copy.alert.key is None


def _has(told: Told, step: str, copy: ExpectedNotification, kind: str, to: Recipient) -> bool:
    return any(
        (each.step, each.alert, each.kind, each.recipient, each.severity, each.mode)
        == (step, copy.alert, kind, to, copy.severity, Mode.URGENT)
        for each in told
    )


@every_story
def test_only_who_is_asked_acknowledges(name: str) -> None:
    story, told = read(name)
    asked = {
        (copy.alert, copy.recipient)
        for copy in told
        if copy.mode is Mode.URGENT or _waits_for_the_office(copy)
    }
    for step in story.steps:
        alert = getattr(step.action, "alert", None)
        if alert is not None:
            assert (alert, getattr(step.action, "recipient", None)) in asked, step.id


def test_one_deadline_is_missed_in_all_stories_and_most_are_kept() -> None:
    kinds = Counter(copy.kind for name in STORIES for copy in read(name)[1])
    assert (kinds[NotificationKind.REMINDER], kinds[NotificationKind.ESCALATED]) == (1, 1)


def test_the_pattern_speaks_three_times_in_july() -> None:
    story, told = read("july-2021")
    steps = [step.id for step, _ in said(story, "missing-report")]
    spoke = {copy.step: copy.kind for copy in told if copy.alert.key == "pattern"}
    assert spoke == {steps[2]: "raised", steps[5]: "updated", steps[11]: "updated"}


def test_lateness_is_told_only_where_it_was_late() -> None:
    late = {
        name: [c for c in read(name)[1] if c.alert.rule == "late-disclosure"] for name in STORIES
    }
    assert {name for name, copies in late.items() if copies} == {"custody-night-as-it-happened"}


JULY_NAMES = {
    "emergency duty team": "edt",
    "missing coordinator": "missing_coordinator",
    "social worker": "social_worker",
    "the home": "placement",
    "team manager": "team_manager",
    "CAMHS worker": "camhs_community",
    "reviewing officer": "iro",
}


def test_a_person_can_live_with_july() -> None:
    counted = _counts("july-2021")
    written = {}
    for line in (CHILD_K / "README.md").read_text().splitlines():
        row = re.fullmatch(r"\| ([a-zA-Z ]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", line)
        if row:
            written[JULY_NAMES[row[1]]] = tuple(int(number) for number in row.groups()[1:])
    assert written == counted
    # 28 July: back in the night, missing, found, detained.
    assert max(urgent for _, urgent, _, _ in counted.values()) <= 4
    assert max(lines for *_, lines in counted.values()) <= 3


def _counts(name: str) -> dict[str, tuple[int, int, int, int]]:
    """For each role: urgent in all, on the busiest day; digest lines in all, on the busiest day."""
    story, told = read(name)
    urgent: dict[str, Counter[object]] = defaultdict(Counter)
    lines: dict[str, set[tuple[object, object]]] = defaultdict(set)
    for copy in told:
        at, role = story.step(copy.step).at, copy.recipient.role
        day = at.astimezone(ZoneInfo("Europe/London")).date()
        if copy.mode is Mode.URGENT:
            urgent[role][day] += 1
        else:
            lines[role].add((day, copy.alert))
    counts = {}
    for role in urgent.keys() | lines.keys():
        days = Counter(day for day, _ in lines[role])
        busiest = max(urgent[role].values(), default=0), max(days.values(), default=0)
        counts[role] = (urgent[role].total(), busiest[0], days.total(), busiest[1])
    return counts
