"""Time, randomness and new ids are passed in; only composition roots take them."""

import ast

from tests.architecture.reading import PACKAGES, dotted, modules, tree, where

# kith/ holds the composition roots, bench/ measures, deploy/ runs processes.
CHECKED = tuple(p for p in PACKAGES if p not in ("kith", "bench", "deploy"))
TAKEN = {
    "date.today",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "os.urandom",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid1",
    "uuid4",
}
TAKEN_FROM = ("random.", "secrets.")
# Cryptography needs real randomness: a nonce or a key that a caller could choose is a hole.
# Each exception is a file and the reason.
EXCEPTIONS: dict[str, str] = {}


def test_nobody_takes_time_or_chance() -> None:
    taken = [
        f"{where(path, node)} uses {name}"
        for path in modules(*CHECKED)
        for node in ast.walk(tree(path))
        # Not calls alone: a function that is passed on as a default is taken as well.
        if isinstance(node, ast.Attribute | ast.Name)
        and ((name := dotted(node)) in TAKEN or name.startswith(TAKEN_FROM))
        and where(path, node).split(":", maxsplit=1)[0] not in EXCEPTIONS
    ]
    assert taken == []


def test_moments_know_their_zone() -> None:
    naive = [
        f"{where(path, node)} makes a moment without a zone"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and dotted(node.func) in ("datetime.now", "datetime.datetime.now")
        and not node.args
        and not node.keywords
    ]
    assert naive == []
