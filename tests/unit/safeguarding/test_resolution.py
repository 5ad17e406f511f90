"""Which child an event is about: exact identifiers only, and doubt never silences."""

from uuid import UUID

import pytest

from safeguarding.identifiers import Identifier
from safeguarding.resolution import (
    NONE_TRUSTED,
    TWO_CHILDREN,
    Resolution,
    resolve,
    sort_identifiers,
)

NHS = Identifier("nhs-number", "9991234004")
UPN = Identifier("upn", "M838400121001")
LOCAL = Identifier("local", "PN-1", "police")
ANN, BEA = UUID(int=1), UUID(int=2)


def test_an_identifier_that_is_known_names_its_child() -> None:
    assert resolve(sort_identifiers([NHS], "police"), {NHS: ANN}) == Resolution(ANN, False, (), ())


def test_what_is_new_beside_it_is_linked_to_that_child() -> None:
    found = resolve(sort_identifiers([NHS, UPN, LOCAL], "police"), {UPN: ANN})
    assert found == Resolution(ANN, False, (NHS, LOCAL), ())


def test_identifiers_that_are_all_new_begin_a_child() -> None:
    found = resolve(sort_identifiers([NHS, UPN], "police"), {})
    assert found == Resolution(None, False, (NHS, UPN), ())


def test_identifiers_of_two_children_give_a_provisional_child_and_link_nothing() -> None:
    found = resolve(sort_identifiers([NHS, UPN, LOCAL], "police"), {NHS: ANN, UPN: BEA})
    assert found == Resolution(None, True, (), (TWO_CHILDREN,), (ANN, BEA))


WRONG = [
    ("nhs-number", "9991234005", "check character"),
    ("nhs-number", "0000000000", "one digit repeated"),
    ("nhs-number", "9999999999", "one digit repeated"),
    ("nhs-number", "12345", "length and characters"),
    ("nhs-number", "", "empty"),
    ("upn", "A838400121001", "check character"),
    ("upn", "M83840012100A", "temporary"),
    ("passport", "123456789", "not known here"),
]


@pytest.mark.parametrize(("scheme", "value", "reason"), WRONG)
def test_an_identifier_that_cannot_be_trusted_joins_nobody_and_says_why_without_its_value(
    scheme: str, value: str, reason: str
) -> None:
    wrong = Identifier(scheme, value)
    found = resolve(sort_identifiers([wrong], "police"), {wrong: ANN})
    assert found.child is None
    assert found.provisional
    assert found.links == ()
    (doubt,) = found.doubts
    assert doubt.startswith(f"{scheme}: ")
    assert reason in doubt
    assert not value or value not in doubt


@pytest.mark.parametrize(("scheme", "value", "reason"), WRONG)
def test_beside_one_that_can_be_trusted_it_is_a_doubt_about_a_known_child(
    scheme: str, value: str, reason: str
) -> None:
    found = resolve(sort_identifiers([Identifier(scheme, value), LOCAL], "police"), {LOCAL: ANN})
    assert found.child == ANN
    assert not found.provisional
    assert found.links == ()
    assert reason in found.doubts[0]


def test_a_new_child_with_a_doubtful_identifier_is_provisional() -> None:
    wrong = Identifier("nhs-number", "9991234005")
    found = resolve(sort_identifiers([wrong, LOCAL], "police"), {})
    assert found.provisional
    assert found.links == (LOCAL,)


def test_without_any_identifier_the_child_is_provisional() -> None:
    found = resolve(sort_identifiers([], "police"), {})
    assert found == Resolution(None, True, (), (NONE_TRUSTED,))


def test_a_number_is_one_however_it_is_written() -> None:
    spaced = Identifier("nhs-number", " 999 123-4004 ", "somebody")
    found = sort_identifiers([spaced, NHS, Identifier("upn", "m838400121001")], "police")
    assert found.trusted == (NHS, UPN)


def test_the_same_local_number_of_two_agencies_is_two_identifiers() -> None:
    mine, theirs = Identifier("local", "17"), Identifier("local", "17", "camhs")
    found = sort_identifiers([mine, theirs], "police")
    assert found.trusted == (Identifier("local", "17", "police"), theirs)


def test_the_values_stand_in_no_text_form() -> None:
    for one in (NHS, sort_identifiers([NHS], "police"), resolve(sort_identifiers([NHS], "x"), {})):
        assert NHS.value not in repr(one)
        assert NHS.value not in str(one)
