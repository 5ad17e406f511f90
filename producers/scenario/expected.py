"""Reads what is expected of a story: every notification of every recipient, written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from producers.scenario.expected_form import ExpectedForm, NotificationForm
from producers.scenario.reading import by_name, read_file, recipient_faults, recipient_from
from producers.scenario.story import AlertName, Story
from safeguarding.facts import Mode, NotificationKind, Recipient, Severity
from schemas.agencies import Agencies
from schemas.reviewed_file import Fault, FileRefused, KeyPath, ReviewedFile


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


@dataclass(frozen=True, slots=True)
class Expectations:
    """Every copy, in the order of the story, and the rules that they are about (None: all)."""

    copies: tuple[ExpectedNotification, ...]
    rules: frozenset[str] | None

    def speak_of(self, rule: str) -> bool:
        """Whether all alerts of this rule are written down here."""
        return self.rules is None or rule in self.rules


_NOTHING = Expectations((), None)


def load_expected(path: Path, story: Story, agencies: Agencies) -> Expectations:
    """Read the expectations of a story, one a recipient and step.

    They stand in ``path``, and in the files of a folder of that name beside it, each about rules of
    its own. Raises FileRefused with every fault: a step or recipient that does not exist, the same
    copy expected twice, an alert that no row raises, one of a rule that the file is not about, a
    rule that two files are about, another file that is itself like a third.
    """
    parts = sorted(path.with_suffix("").glob("*.yaml"))
    whole = _load_one(path, path.parent, story, agencies)
    for part in parts:
        more = _load_one(part, part.parents[1], story, agencies)
        whole = _together(whole, more, part)
    places = {step.written_as: place for place, step in enumerate(story.steps)}
    copies = sorted(whole.copies, key=lambda copy: places[copy.step])
    return Expectations(tuple(copies), whole.rules)


def _load_one(path: Path, folder: Path, story: Story, agencies: Agencies) -> Expectations:
    """One file. ``folder`` is that of all expectations, where one is looked for that is like it."""
    file, form = read_file(path, ExpectedForm, "notifications")
    faults = [file.fault(("story",), f"is not that of {story.path}")] * (form.story != story.id)
    basis = Expectations((), _rules(form))
    if form.like is not None:
        other = folder / f"{form.like}.yaml"
        if path.parent != folder:
            other = folder / form.like / path.name
        if not other.is_file():
            name = other.relative_to(folder)
            raise FileRefused([file.fault(("like",), f"there is no {name} in {folder}")])
        other_file, other_form = read_file(other, ExpectedForm, "notifications")
        if other_form.like is not None:
            problem = f"{other.name} is itself like another; name one that has all of its own"
            raise FileRefused([file.fault(("like",), problem)])
        whole = _read(other_file, other_form, story, agencies)
        faults += _takes_nothing(file, form, whole)
        copies = tuple(copy for copy in whole if _stays(copy, form))
        basis = Expectations(copies, _rules(other_form))
    if faults:
        raise FileRefused(faults)
    every = (*basis.copies, *_read(file, form, story, agencies, basis))
    return Expectations(every, basis.rules)


def _together(one: Expectations, more: Expectations, path: Path) -> Expectations:
    """What two files expect. Raises FileRefused where both are about one rule."""
    if one.rules is None or more.rules is None or one.rules & more.rules:
        twice = sorted((one.rules or frozenset()) & (more.rules or frozenset()))
        problem = "must name rules that no other file of this story is about"
        named = f": {', '.join(twice)}" if twice else ""
        raise FileRefused([ReviewedFile(path).fault(("rules",), problem + named)])
    return Expectations((*one.copies, *more.copies), one.rules | more.rules)


def _rules(form: ExpectedForm) -> frozenset[str] | None:
    return None if form.rules is None else frozenset(form.rules)


def _read(
    file: ReviewedFile,
    form: ExpectedForm,
    story: Story,
    agencies: Agencies,
    basis: Expectations = _NOTHING,
) -> list[ExpectedNotification]:
    """The copies of one file's own rows, beside those of ``basis``. Raises FileRefused."""
    faults = [*_faults(file, form, story, basis), *_unraised(file, form, basis)]
    faults += recipient_faults(file, agencies, _recipients(form))
    if faults:
        raise by_name(file, "notifications", faults)
    return [copy for row in form.notifications for copy in _copies(row)]


def _stays(copy: ExpectedNotification, form: ExpectedForm) -> bool:
    return not any(copy.alert.rule == w.rule and copy.step in w.steps for w in form.without)


def _takes_nothing(
    file: ReviewedFile, form: ExpectedForm, whole: list[ExpectedNotification]
) -> Iterator[Fault]:
    there = {(copy.alert.rule, copy.step) for copy in whole}
    for index, without in enumerate(form.without):
        for step in without.steps:
            if (without.rule, step) not in there:
                problem = f"{form.like} expects nothing of {without.rule} at {step}"
                yield file.fault(("without", index, "steps"), problem)


def _pairs(row: NotificationForm) -> list[tuple[str, str]]:
    """Where it comes, and which step raised the alert."""
    if isinstance(row.step, dict):
        return [
            (step, raised_by)
            for step, named in row.step.items()
            for raised_by in ([named] if isinstance(named, str) else named)
        ]
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


def _faults(
    file: ReviewedFile, form: ExpectedForm, story: Story, basis: Expectations
) -> Iterator[Fault]:
    steps = {step.written_as for step in story.steps}
    seen = {_same(copy) for copy in basis.copies}
    rules = basis.rules if form.rules is None else _rules(form)
    for index, row in enumerate(form.notifications):
        here: KeyPath = ("notifications", index)
        if rules is not None and row.rule not in rules:
            yield file.fault((*here, "rule"), "is none of the rules that the file is about")
        for name in {name for pair in _pairs(row) for name in pair} - steps:
            yield file.fault((*here, "step"), f"the story has no step {name}")
        for copy in _copies(row):
            if _same(copy) in seen:
                problem = f"{copy.recipient.role} has this at {copy.step} already"
                yield file.fault((*here, "to"), problem)
            seen.add(_same(copy))


def _same(copy: ExpectedNotification) -> tuple[object, ...]:
    return (copy.step, copy.alert, copy.kind, copy.recipient)


def _unraised(file: ReviewedFile, form: ExpectedForm, basis: Expectations) -> Iterator[Fault]:
    raised = {
        (copy.alert.rule, copy.alert.key, copy.alert.raised_by)
        for copy in basis.copies
        if copy.kind is NotificationKind.RAISED
    }
    raised |= {
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
