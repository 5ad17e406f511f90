"""The report of an import, as a CSV for whoever mends the return, and as data."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from producers.ssda903.findings import Findings, Outcome
from producers.ssda903.importing import Account, counts

_COLUMNS = ("file", "line", "module", "outcome", "reason", "field", "what to do")

# A spreadsheet runs a cell that starts with one of these as a formula. File names are not ours.
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_report(path: Path, findings: Findings) -> None:
    """Write one line for each finding, with a mark of UTF-8 for spreadsheets. Raises OSError."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(_COLUMNS)
        for finding in findings.all:
            source = finding.source
            cells = (source.file, source.line or "", source.module, finding.outcome)
            rest = (finding.reason, finding.field, finding.text)
            lines.writerow([harmless(str(cell)) for cell in (*cells, *rest)])


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run."""
    cell = cell.encode("utf-8", "replace").decode()
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def as_data(account: Account, findings: Findings) -> dict[str, Any]:
    """Give the whole account in what JSON can hold."""
    return {
        "rows": {**counts(account, findings), "read_by_module": dict(account.read)},
        "children": account.children,
        "events": {
            "made": account.events.total(),
            "by_type": dict(sorted(account.events.items())),
            "corrections": account.corrections,
            "confirmed": account.confirmed,
        },
        "refused": findings.count(Outcome.REFUSED),
        "duplicate": findings.count(Outcome.DUPLICATE),
        "warnings": findings.count(Outcome.WARNING),
        "notes": findings.count(Outcome.NOTE),
        "reading_seconds": round(account.reading_seconds, 3),
        "sending_seconds": round(account.sending_seconds, 3),
        "events_per_second": round(account.events_per_second, 1),
        "failure": account.failure or None,
        "findings": [_finding(finding) for finding in findings.all],
    }


def _finding(finding: Any) -> Mapping[str, Any]:
    return {
        "file": finding.source.file,
        "line": finding.source.line or None,
        "module": finding.source.module or None,
        "outcome": str(finding.outcome),
        "reason": finding.reason,
        "field": finding.field or None,
    }
