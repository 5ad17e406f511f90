"""A story in several files: a folder with a head and its parts, read as if it were one file."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.reviewed_file import Fault, FileRefused, KeyPath, ReviewedFile

HEAD = "story.yaml"
# What falls due because of the steps of the parts, and who answers for what they raise.
DUE = "due"


class StoryFolder(ReviewedFile):
    """The head (``story.yaml``: all but steps) and the parts, in the order of their names.

    A part (``01-july.yaml``) holds ``part``, its title, and ``steps``, and may hold ``defaults``
    for these. A file of the folder ``due`` may hold ``acknowledged`` for steps of the parts as
    well, and its steps come between theirs, each at its time. A fault is told by the file and line
    that it stands in.
    """

    def __init__(self, folder: Path) -> None:
        """Read head and parts. Raises FileRefused."""
        self._places: list[tuple[ReviewedFile, int]] = []
        super().__init__(folder / HEAD)
        parts = [ReviewedFile(path) for path in sorted(folder.glob("[0-9]*.yaml"))]
        due = [ReviewedFile(path) for path in sorted((folder / DUE).glob("*.yaml"))]
        faults = [fault for file in parts for fault in _faults(file, _OF_A_PART)]
        faults += [fault for file in due for fault in _faults(file, _OF_A_PART | {"acknowledged"})]
        if isinstance(self.data, dict) and "steps" in self.data:
            faults.append(self.fault(("steps",), "stand in the parts, not in the head"))
        if not parts:
            faults.append(self.fault((), "has no part such as 01-first-month.yaml beside it"))
        if faults or not isinstance(self.data, dict):
            raise FileRefused(faults or [self.fault((), "must be a mapping of keys to values")])
        self._parts, self._due = parts, due

    def join(self) -> None:
        """Put the steps of the parts after one another, and between them what is due."""
        placed = [_placed(file) for file in self._parts]
        every = [each for own in placed for each in own]
        for file in self._due:
            for each in _placed(file):
                every.insert(bisect_right(every, _at(each[0]), key=lambda one: _at(one[0])), each)
        self._places = [(file, index) for _, file, index in every]
        self._answer({str(step.get("id")): step for step, _, _ in every if isinstance(step, dict)})
        self.data = {**self.data, "steps": [step for step, _, _ in every]}

    def _answer(self, steps: Mapping[str, dict[str, Any]]) -> None:
        """Add to the steps who answers for them. Raises FileRefused for one that does not exist."""
        faults = []
        for file in self._due:
            for name, answers in (file.data.get("acknowledged") or {}).items():
                if name not in steps:
                    problem = f"the story has no step {name}"
                    faults.append(file.fault(("acknowledged", name), problem))
                    continue
                for key in ("acknowledged", "acknowledged_in_fact"):
                    # In fact the same answer, unless others were told then.
                    if key == "acknowledged" or key in steps[name]:
                        steps[name][key] = _merged(steps[name].get(key) or {}, answers)
        if faults:
            raise FileRefused(faults)

    @property
    def files(self) -> tuple[ReviewedFile, ...]:
        """The parts, in order, and what is due."""
        return (*self._parts, *self._due)

    def fault(self, key_path: KeyPath, problem: str) -> Fault:
        """Describe a fault, in the file where its step stands."""
        match key_path:
            case ("steps", int(index), *rest) if index < len(self._places):
                file, own = self._places[index]
                key = ".".join(str(each) for each in key_path)
                return Fault(str(file.path), file.line(("steps", own, *rest)), key, problem)
        return super().fault(key_path, problem)


_OF_A_PART = frozenset({"part", "steps", "defaults"})


def _placed(file: ReviewedFile) -> list[tuple[Any, ReviewedFile, int]]:
    """The steps of a file, each with where it stands there."""
    return [(step, file, index) for index, step in enumerate(file.data["steps"])]


def _at(step: Any) -> datetime:
    """When a step comes; what cannot be read is refused when its form is."""
    try:
        return datetime.fromisoformat(str(step["at"])).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return datetime.max.replace(tzinfo=UTC)


def _merged(answers: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {**answers, **{alert: {**answers.get(alert, {}), **who} for alert, who in more.items()}}


def _faults(file: ReviewedFile, known: frozenset[str]) -> Iterator[Fault]:
    data: Mapping[str, Any] = file.data if isinstance(file.data, dict) else {}
    for name in {"part", "steps"} - set(data):
        yield file.fault((name,), "must be given")
    for name in set(data) - known:
        yield file.fault((name,), "this key is not known here: is it misspelt?")
    if "part" in data and not isinstance(data["part"], str):
        yield file.fault(("part",), "must be the title of the part")
