"""Completes the events of a story and checks each against the contract."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from producers.preparing import event_id_for
from producers.scenario.form import StepForm, StoryForm
from producers.scenario.worlds import not_named
from safeguarding.identifiers import Scheme
from schemas.plain import InvalidPlain, read_event
from schemas.registry import load_registry
from schemas.reviewed_file import Fault, KeyPath, ReviewedFile
from schemas.validation import FieldError, validate_event


def complete(step: StepForm, story: StoryForm) -> dict[str, Any]:
    """Fill in what a publishing step leaves out: all of the plain form, ready to be sent.

    The reference is the story's and the step's name, so that it is the same whenever it is played.
    """
    plain = deepcopy(step.publish) or {}
    header = plain.get("event")
    if not isinstance(header, dict):
        return plain
    header = {
        "agency": step.agency,
        "reference": f"{story.story}.{step.id}",
        "version": 1,
        **header,
    }
    reference, version = header["reference"], header["version"]
    if isinstance(reference, str) and isinstance(version, int):
        header.setdefault("event_id", str(event_id_for(str(step.agency), reference, version)))
    header.setdefault("subject", {"identifiers": list(_identifiers(step, story))})
    return {"schema": 1, **_referring(plain, story), "event": header}


def _referring(plain: dict[str, Any], story: StoryForm) -> dict[str, Any]:
    """Put the reference of another step's event where a field says ``step <id>``.

    Stories cannot write references themselves: they differ between the two worlds of a story.
    """
    return {
        name: f"{story.story}.{step}" if (step := _step_named(name, value)) else value
        for name, value in plain.items()
    }


def _step_named(name: str, value: Any) -> str | None:
    if name.endswith("_reference") and isinstance(value, str) and value.startswith("step "):
        return value.removeprefix("step ")
    return None


def event_faults(file: ReviewedFile, story: StoryForm) -> Iterator[Fault]:
    """Find what the contract refuses, and times that cannot be."""
    published: dict[str, frozenset[str]] = {}
    for index, step in enumerate(story.steps):
        if step.publish is None:
            continue
        here: KeyPath = ("steps", index)
        for name, value in step.publish.items():
            named = _step_named(name, value)
            problem = named and not_named(named, step.worlds, published)
            if problem:
                yield file.fault((*here, "publish", name), problem)
        published[step.id] = step.worlds
        if step.agency not in story.child.known_as:
            yield file.fault(
                (*here, "agency"), "child.known_as does not say how it knows the child"
            )
            continue
        for error in _errors(step, story):
            key = (*here, "publish", *error.path.split("."))
            yield file.fault(key, f"{error.problem}: {error.remedy}")


def _errors(step: StepForm, story: StoryForm) -> Iterator[FieldError]:
    try:
        schema, datum = read_event(complete(step, story), load_registry())
    except InvalidPlain as refused:
        yield from refused.errors
        return
    yield from validate_event(datum, agency=str(step.agency), type=schema.type)
    header = datum["event"]
    if header["known"]["at"] > step.at:
        yield FieldError("event.known", "is after the hub received it", "check it and at")
    if header["occurred"]["at"] > header["known"]["at"]:
        yield FieldError("event.occurred", "is after it was known", "check both")


def _identifiers(step: StepForm, story: StoryForm) -> Iterator[dict[str, Any]]:
    """What the agency holds, the national number first; or what the step says it was known by."""
    known = story.child.known_as.get(str(step.agency))
    if known is None:
        return
    used = step.identified_by or list(Scheme)
    if known.nhs_number and Scheme.NHS_NUMBER in used:
        yield {"scheme": Scheme.NHS_NUMBER.value, "value": story.child.nhs_number}
    if Scheme.LOCAL in used:
        yield {"scheme": Scheme.LOCAL.value, "value": known.local}
