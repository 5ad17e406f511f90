from pathlib import Path

import pytest

from producers.ssda903.files import FolderRefusedError, ModuleFile, module_files, rows, split
from producers.ssda903.findings import Findings
from producers.ssda903.modules import COLUMNS, Module, recognised, resembled

MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END"
ROW = "7,01/01/2010,M,01/02/2024,02/02/2024"


def _in_quotes(line: str) -> str:
    return ",".join(f'"{cell}"' for cell in line.split(","))


def _only(folder: Path, content: bytes) -> tuple[list[list[str]], Findings]:
    (folder / "anything.txt").write_bytes(content)
    findings = Findings()
    (file,) = module_files(folder, findings)
    return [cells for _, cells in rows(file, findings)], findings


@pytest.mark.parametrize("module", Module)
def test_a_module_is_known_by_its_header_row(module: Module) -> None:
    assert recognised(COLUMNS[module]) is module


def test_a_header_may_end_in_the_new_column() -> None:
    assert recognised((*COLUMNS[Module.HEADER], "UASC")) is Module.HEADER


@pytest.mark.parametrize(
    "header_row",
    [
        "CHILD,DOB,MISSING,MIS_END,MIS_START",
        "child,dob,missing,mis_start,mis_end",
        "CHILD,DOB,MISSING,MIS_START",
        "CHILD;DOB;MISSING;MIS_START;MIS_END",
    ],
)
def test_another_header_row_is_not_that_module(header_row: str) -> None:
    assert recognised(header_row.split(",")) is None


def test_a_header_row_that_is_nearly_right_is_named() -> None:
    assert resembled(["CHILD", "DOB", "MISSING", "MIS_END", "MIS_START"]) is Module.MISSING
    assert resembled(["Date", "Who", "What"]) is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (f"{MISSING}\n{ROW}\n".encode(), "plain"),
        (f"{MISSING}\n{ROW}".encode(), "no newline at the end"),
        (f"{MISSING}\r\n{ROW}\r\n".encode(), "CRLF"),
        (f"{MISSING}\r{ROW}\r".encode(), "CR"),
        (f"{MISSING}\n{ROW}\n".encode("utf-8-sig"), "a mark of UTF-8"),
        (f"{MISSING},,\n{ROW},,\n".encode(), "empty columns of a spreadsheet"),
        (f"{_in_quotes(MISSING)}\n{_in_quotes(ROW)}\n".encode(), "all in quotes"),
        (f"{MISSING}\n 7 , 01/01/2010,M,01/02/2024 ,02/02/2024\n".encode(), "spaces"),
        (f"{MISSING}\n\n,,,,\n{ROW}\n   \n".encode(), "blank lines"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_row_is_read_from_each_form(tmp_path: Path, content: bytes, what: str) -> None:
    del what
    read, _ = _only(tmp_path, content)
    assert [cells[:5] for cells in read] == [ROW.split(",")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_are_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    read, _ = _only(tmp_path, f"{MISSING}\nÉ-7,,M,01/02/2024,\n".encode(encoding))
    assert read[0][0] == "É-7"


def test_a_letter_of_windows_at_the_very_end_is_read(tmp_path: Path) -> None:
    read, _ = _only(tmp_path, f"{MISSING}\n7,,M,01/02/2024,É".encode("cp1252"))
    assert read[0][4] == "É"


def test_a_byte_that_windows_does_not_have_is_marked(tmp_path: Path) -> None:
    read, _ = _only(tmp_path, f"{MISSING}\n".encode() + b"7\x81,,M,01/02/2024,\n")
    assert read[0][0] == "7\ufffd"


def test_a_stray_quote_spoils_its_own_line_only(tmp_path: Path) -> None:
    read, _ = _only(tmp_path, f'{MISSING}\n"7,01/01/2010,M\n{ROW}\n'.encode())
    assert len(read) == 2
    assert len(read[0]) < 5
    assert read[1] == ROW.split(",")


def test_a_quoted_comma_is_part_of_its_cell() -> None:
    assert split('7,"a, b","say ""no""",\r\n') == ["7", "a, b", 'say "no"', ""]


def test_lines_are_numbered_as_in_an_editor(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(f"{MISSING}\n{ROW}\n\n{ROW}\n")
    findings = Findings()
    (file,) = module_files(tmp_path, findings)
    assert [source.line for source, _ in rows(file, findings)] == [2, 4]


def _notes(folder: Path) -> dict[str, str]:
    findings = Findings()
    (folder / "missing.csv").write_text(f"{MISSING}\n{ROW}\n")
    module_files(folder, findings)
    return {f.source.file: f.reason for f in findings.all}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (",".join(COLUMNS[Module.AD1]).encode(), "module-not-imported"),
        (b"Dear colleague, please find attached", "file-unknown"),
        (b"", "file-empty"),
        (b"\n\n", "file-empty"),
        (b"CHILD,DOB,MISSING,MIS_END,MIS_START\n", "file-resembles"),
        (f"{MISSING}\n{ROW}".encode("utf-16"), "file-utf16"),
        (bytes(range(256)) * 100, "file-unknown"),
    ],
)
def test_every_other_file_is_named_and_left(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "other").write_bytes(content)
    assert _notes(tmp_path)["other"] == reason


def test_folders_inside_are_named_and_left(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    assert _notes(tmp_path)["old"] == "folder-inside"


def test_a_folder_without_a_header_module_is_told_so(tmp_path: Path) -> None:
    assert _notes(tmp_path)[""] == "no-header-module"


def test_a_folder_with_nothing_to_import_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(FolderRefusedError, match="known by its first row"):
        module_files(tmp_path, Findings())


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderRefusedError, match="name the folder"):
        module_files(tmp_path / "none", Findings())


def test_a_file_that_vanishes_is_noted(tmp_path: Path) -> None:
    findings = Findings()
    gone = ModuleFile(tmp_path / "gone.csv", Module.MISSING, 5, "utf-8-sig")
    assert list(rows(gone, findings)) == []
    assert [f.reason for f in findings.all] == ["file-unreadable"]
