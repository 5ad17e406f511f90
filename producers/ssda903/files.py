"""Files of a folder as rows of cells, each with its place. Nothing here knows what a row means."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from producers.ssda903.findings import Findings, Source
from producers.ssda903.modules import COLUMNS, IMPORTED, Module, recognised, resembled

_CHUNK_BYTES = 1 << 20
_HEADER_ROW_BYTES = 10_000
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class FolderRefusedError(Exception):
    """The folder cannot be imported. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """A file that holds a module which is imported. ``columns`` is the width of its header row."""

    path: Path
    module: Module
    columns: int
    encoding: str


def module_files(folder: Path, findings: Findings) -> list[ModuleFile]:
    """Tell which files of a folder are imported, by name, and note what each of them is.

    Raises FolderRefusedError when the folder cannot be read or holds nothing to import.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise FolderRefusedError(
            f"{folder} cannot be read as a folder ({error.strerror}): name the folder that holds"
            " the return's CSV files"
        ) from None
    found = [file for path in paths if (file := _module_file(path, findings)) is not None]
    if not found:
        raise FolderRefusedError(
            f"{folder} holds none of the modules {', '.join(sorted(IMPORTED))}: a file is known by"
            f" its first row, for example {','.join(COLUMNS[Module.MISSING])}"
        )
    if all(file.module is not Module.HEADER for file in found):
        findings.add("no-header-module", Source("", "", 0))
    return found


def rows(file: ModuleFile, findings: Findings) -> Iterator[tuple[Source, list[str]]]:
    """Yield each row that is not blank with its place; cells have no space around them.

    A value of the return never runs over a line, so each line is read by itself: a stray quote
    spoils its own line and not the rest of the file. Bytes that Windows-1252 does not have become
    replacement characters. A file that cannot be read to its end stops with a note.
    """
    name = file.path.name
    try:
        with file.path.open(encoding=file.encoding, errors="replace") as lines:
            next(lines, None)
            for number, line in enumerate(lines, start=2):
                cells = split(line)
                if any(cells):
                    yield Source(name, file.module, number), cells
    except OSError:
        findings.add("file-unreadable", Source(name, file.module, 0))


def split(line: str) -> list[str]:
    """Split one line into its cells, without the space around them."""
    line = line.rstrip("\r\n")
    cells = line.split(",") if '"' not in line else _split_quoted(line)
    return [cell.strip() for cell in cells]


def _split_quoted(line: str) -> list[str]:
    try:
        return next(csv.reader((line,)), [])
    except csv.Error:  # A field longer than the reader allows: one cell, so too few.
        return [line]


def _module_file(path: Path, findings: Findings) -> ModuleFile | None:
    source = Source(path.name, "", 0)
    try:
        if path.is_dir():
            findings.add("folder-inside", source)
            return None
        with path.open("rb") as file:
            first = file.readline(_HEADER_ROW_BYTES)
        if first.startswith(_UTF16_MARKS):
            findings.add("file-utf16", source)
            return None
        columns = _header_row(first)
        module = recognised(columns)
        if module is None:
            near = resembled(columns)
            reason = "file-resembles" if near else "file-unknown" if any(columns) else "file-empty"
            findings.add(reason, source._replace(module=near or ""))
            return None
        source = source._replace(module=module)
        if module not in IMPORTED:
            findings.add("module-not-imported", source)
            return None
        encoding = "utf-8-sig" if _is_utf8(path) else "cp1252"
    except OSError:
        findings.add("file-unreadable", source)
        return None
    findings.add("file-imported", source)
    return ModuleFile(path, module, len(columns), encoding)


def _header_row(first: bytes) -> list[str]:
    """Read the column names; the empty ones that spreadsheets leave at the end are dropped."""
    # A file that ends its lines as old Macs did is one line to `readline`.
    text = first.removeprefix(codecs.BOM_UTF8).decode("cp1252", "replace").split("\r")[0]
    columns = split(text)
    while columns and not columns[-1]:
        columns.pop()
    return columns


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
