"""The code lists of the field, as reviewed files: what each code means, and where that was read.

One file a list, under ``schemas/codes/<return or standard>/``. Whoever adds a code adds its source;
a code that is valid but whose meaning nobody has found has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from schemas.reviewed_file import Reviewed, ReviewedFile

CODES_FOLDER = Path(__file__).parent / "codes"
FIELDS_FILE = Path(__file__).parent / "code_fields.yaml"

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
# As the list prints it; in small letters where the list is of words that the contract has.
CodeText = Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]{1,10}|[a-z][a-z0-9_]{1,39})$")]
System = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")]


class ListedCode(Reviewed):
    """One code. ``implies`` is what else the code says, for those who make events from it."""

    meaning: Text | None
    source: Text | None = None
    implies: Annotated[dict[str, str | bool], Field(default_factory=dict)]


class CodeList(Reviewed):
    """A list as published: ``field`` is the column or element it belongs to.

    ``complete`` says that there are no other codes; a producer is warned of one that is not here.
    """

    system: System
    field: Text
    title: Text
    source: Text
    complete: bool = False
    codes: Annotated[dict[CodeText, ListedCode], Field(min_length=1)]

    def coded(self, code: str) -> dict[str, Any]:
        """The contract's Code record for a code of this list. Raises KeyError."""
        return {"system": self.system, "code": code, "display": self.codes[code].meaning}


def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """Read every list of a folder, by the field it belongs to. Raises FileRefused."""
    lists = (ReviewedFile(path).parse(CodeList) for path in sorted(folder.glob("*.yaml")))
    return {code_list.field: code_list for code_list in lists}


class CodeFields(Reviewed):
    """Of which systems each field, ``TYPE.PATH``, takes its codes.

    ``systems`` are those that events may name and of which there is no list here.
    """

    systems: dict[System, Text]
    fields: dict[str, Annotated[list[System], Field(min_length=1)]]


@dataclass(frozen=True, slots=True)
class CodeSystems:
    """What the contract knows of codes. ``complete`` has the codes of each system known whole."""

    known: frozenset[str]
    complete: Mapping[str, frozenset[str]]
    fields: Mapping[str, Sequence[str]]


@cache
def code_systems() -> CodeSystems:
    """The contract's own, read once a process. Raises FileRefused."""
    lists = [
        each
        for folder in sorted(CODES_FOLDER.iterdir())
        for each in load_code_lists(folder).values()
    ]
    declared = ReviewedFile(FIELDS_FILE).parse(CodeFields)
    return CodeSystems(
        known=frozenset({each.system for each in lists} | declared.systems.keys()),
        complete={each.system: frozenset(each.codes) for each in lists if each.complete},
        fields=declared.fields,
    )
