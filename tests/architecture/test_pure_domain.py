"""The domain needs nothing but the standard library, and of that nothing that acts."""

import sys

from tests.architecture.reading import imports, modules, where

# What the domain may import besides itself. Additions are a decision, not a convenience.
ALLOWED = {"safeguarding", "nhs_number", "holidays"}
ACTING = {
    "asyncio",
    "ctypes",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
}


def test_the_domain_imports_the_standard_library_and_little_else() -> None:
    foreign = [
        f"{where(path, node)} imports {name}"
        for path in modules("safeguarding")
        for name, node in imports(path)
        if name.split(".")[0] not in ALLOWED | sys.stdlib_module_names | {"__future__"}
    ]
    assert foreign == []


def test_the_domain_does_nothing_but_decide() -> None:
    acting = [
        f"{where(path, node)} imports {name}"
        for path in modules("safeguarding")
        for name, node in imports(path)
        if name.split(".")[0] in ACTING
    ]
    assert acting == []
