"""Reads the files that people review before they take effect, such as topics and agencies.

Such a file is refused whole, with every fault in it named by file, line and key, rather than read
as far as it goes: a misspelt key must not pass for one left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

KeyPath = tuple[str | int, ...]
# libyaml's where PyYAML has it: ten times as fast, and a process begins with a thousand lines.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where (line from 1, or 0 for the whole file) and what."""

    file: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"


class FileRefused(ValueError):
    """A reviewed file has faults. ``faults`` lists them; the text shows one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.key)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Reviewed(BaseModel):
    """The base of what such a file holds: no key that is not declared, and no change later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Reviewed)


class ReviewedFile:
    """A YAML file as plain data, and the line on which each of its keys stands."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        """Read the file, or its ``text`` where that is at hand; ``path`` stands in its faults.

        Raises FileRefused when it is missing, no YAML, or repeats a key.
        """
        self.path = path
        self._lines: dict[KeyPath, int] = {}
        try:
            self.text = path.read_text(encoding="utf-8") if text is None else text
        except (OSError, UnicodeDecodeError) as error:
            raise FileRefused([self.fault((), f"cannot be read: {error}")]) from error
        try:
            root = yaml.compose(self.text, Loader=_LOADER)
            self.data: Any = yaml.load(self.text, Loader=_LOADER)  # noqa: S506 - a safe one
        except (yaml.YAMLError, ValueError) as error:  # A date such as 2024-13-01 is a ValueError.
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            problem = getattr(error, "problem", None) or "a value that is none"
            raise FileRefused([Fault(str(path), line, "", f"not valid YAML: {problem}")]) from error
        repeated: list[Fault] = []
        if root is not None:
            self._note_lines(root, (), repeated)
        if repeated:
            raise FileRefused(repeated)

    def line(self, key_path: KeyPath) -> int:
        """Tell the line of a key, or of the nearest key above it that exists."""
        while key_path and key_path not in self._lines:
            key_path = key_path[:-1]
        return self._lines.get(key_path, 0)

    def fault(self, key_path: KeyPath, problem: str) -> Fault:
        """Describe a fault at a key."""
        return Fault(
            str(self.path), self.line(key_path), ".".join(str(key) for key in key_path), problem
        )

    def parse(self, model: type[Model]) -> Model:
        """Read the whole file as this model. Raises FileRefused with every fault."""
        if not isinstance(self.data, dict):
            raise FileRefused([self.fault((), "must be a mapping of keys to values")])
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise FileRefused(
                self.fault(problem["loc"], _in_words(problem["type"], problem["msg"]))
                for problem in error.errors(include_url=False, include_input=False)
            ) from None

    def _note_lines(self, node: yaml.Node, key_path: KeyPath, repeated: list[Fault]) -> None:
        self._lines.setdefault(key_path, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                self._note_lines(child, (*key_path, index), repeated)
        elif isinstance(node, yaml.MappingNode):
            for key_node, child in node.value:
                inner = (*key_path, str(key_node.value))
                line = key_node.start_mark.line + 1
                if inner in self._lines:
                    name = ".".join(str(key) for key in inner)
                    problem = f"given twice (first on line {self._lines[inner]}): keep one"
                    repeated.append(Fault(str(self.path), line, name, problem))
                self._lines[inner] = line
                self._note_lines(child, inner, repeated)


def _in_words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "this key is not known here: is it misspelt?"
    if kind == "missing":
        return "must be given"
    return message
