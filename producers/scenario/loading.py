"""From a story's file to its steps: checked, completed, and in the order of time."""

from collections.abc import Iterator
from pathlib import Path

from producers.scenario.events import event_faults
from producers.scenario.form import StepForm, StoryForm
from producers.scenario.reading import by_name, read_story, recipient_faults
from producers.scenario.steps import written_out
from producers.scenario.story import Action, Child, Publish, Step, Story, Tick
from producers.scenario.worlds import as_it_happened, not_named, with_the_hub
from safeguarding.identifiers import Identifier, Scheme, Valid, check
from schemas.agencies import Agencies
from schemas.reviewed_file import Fault, FileRefused, KeyPath, ReviewedFile
from schemas.rulesets import NETWORK


def load(path: Path, agencies: Agencies, *, in_fact: bool = False) -> Story:
    """Read a story, a file or a folder (``parts.py``).

    ``in_fact`` reads a story of both worlds as it happened (``worlds.py``). Raises FileRefused with
    every fault, by file, line, step and key.

    Networks and acknowledgements are written out as steps of their own: ``network.<membership>``,
    ``<step>.<n>`` where several teams join or leave, ``<step>.answer-<n>``.
    """
    file, form = read_story(path)
    faults = [*_child_faults(file, form), *_step_faults(file, form), *event_faults(file, form)]
    faults += recipient_faults(file, agencies, _recipients(form))
    for key, named in (("rules", form.rules), ("network_rules", form.network_rules)):
        if named and not (NETWORK.parent / named).is_file():
            faults.append(file.fault((key,), "names no file of schemas/rulesets"))
    if in_fact and form.world != "both":
        faults.append(file.fault(("world",), "is one only, and cannot be read as it happened"))
    if faults:
        raise by_name(file, "steps", faults)
    if form.world == "both":
        form = as_it_happened(form) if in_fact else with_the_hub(form)
    written = [step for each in form.steps for step in written_out(each, form, file.path, agencies)]
    story = Story(
        id=form.story,
        title=form.title,
        world="with-the-hub" if form.world == "both" else form.world,
        summary=form.summary,
        rules=form.rules,
        network_rules=form.network_rules,
        continues=form.continues,
        child=Child(
            form.child.nhs_number,
            {agency: known.local for agency, known in form.child.known_as.items()},
        ),
        agencies=tuple(form.agencies),
        # Sorting keeps the order of the file where times are the same.
        steps=tuple(sorted(written, key=lambda step: step.at)),
        path=path,
    )
    # What was never told leaves out agencies that take part with the hub.
    faults = [] if in_fact else list(_agency_faults(file, story, agencies))
    if faults:
        raise FileRefused(faults)
    return story


def in_order(*stories: Story) -> Iterator[tuple[Story, Step]]:
    """The steps of several stories as one hub receives them: by time, then as given."""
    every = [(story, step) for story in stories for step in story.steps]
    yield from sorted(every, key=lambda pair: pair[1].at)


def _child_faults(file: ReviewedFile, form: StoryForm) -> Iterator[Fault]:
    numbers = {"nhs_number": form.child.nhs_number, "in_fact": form.child.in_fact}
    for name, number in numbers.items():
        valid = number and isinstance(check(Identifier(Scheme.NHS_NUMBER, number)), Valid)
        if number and not (valid and number.startswith("999")):
            problem = "must be of the test range (999...) with a valid check digit"
            yield file.fault(("child", name), problem)


def _step_faults(file: ReviewedFile, form: StoryForm) -> Iterator[Fault]:
    seen: dict[str, frozenset[str]] = {}
    before = form.steps[0].at
    for index, step in enumerate(form.steps):
        if step.id in seen:
            yield file.fault(("steps", index, "id"), "another step has this id")
        if step.at < before:
            yield file.fault(("steps", index, "at"), "is before the step above it")
        before = step.at
        for key, raised_by, worlds in _answered(step):
            problem = not_named(raised_by, worlds, seen)
            if problem:
                yield file.fault(("steps", index, *key), problem)
        if step.network and not (file.path.parent / step.network).is_file():
            yield file.fault(("steps", index, "network"), "there is no such file beside this one")
        seen[step.id] = step.worlds


def _answered(step: StepForm) -> Iterator[tuple[KeyPath, str, frozenset[str]]]:
    """The steps whose alerts this one answers, and in which worlds."""
    if step.acknowledge:
        key: KeyPath = ("acknowledge", "alert", "raised_by")
        yield key, step.acknowledge.alert.raised_by, step.worlds
    in_fact = frozenset({"as-it-happened"})
    for_both = step.acknowledged_in_fact is None
    for name, answers, worlds in (
        ("acknowledged", step.acknowledged, step.worlds if for_both else step.worlds - in_fact),
        ("acknowledged_in_fact", step.acknowledged_in_fact or {}, in_fact),
    ):
        for alert in answers:
            raised_by = alert.partition(" of ")[2]
            if raised_by:
                yield (name, alert), raised_by, worlds


def _recipients(form: StoryForm) -> Iterator[tuple[KeyPath, str]]:
    for index, step in enumerate(form.steps):
        here: KeyPath = ("steps", index)
        for name in ("network_join", "network_leave"):
            change = getattr(step, name)
            for text in change.recipients if change else ():
                yield (*here, name.replace("_", "-"), "recipients"), text
        if step.acknowledge:
            yield (*here, "acknowledge", "recipient"), step.acknowledge.recipient
        for name in ("acknowledged", "acknowledged_in_fact"):
            for alert, answers in (getattr(step, name) or {}).items():
                for text in answers:
                    yield (*here, name, alert), text


def _agency_faults(file: ReviewedFile, story: Story, agencies: Agencies) -> Iterator[Fault]:
    taking_part = {_agency(step.action) for step in story.steps} - {None}
    for agency in sorted(set(story.agencies) ^ taking_part, key=str):
        problem = f"{agency} takes part and is not listed"
        if agency in story.agencies:
            problem = f"{agency} is listed and takes no part"
        yield file.fault(("agencies",), problem)
    for agency in story.agencies:
        if agency not in agencies.agencies:
            yield file.fault(("agencies",), f"the agencies file has no {agency}")


def _agency(action: Action) -> str | None:
    if isinstance(action, Publish):
        return action.agency
    return None if isinstance(action, Tick) else action.recipient.agency
