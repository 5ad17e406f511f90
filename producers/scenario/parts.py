"""A story in several files: a folder with a head and its parts, read as if it were one file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schemas.reviewed_file import Fault, FileRefused, KeyPath, ReviewedFile

HEAD = "story.yaml"


class StoryFolder(ReviewedFile):
    """The head (``story.yaml``: all but steps) and the parts, in the order of their names.

    A part (``01-july.yaml``) holds ``part``, its title, and ``steps``, and may hold ``defaults``
    for these. A fault is told by the file and line of the part that it stands in.
    """

    def __init__(self, folder: Path) -> None:
        """Read head and parts. Raises FileRefused."""
        self._parts: list[tuple[int, ReviewedFile]] = []
        super().__init__(folder / HEAD)
        files = [ReviewedFile(path) for path in sorted(folder.glob("[0-9]*.yaml"))]
        faults = [fault for file in files for fault in _faults(file)]
        if isinstance(self.data, dict) and "steps" in self.data:
            faults.append(self.fault(("steps",), "stand in the parts, not in the head"))
        if not files:
            faults.append(self.fault((), "has no part such as 01-first-month.yaml beside it"))
        if faults or not isinstance(self.data, dict):
            raise FileRefused(faults or [self.fault((), "must be a mapping of keys to values")])
        self._files = files

    def join(self, parts: list[list[Any]]) -> None:
        """Put the steps of the parts, one list a part, after one another."""
        steps: list[Any] = []
        for file, own in zip(self._files, parts, strict=True):
            self._parts.append((len(steps), file))
            steps += own
        self.data = {**self.data, "steps": steps}

    @property
    def files(self) -> tuple[ReviewedFile, ...]:
        """The parts, in order."""
        return tuple(self._files)

    def fault(self, key_path: KeyPath, problem: str) -> Fault:
        """Describe a fault, in the part where its step stands."""
        match key_path:
            case ("steps", int(index), *rest):
                for start, file in reversed(self._parts):
                    if start <= index:
                        line = file.line(("steps", index - start, *rest))
                        key = ".".join(str(each) for each in key_path)
                        return Fault(str(file.path), line, key, problem)
        return super().fault(key_path, problem)


def _faults(file: ReviewedFile) -> Iterator[Fault]:
    data: Mapping[str, Any] = file.data if isinstance(file.data, dict) else {}
    for name in {"part", "steps"} - set(data):
        yield file.fault((name,), "must be given")
    for name in set(data) - {"part", "steps", "defaults"}:
        yield file.fault((name,), "this key is not known here: is it misspelt?")
    if "part" in data and not isinstance(data["part"], str):
        yield file.fault(("part",), "must be the title of the part")
