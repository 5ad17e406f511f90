"""What the documents say of files, tests, topics and rules is so."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from schemas.catalogue_page import events_page
from schemas.registry import load_registry
from tests.architecture.reading import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
# A test is named as `file::test`; a file in code is a path with a folder and an ending.
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|sql|yaml|avsc|svg|toml))`")


@cache
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_pages() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "architecture.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [each for each in targets if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_and_tests_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [name for name in FILE.findall(text) if not (ROOT / name).exists()]
    missing += [
        f"{file}::{name}"
        for file, name in TEST.findall(text)
        if not (ROOT / file).exists()
        or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_topics_and_principals_are_documented_as_they_are() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert text == generate().with_tables(text), "run: .venv/bin/python docs/generate.py"


def test_a_changed_table_is_noticed() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    changed = text.replace("| 30 days |", "| 31 days |", 1)
    assert changed != text
    assert generate().with_tables(changed) == generate().with_tables(text)


def test_the_page_of_rules_is_as_the_rules_are() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == generate().rules_page(), "run: .venv/bin/python docs/generate.py"


def test_the_catalogue_is_as_the_schemas_are() -> None:
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert page == events_page(load_registry()), "run: .venv/bin/python docs/generate.py"


def test_the_asyncapi_document_is_as_topics_and_schemas_are() -> None:
    page = (ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8")
    assert page == generate().asyncapi_page(), "run: .venv/bin/python docs/generate.py"
