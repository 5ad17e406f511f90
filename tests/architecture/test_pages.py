"""Every reason to page is explained: what it means, and what to do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from projections.page_reasons import REASONS
from tests.architecture.reading import ROOT

PACKAGES = ("safeguarding", "schemas", "projections", "processors", "kith")
# Named so, or bound so: what takes a reason first.
PAGING = {"Matter", "page", "_page", "_Unwritten"}
IN_SQL = re.compile(r"into kept\.page .*?values \(%s, '([a-z-]+)'", re.DOTALL)
A_REASON = re.compile(r"[a-z]+(-[a-z]+)*")


def reasons_in_code() -> set[str]:
    return {
        reason
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for reason in _reasons(path)
    }


def _reasons(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from IN_SQL.findall(node.value)
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name not in PAGING:
            continue
        for argument in node.args:
            for inner in ast.walk(argument):
                if isinstance(inner, ast.Tuple) and len(inner.elts) == 3:
                    yield from _text(inner.elts[0], names)
        if len(node.args) > 1:
            yield from _text(node.args[0] if name != "_Unwritten" else node.args[1], names)


def _text(node: ast.expr, names: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            found = text
        case ast.Name(id=name) if name in names:
            found = names[name]
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            found = text.partition(":")[0]
        case _:
            return
    if A_REASON.fullmatch(found):
        yield found


def test_each_reason_in_the_code_is_explained_and_no_other_is() -> None:
    assert reasons_in_code() == set(REASONS)


def test_the_operators_page_has_a_row_for_each_reason() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for reason in REASONS:
        assert f"\n| `{reason}` |" in text
