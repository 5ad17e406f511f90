"""Folders of the return and what an import makes of them, for tests to write shortly."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from producers.preparing import Prepared, Preparer
from producers.ssda903.findings import Findings
from producers.ssda903.importing import Account, Importer
from producers.ssda903.ledger import Ledger
from producers.ssda903.mapping import told_of_each_child
from producers.ssda903.modules import COLUMNS, Module
from producers.ssda903.reading import read_return
from producers.ssda903.statements import Statements, Told
from schemas.code_lists import CODES_FOLDER, load_code_lists

AGENCY = "social-care"
SECRET = b"a secret of thirty-two bytes....".ljust(32, b".")
TODAY = date(2025, 9, 1)
LISTS = load_code_lists(CODES_FOLDER / "ssda903")


def statements(secret: bytes = SECRET) -> Statements:
    return Statements(AGENCY, secret, LISTS)


def write(
    folder: Path,
    name: str = "file.csv",
    module: Module = Module.EPISODES,
    rows: Sequence[str] = (),
) -> Path:
    """Write a module's file; each row is the text of one line."""
    folder.mkdir(exist_ok=True)
    text = "\n".join((",".join(COLUMNS[module]), *rows)) + "\n"
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def episode(**columns: str) -> str:
    """A line of Episodes: an open one in foster care, changed by keyword arguments."""
    cells = {
        "CHILD": "7",
        "DECOM": "01/02/2024",
        "RNE": "S",
        "LS": "C1",
        "CIN": "N1",
        "PLACE": "U6",
        "PLACE_PROVIDER": "PR1",
        "PL_POST": "ZZ1 1AA",
        "URN": "SC999001",
    }
    return ",".join((cells | columns).get(name, "") for name in COLUMNS[Module.EPISODES])


def mapped(folder: Path) -> tuple[list[Told], Findings]:
    """All that is told of the folder's children, and what was found."""
    findings = Findings()
    read = read_return(folder, LISTS, findings, TODAY)
    children = told_of_each_child(read, statements(), findings)
    return [told for child in children for told in child], findings


def of_episodes(folder: Path, *rows: str) -> tuple[list[Told], Findings]:
    """What is told of a folder that has these episodes and a Header."""
    write(folder, "episodes.csv", rows=rows)
    write(folder, "header.csv", Module.HEADER, ["7,1,01/01/2010,WBRI,UN1,,"])
    return mapped(folder)


def short(told: Sequence[Told]) -> list[str]:
    """Each event as ``2024-02-01 placement-start U6``, with ``~`` before a time not known."""
    return [_short(one) for one in told]


def _short(told: Told) -> str:
    code = next((told.event[f] for f in ("status", "kind") if f in told.event), "")
    code = code["code"] if isinstance(code, Mapping) else code
    reason = told.event.get("reason")
    known = "~" if told.event["event"]["occurred"]["precision"] == "unknown" else ""
    parts = (f"{known}{told.day}", told.event["type"], code, reason["code"] if reason else "")
    return " ".join(part for part in parts if part)


def reasons(findings: Findings) -> Counter[str]:
    """How often each reason was found, notes on files left out."""
    return Counter(f.reason for f in findings.all if str(f.outcome) != "note")


class SteadyClock:
    """A clock that only passes by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Outbox:
    """Keeps what is sent; raises ``failure`` at the flush with this number, from 1."""

    def __init__(self, fail_at: int = 0, failure: Exception | None = None) -> None:
        self.sent: list[Prepared] = []
        self.flushes = 0
        self._fail_at, self._failure = fail_at, failure

    def send(self, prepared: Prepared) -> None:
        self.sent.append(prepared)

    def flush(self) -> None:
        self.flushes += 1
        if self._failure is not None and self.flushes == self._fail_at:
            raise self._failure


def run(
    folder: Path,
    ledger: Path,
    outbox: Outbox | None = None,
    clock: SteadyClock | None = None,
    **options: Any,
) -> tuple[Account, Findings, list[Prepared]]:
    """Import a folder with a ledger in this file."""
    outbox, findings = outbox or Outbox(), Findings()
    with Ledger.at(ledger, SECRET) as opened:
        importer = Importer(
            statements=statements(),
            code_lists=LISTS,
            ledger=opened,
            sender=outbox,
            clock=clock or SteadyClock(),
            today=TODAY,
            **({"prepare": Preparer(AGENCY, SECRET).prepare} | options),
        )
        account = importer.run(folder, findings)
    return account, findings, outbox.sent
