"""Reads what is expected of a story: every notification of every recipient, written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from producers.scenario.form import ExpectedForm, NotificationForm
from producers.scenario.reading import by_name, read_file, recipient_faults, recipient_from
from producers.scenario.story import AlertName, Story
from safeguarding.facts import Mode, NotificationKind, Recipient, Severity
from schemas.agencies import Agencies
from schemas.reviewed_file import Fault, KeyPath, ReviewedFile


@dataclass(frozen=True, slots=True)
class ExpectedNotification:
    """One recipient's copy. ``step`` is where it comes; ``alert`` names the step that raised it."""

    step: str
    alert: AlertName
    kind: NotificationKind
    severity: Severity
    mode: Mode
    recipient: Recipient
    paragraphs: tuple[str, ...]
    why: str


def load_expected(path: Path, story: Story, agencies: Agencies) -> tuple[ExpectedNotification, ...]:
    """Read the expectations of a story, one a recipient and step, in the order of the story.

    Raises FileRefused with every fault: a step or recipient that does not exist, the same copy
    expected twice, an alert that no row raises.
    """
    file, form = read_file(path, ExpectedForm, "notifications")
    faults = [*_faults(file, form, story), *_unraised(file, form)]
    faults += recipient_faults(file, agencies, _recipients(form))
    if faults:
        raise by_name(file, "notifications", faults)
    places = {step.id: place for place, step in enumerate(story.steps)}
    copies = [copy for row in form.notifications for copy in _copies(row)]
    return tuple(sorted(copies, key=lambda copy: places[copy.step]))


def _pairs(row: NotificationForm) -> list[tuple[str, str]]:
    """Where it comes, and which step raised the alert."""
    if isinstance(row.step, dict):
        return list(row.step.items())
    steps = [row.step] if isinstance(row.step, str) else row.step
    return [(step, step) for step in steps]


def _copies(row: NotificationForm) -> Iterator[ExpectedNotification]:
    for step, raised_by in _pairs(row):
        for text in row.to:
            yield ExpectedNotification(
                step=step,
                alert=AlertName(row.rule, row.key, raised_by),
                kind=NotificationKind(row.kind),
                severity=Severity(row.severity),
                mode=Mode(row.mode),
                recipient=recipient_from(text),
                paragraphs=row.paragraphs,
                why=str(row.why),
            )


def _faults(file: ReviewedFile, form: ExpectedForm, story: Story) -> Iterator[Fault]:
    if form.story != story.id:
        yield file.fault(("story",), f"is not that of {story.path}")
    steps = {step.id for step in story.steps}
    seen: set[tuple[object, ...]] = set()
    for index, row in enumerate(form.notifications):
        here: KeyPath = ("notifications", index)
        for name in {name for pair in _pairs(row) for name in pair} - steps:
            yield file.fault((*here, "step"), f"the story has no step {name}")
        for copy in _copies(row):
            same = (copy.step, copy.alert, copy.kind, copy.recipient)
            if same in seen:
                problem = f"{copy.recipient.role} has this at {copy.step} already"
                yield file.fault((*here, "to"), problem)
            seen.add(same)


def _unraised(file: ReviewedFile, form: ExpectedForm) -> Iterator[Fault]:
    raised = {
        (row.rule, row.key, raised_by)
        for row in form.notifications
        for _, raised_by in _pairs(row)
        if row.kind == "raised"
    }
    for index, row in enumerate(form.notifications):
        for _, raised_by in _pairs(row):
            if (row.rule, row.key, raised_by) not in raised:
                problem = f"nothing raises this alert at {raised_by}"
                yield file.fault(("notifications", index, "step"), problem)


def _recipients(form: ExpectedForm) -> Iterator[tuple[KeyPath, str]]:
    for index, row in enumerate(form.notifications):
        for text in row.to:
            yield ("notifications", index, "to"), text
