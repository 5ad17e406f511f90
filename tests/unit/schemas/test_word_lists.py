"""Words that the contract writes out in several schemas: one reviewed list, and no copy drifts."""

import pytest

from schemas.code_lists import CODES_FOLDER, CodeList, load_code_lists
from schemas.registry import load_registry
from schemas.schema_fields import named_types

LISTS = {
    **load_code_lists(CODES_FOLDER / "police"),
    **load_code_lists(CODES_FOLDER / "kith"),
}
# In how many schemas each stands; another copy is another line to review.
COPIES = {
    "kith.events.v1.ObservationLevel": 2,
    "kith.events.v1.MissingRiskLevel": 1,
    "kith.events.v1.Authority": 4,
}


def test_there_is_a_list_of_each() -> None:
    assert LISTS.keys() == COPIES.keys()


@pytest.mark.parametrize("name", COPIES)
def test_every_copy_has_the_words_of_the_list(name: str) -> None:
    copies = _copies(name)
    assert len(copies) == COPIES[name]
    words = list(LISTS[name].codes)
    assert {schema: symbols for schema, symbols in copies.items() if symbols != words} == {}


def test_no_enumeration_has_these_words_under_another_name() -> None:
    others = [
        (schema.name, name)
        for schema in load_registry()
        for name, found in named_types(schema.source).items()
        if found["type"] == "enum" and name.startswith("kith.events.") and name not in COPIES
        for each in LISTS.values()
        if len(set(found["symbols"]) & set(each.codes)) >= 3
    ]
    assert others == []


@pytest.mark.parametrize("name", COPIES)
def test_each_word_means_something_and_each_list_has_a_source(name: str) -> None:
    found: CodeList = LISTS[name]
    assert found.source
    assert all(each.meaning for each in found.codes.values())


def _copies(name: str) -> dict[str, list[str]]:
    """The words of the enumeration, by each schema that writes it out."""
    return {
        schema.name: found["symbols"]
        for schema in load_registry()
        if (found := named_types(schema.source).get(name)) is not None
    }
