"""The code lists of the field, as reviewed files: what each code means, and where that was read.

One file a list, under ``schemas/codes/<return or standard>/``. Whoever adds a code adds its source;
a code that is valid but whose meaning nobody has found has none.
"""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from schemas.reviewed_file import Reviewed, ReviewedFile

CODES_FOLDER = Path(__file__).parent / "codes"

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
CodeText = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,10}$")]


class ListedCode(Reviewed):
    """One code. ``implies`` is what else the code says, for those who make events from it."""

    meaning: Text | None
    source: Text | None = None
    implies: Annotated[dict[str, str | bool], Field(default_factory=dict)]


class CodeList(Reviewed):
    """A list as published: ``field`` is the column or element it belongs to."""

    system: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")]
    field: Text
    title: Text
    source: Text
    codes: Annotated[dict[CodeText, ListedCode], Field(min_length=1)]

    def coded(self, code: str) -> dict[str, Any]:
        """The contract's Code record for a code of this list. Raises KeyError."""
        return {"system": self.system, "code": code, "display": self.codes[code].meaning}


def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """Read every list of a folder, by the field it belongs to. Raises FileRefused."""
    lists = (ReviewedFile(path).parse(CodeList) for path in sorted(folder.glob("*.yaml")))
    return {code_list.field: code_list for code_list in lists}
