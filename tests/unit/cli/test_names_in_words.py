"""Names, codes and free text in words; nothing from outside can repaint a terminal."""

import pytest

from projections.queries.words.names import (
    cleaned,
    code_in_words,
    in_words,
    role_in_words,
    sentence,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  a  b ", "a b"),
        ("red\x1b[31m alert", "red [31m alert"),
        ("one\nline\r\nonly\ttabs", "one line only tabs"),
        ("next\u0085line\u2028line\u2029", "next line line"),
        ("\u202eright to left\u202c and \u2066isolated\u2069", "right to left and isolated"),
        ("bell\x07 and null\x00", "bell and null"),
        ("half \ud800 of a pair", "half of a pair"),
        ("naïve – Zoë 你好 می‌خواهم", "naïve – Zoë 你好 می‌خواهم"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
    ],
)
def test_text_from_outside_is_one_line_that_a_terminal_only_prints(given: str, shown: str) -> None:
    assert cleaned(given) == shown


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("released_under_investigation", "released under investigation"),
        ("custody-incident", "custody incident"),
        ("camhs_worker", "CAMHS worker"),
        ("railway_station", "railway station"),
        ("the mother's ex-partner", "the mother's ex-partner"),
    ],
)
def test_names_lose_their_underscores_and_free_text_keeps_its_hyphens(
    name: str, words: str
) -> None:
    assert in_words(name) == words


def test_roles_are_called_as_people_call_them() -> None:
    assert role_in_words("a_and_e") == "A&E"
    assert role_in_words("edt") == "emergency duty team"
    assert role_in_words("custody_sergeant") == "custody sergeant"


def test_a_code_is_shown_with_its_meaning_or_its_system() -> None:
    coded = {"system": "ssda903.ls", "code": "C1", "display": "Interim care order"}
    assert code_in_words(coded) == "Interim care order (C1)"
    assert code_in_words(coded | {"display": None}) == "code C1 of ssda903.ls"


def test_a_sentence_begins_with_a_capital_and_keeps_the_others() -> None:
    assert sentence("missing from CAMHS") == "Missing from CAMHS"
    assert sentence("") == ""
