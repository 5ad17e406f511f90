"""What a newcomer should find, and what must never be committed."""

import re
import subprocess

import pytest

from tests.architecture.reading import ROOT, modules

# A module with such a name holds what has no place; find out what it is about.
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}
LONGEST_LINES = 400


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - whichever git the developer uses
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_modules_have_names_of_the_field() -> None:
    named = [str(p.relative_to(ROOT)) for p in modules() if p.stem in NAMELESS]
    assert named == []


def test_modules_are_short_enough_to_read() -> None:
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST_LINES} == {}
    # Most are much shorter.
    assert sorted(lengths.values())[len(lengths) // 2] < 200


def test_locks_name_no_host() -> None:
    for lock in [*ROOT.glob("requirements*.lock"), *ROOT.rglob("deploy/embedded/*.lock.toml")]:
        assert "://" not in lock.read_text(encoding="utf-8"), lock
        assert "--index" not in lock.read_text(encoding="utf-8"), lock


def test_every_locked_package_has_hashes() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        blocks = [b for b in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if "==" in b]
        assert blocks
        assert [b.split("==")[0] for b in blocks if "--hash=sha256:" not in b] == []


def test_no_state_of_a_stack_is_committed() -> None:
    bad = re.compile(r"(^|/)(\.kith|\.venv)|pgpass|kafka\.json$|\.pem$|\.key$|\.jar$")
    assert [name for name in tracked() if bad.search(name)] == []
