"""What agencies wrote, in sentences that an alert can carry."""

import pytest

from safeguarding.rules.wording import MOST_CHARACTERS, plain, sentence, shortened


def test_parts_that_say_nothing_are_left_out() -> None:
    assert sentence(["Ligature", None, "", "with a belt"]) == "Ligature; with a belt."


@pytest.mark.parametrize("part", ["done", "done.", "done. ", " done.."])
def test_a_sentence_ends_with_one_full_stop(part: str) -> None:
    assert sentence([part]) == "done."


def test_codes_are_words() -> None:
    assert plain("railway_station") == "railway station"


def test_what_is_too_long_is_cut_and_shows_it() -> None:
    text = shortened("a" * 5_000)
    assert len(text) == MOST_CHARACTERS
    assert text.endswith("…")
    assert shortened("short") == "short"
