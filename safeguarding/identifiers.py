"""Identifiers of a child, and how far one can be trusted.

A doubtful identifier is kept as it came and never used to join two children. It is no reason to
refuse an event: doubt never silences.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import nhs_number
from nhs_number import REGION_ENGLAND_WALES_IOM, REGION_SYNTHETIC


class Scheme(StrEnum):
    """The kinds of identifier that the contract knows."""

    NHS_NUMBER = "nhs-number"
    UPN = "upn"
    LOCAL = "local"


NATIONAL_SCHEMES = frozenset({Scheme.NHS_NUMBER, Scheme.UPN})


@dataclass(frozen=True, slots=True)
class Identifier:
    """One number or reference for a child.

    ``issuer`` is the agency whose system gave a local identifier; None for national ones, and in
    what an agency sends also for its own. ``normalised`` fills it in.
    """

    scheme: str
    value: str
    issuer: str | None = None

    def __repr__(self) -> str:
        """Name the kind and issuer only, so that no value strays into a log or a traceback."""
        return f"Identifier(scheme={self.scheme!r}, issuer={self.issuer!r})"


class DoubtReason(StrEnum):
    """Why an identifier is not trusted by itself."""

    UNKNOWN_SCHEME = "unknown-scheme"
    EMPTY = "empty"
    NO_ISSUER = "no-issuer"
    WRONG_FORM = "wrong-form"
    FAILED_CHECK = "failed-check"
    PLACEHOLDER = "placeholder"
    OTHER_RANGE = "other-range"
    TEMPORARY = "temporary"


_DOUBT_IN_WORDS: dict[DoubtReason, str] = {
    DoubtReason.UNKNOWN_SCHEME: "this kind of identifier is not known here",
    DoubtReason.EMPTY: "the identifier is empty",
    DoubtReason.NO_ISSUER: "it does not say which agency issued this local identifier",
    DoubtReason.WRONG_FORM: "it has not the length and characters of its kind",
    DoubtReason.FAILED_CHECK: "its check character does not fit: one may be mistyped",
    DoubtReason.PLACEHOLDER: "one digit repeated: such numbers stand for 'not known'",
    DoubtReason.OTHER_RANGE: "it lies outside the numbers of England, Wales and the Isle of Man",
    DoubtReason.TEMPORARY: "it is temporary, so another child may get it",
}


@dataclass(frozen=True, slots=True)
class Valid:
    """The identifier has the form and check character of its kind."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """The identifier must not join children without a person's decision."""

    reason: DoubtReason

    @property
    def in_words(self) -> str:
        """The reason as a steward reads it; never quotes the value."""
        return _DOUBT_IN_WORDS[self.reason]


def normalised(identifier: Identifier, agency: str) -> Identifier:
    """Write the identifier in the one form in which it is compared.

    National ones lose spaces, hyphens and case and have no issuer. A local one keeps its value but
    for space around it, and gets ``agency``, who sent it, as issuer where it names none.
    """
    if identifier.scheme in NATIONAL_SCHEMES:
        bare = "".join(c for c in identifier.value if not c.isspace() and c not in _HYPHENS)
        return Identifier(identifier.scheme, bare.upper())
    return replace(identifier, value=identifier.value.strip(), issuer=identifier.issuer or agency)


def check(identifier: Identifier) -> Valid | Doubt:
    """Say whether a normalised identifier can be trusted, and if not why."""
    if not identifier.value:
        return Doubt(DoubtReason.EMPTY)
    match identifier.scheme:
        case Scheme.NHS_NUMBER:
            return _check_nhs_number(identifier.value)
        case Scheme.UPN:
            return _check_upn(identifier.value)
        case Scheme.LOCAL:
            return Valid() if identifier.issuer else Doubt(DoubtReason.NO_ISSUER)
        case _:
            return Doubt(DoubtReason.UNKNOWN_SCHEME)


# Hyphen, non-breaking hyphen and dashes, which word processors put for it.
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")


def _check_nhs_number(value: str) -> Valid | Doubt:
    """Check ten digits, the last one by modulus 11 (NHS Data Dictionary, NHS NUMBER).

    Every number of one repeated digit passes modulus 11, and people type those for "not known".
    The library also takes the ranges of Scotland and Northern Ireland, whose numbers are real but
    are no NHS numbers here. Numbers from 9000000000 are for tests and never issued.
    """
    # The library reads digits of other scripts too, so plain ones are asked for first.
    if len(value) != 10 or not (value.isascii() and value.isdigit()):
        return Doubt(DoubtReason.WRONG_FORM)
    if not nhs_number.is_valid(value):
        return Doubt(DoubtReason.FAILED_CHECK)
    if len(set(value)) == 1:
        return Doubt(DoubtReason.PLACEHOLDER)
    ranges = (REGION_ENGLAND_WALES_IOM, REGION_SYNTHETIC)
    if not any(region.contains_number(value) for region in ranges):
        return Doubt(DoubtReason.OTHER_RANGE)
    return Valid()


# The 23 letters that stand for remainders 0 to 22; I, O and S are left out.
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def _check_upn(value: str) -> Valid | Doubt:
    """Check a letter and twelve digits (Department for Education, Unique Pupil Numbers guidance).

    The letter stands for the remainder by 23 of the digits weighted 2 to 13. Which authority and
    school the digits name is not checked: lists of those are soon out of date, and a number from
    a school that has closed is still the child's. A temporary number ends in a letter.
    """
    letter, digits = value[:1], value[1:]
    if len(value) != 13 or not value.isascii() or letter not in _UPN_LETTERS:
        return Doubt(DoubtReason.WRONG_FORM)
    if digits[:-1].isdigit() and digits[-1] in _UPN_LETTERS:
        return Doubt(DoubtReason.TEMPORARY)
    if not digits.isdigit():
        return Doubt(DoubtReason.WRONG_FORM)
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    if _UPN_LETTERS[total % 23] != letter:
        return Doubt(DoubtReason.FAILED_CHECK)
    return Valid()
