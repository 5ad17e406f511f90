import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from producers.ssda903.ledger import CORRECTION, Ledger, LedgerUnusableError
from tests.unit.ssda903.returns import SECRET


def _event(reference: str = "r", born: str | None = "2010-01-01", **own: Any) -> dict[str, Any]:
    subject = {"identifiers": [{"scheme": "local", "value": "566910"}], "born": born}
    return {"type": "review", "event": {"reference": reference, "subject": subject}, **own}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "imports" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.at(path, SECRET) as opened:
        yield opened


def _version(ledger: Ledger, event: dict[str, Any]) -> int:
    versioned, _ = ledger.versioned(event)
    assert versioned is not None
    version: int = versioned["event"].get("version", 1)
    return version


def test_what_is_new_is_as_it_came(ledger: Ledger) -> None:
    assert ledger.versioned(_event(code="PN1")) == (_event(code="PN1"), "")


def test_what_is_the_same_has_the_same_version(ledger: Ledger) -> None:
    assert [_version(ledger, _event(code="PN1")) for _ in range(3)] == [1, 1, 1]


def test_what_has_changed_is_a_correction(ledger: Ledger) -> None:
    ledger.versioned(_event(code="PN1"))
    changed, warning = ledger.versioned(_event(code="PN2"))
    assert changed is not None
    assert (changed["event"]["version"], changed["event"]["correction"]) == (2, CORRECTION)
    assert not warning
    assert ledger.versioned(_event(code="PN2")) == (changed, "")


def test_a_date_of_birth_that_changed_is_a_correction_too(ledger: Ledger) -> None:
    ledger.versioned(_event())
    assert _version(ledger, _event(born="2011-01-01")) == 2


def test_going_back_to_what_was_corrected_is_told(ledger: Ledger) -> None:
    ledger.versioned(_event(code="PN1"))
    ledger.versioned(_event(code="PN2"))
    assert ledger.versioned(_event(code="PN1")) == (_event(code="PN1"), "replaced-since")


def test_what_was_told_with_more_is_not_told_again_with_less(ledger: Ledger) -> None:
    ledger.versioned(_event(code="PN1"))
    assert ledger.versioned(_event(born=None, code="PN1")) == (None, "told-with-more")
    assert _version(ledger, _event(born=None, code="PN2")) == 2


def test_an_event_is_left_out_if_what_it_depends_on_was_told(ledger: Ledger) -> None:
    assert _version(ledger, _event("goes-on")) == 1
    ledger.versioned(_event("begins"))
    assert ledger.versioned(_event("also-goes-on"), "begins") == (None, "")
    # What was told stays told, and in the same way.
    assert ledger.versioned(_event("goes-on"), "begins") == (_event("goes-on"), "")


def test_only_what_is_saved_is_remembered(path: Path) -> None:
    with Ledger.at(path, SECRET) as first:
        first.versioned(_event("saved", code="PN1"))
        first.save()
        first.versioned(_event("not saved", code="PN1"))
    with Ledger.at(path, SECRET) as second:
        assert _version(second, _event("saved", code="PN2")) == 2
        assert _version(second, _event("not saved", code="PN2")) == 1


def test_a_dry_run_knows_what_was_told_and_remembers_nothing(path: Path) -> None:
    with Ledger.at(path, SECRET) as real:
        real.versioned(_event(code="PN1"))
        real.save()
    before = path.read_bytes()
    with Ledger.copied(path, SECRET) as dry:
        assert _version(dry, _event(code="PN2")) == 2
        dry.save()
    assert path.read_bytes() == before


def test_a_dry_run_makes_no_file(path: Path) -> None:
    with Ledger.copied(path, SECRET) as dry:
        assert _version(dry, _event()) == 1
    assert not path.exists()


def test_the_file_names_no_child_and_only_its_owner_reads_it(path: Path) -> None:
    with Ledger.at(path, SECRET) as ledger:
        ledger.versioned(_event())
        ledger.save()
    assert b"566910" not in path.read_bytes()
    assert b"2010" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_ledger_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(LedgerUnusableError, match="cannot be used"):
        Ledger.at(path, SECRET)
    with pytest.raises(LedgerUnusableError, match="cannot be used"):
        Ledger.copied(path, SECRET)


def test_a_ledger_of_a_newer_version_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 9")
    with pytest.raises(LedgerUnusableError):
        Ledger.at(path, SECRET)
