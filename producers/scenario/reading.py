"""Reads scenario files, puts defaults into steps, and names faults by file, line and step."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from producers.scenario.form import StoryForm
from producers.scenario.parts import StoryFolder
from safeguarding.facts import Recipient
from schemas.agencies import Agencies, Contact
from schemas.reviewed_file import Fault, FileRefused, Reviewed, ReviewedFile

Model = TypeVar("Model", bound=Reviewed)


def read_file(path: Path, model: type[Model], listed: str) -> tuple[ReviewedFile, Model]:
    """Read a file whose entries stand in the list ``listed``. Raises FileRefused."""
    file = ReviewedFile(path)
    try:
        return file, file.parse(model)
    except FileRefused as refused:
        raise by_name(file, listed, refused.faults) from None


def read_story(path: Path) -> tuple[ReviewedFile, StoryForm]:
    """Read a story, a file or a folder, with its defaults put into its steps.

    Raises FileRefused.
    """
    file = _in_parts(path) if path.is_dir() else ReviewedFile(path)
    try:
        _apply_defaults(file)
        return file, file.parse(StoryForm)
    except FileRefused as refused:
        raise by_name(file, "steps", refused.faults) from None


def _in_parts(folder: Path) -> StoryFolder:
    story = StoryFolder(folder)
    for part in story.files:
        try:
            _apply_defaults(part)
        except FileRefused as refused:
            raise by_name(part, "steps", refused.faults) from None
    story.join()
    return story


def by_name(file: ReviewedFile, listed: str, faults: Iterable[Fault]) -> FileRefused:
    """Say in each fault which entry it is in by its id: people count lines, not entries."""
    entries = file.data.get(listed) if isinstance(file.data, dict) else None
    return FileRefused(_named(fault, listed, entries) for fault in faults)


def recipient_faults(
    file: ReviewedFile, agencies: Agencies, named: Iterable[tuple[tuple[str | int, ...], str]]
) -> Iterator[Fault]:
    """Find recipients that the agencies file does not have."""
    for key_path, text in named:
        agency, team, role = text.split("/")
        if not agencies.knows(Contact(agency=agency, team=team, role=role)):
            problem = f"names {text}, and no team of the agencies file is called so"
            yield file.fault(key_path, problem)


def recipient_from(text: str) -> Recipient:
    """Read ``agency/team/role``, whose form has been checked."""
    return Recipient(*text.split("/"))


def _apply_defaults(file: ReviewedFile) -> None:
    """Merge ``defaults`` into the steps: those of its event's type, below them those for all."""
    if not isinstance(file.data, dict):
        return
    data = dict(file.data)
    defaults, steps = data.pop("defaults", {}), data.get("steps")
    if not isinstance(steps, list):
        raise FileRefused([file.fault(("steps",), "must be given, as a list: is this a story?")])
    if not isinstance(defaults, dict):
        raise FileRefused([file.fault(("defaults",), "must hold parts of steps")])
    marked = [
        name for name, each in defaults.items() if isinstance(each, dict) and "chosen" in each
    ]
    if marked:
        problem = "is said step by step: by default only when may be chosen"
        raise FileRefused(file.fault(("defaults", name, "chosen"), problem) for name in marked)
    types = {_published_type(step) for step in steps}
    unused = [name for name in defaults if name not in types and name != "all"]
    if unused:
        problem = "no step publishes an event of this type: is it misspelt?"
        raise FileRefused(file.fault(("defaults", name), problem) for name in unused)
    data["steps"] = [_with_defaults(step, defaults) for step in steps]
    file.data = data


def _published_type(step: Any) -> str | None:
    publish = step.get("publish") if isinstance(step, dict) else None
    event_type = publish.get("type") if isinstance(publish, dict) else None
    return event_type if isinstance(event_type, str) else None


def _with_defaults(step: Any, defaults: Mapping[str, Any]) -> Any:
    event_type = _published_type(step)
    if event_type is None:
        return step
    below = defaults.get("all") or {}
    return _merge(_merge(below, defaults.get(event_type) or {}), step)


def _merge(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = {name: _merge(below.get(name), value) for name, value in above.items()}
    return {**below, **merged}


def _named(fault: Fault, listed: str, entries: Any) -> Fault:
    head, _, rest = fault.key.partition(".")
    number, _, inner = rest.partition(".")
    if head != listed or not number.isdigit() or not isinstance(entries, list):
        return fault
    entry = entries[int(number)] if int(number) < len(entries) else None
    name = entry.get("id", entry.get("step")) if isinstance(entry, dict) else None
    if not isinstance(name, str):
        name = number
    return replace(fault, key=f"{listed}[{name}].{inner}" if inner else f"{listed}[{name}]")
