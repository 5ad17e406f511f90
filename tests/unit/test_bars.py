"""The bars of the bench."""

from bench.bars import bars


def test_a_part_that_was_not_measured_has_no_bar() -> None:
    """Fails without: a look whether the stack was seen at rest, which `--only rebuild` is not."""
    rebuilt = {"entries_per_second": 19_999.0, "equal": True}
    found = bars({"up_seconds": 7.0, "rebuild": rebuilt})
    assert [each.what for each in found] == [
        "stack up, s",
        "rebuild, entries/s",
        "rebuilt tables equal",
    ]
    assert [each.what for each in found if each.missed] == ["rebuild, entries/s"]
