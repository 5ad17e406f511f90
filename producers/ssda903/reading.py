"""A folder of the return, read once, as the rows of each child."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from producers.ssda903.files import module_files, rows
from producers.ssda903.findings import Findings
from producers.ssda903.row_reader import RowReader
from producers.ssda903.rows import EpisodeRow, HeaderRow, MissingRow, ReviewRow, Row
from schemas.code_lists import CodeList


@dataclass(slots=True)
class ChildRows:
    """What the folder says of one child, in the order of the files and their lines."""

    headers: list[HeaderRow] = field(default_factory=list)
    episodes: list[EpisodeRow] = field(default_factory=list)
    missing: list[MissingRow] = field(default_factory=list)
    reviews: list[ReviewRow] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Put a row with those of its module."""
        match row:
            case HeaderRow():
                self.headers.append(row)
            case EpisodeRow():
                self.episodes.append(row)
            case MissingRow():
                self.missing.append(row)
            case ReviewRow():
                self.reviews.append(row)


@dataclass(frozen=True, slots=True)
class Return:
    """A folder that was read. ``rows_read`` counts all rows of each module, refused ones too."""

    children: Mapping[str, ChildRows]
    rows_read: Mapping[str, int]
    has_header: bool


def read_return(
    folder: Path, code_lists: Mapping[str, CodeList], findings: Findings, today: date
) -> Return:
    """Read every module of a folder that is imported.

    The rows are held in memory once (some 400 bytes each), since a child's history may lie
    scattered over files. Raises FolderRefusedError when there is nothing to import.
    """
    files = module_files(folder, findings)
    reader = RowReader(code_lists, findings, today)
    children: dict[str, ChildRows] = {}
    rows_read: Counter[str] = Counter()
    for file in files:
        for source, cells in rows(file, findings):
            rows_read[source.module] += 1
            row = reader.read(source, cells, file.columns)
            if row is not None:
                children.setdefault(row.child, ChildRows()).add(row)
    return Return(children, rows_read, any(file.module == "Header" for file in files))
