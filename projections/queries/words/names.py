"""Names and free text in words: roles, codes, what stands between underscores."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from safeguarding.facts import Recipient

_ROLES = {
    "edt": "emergency duty team",
    "iro": "reviewing officer (IRO)",
    "a_and_e": "A&E",
    "camhs_community": "CAMHS community",
    "camhs_crisis": "CAMHS crisis",
    "amhp": "AMHP",
    "lado": "LADO",
}
_NAME = re.compile(r"[a-z0-9_-]+")
_SHORT_WORDS = {"camhs": "CAMHS", "edt": "EDT", "iro": "IRO", "nhs": "NHS", "upn": "UPN"}
_SCHEMES = {"nhs-number": "NHS number", "upn": "UPN", "local": "local number"}
# Controls, halves of pairs, and ends of lines and paragraphs.
_BREAKING = {"Cc", "Cs", "Zl", "Zp"}
# These turn the direction of what follows, so that a line reads otherwise than it was written.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cleaned(text: str) -> str:
    """Text from outside in one line, without characters that a terminal would obey."""
    kept = (each for each in text if each not in _TURNING)
    seen = (" " if unicodedata.category(each) in _BREAKING else each for each in kept)
    return " ".join("".join(seen).split())


def in_words(name: str) -> str:
    """A name from the contract as words: ``released_under_investigation``.

    Agencies put free text where the contract asks for such names; that keeps its hyphens.
    """
    text = cleaned(name)
    if _NAME.fullmatch(text):
        text = text.replace("-", " ")
    words = text.replace("_", " ").split()
    return " ".join(_SHORT_WORDS.get(word, word) for word in words)


def role_in_words(role: str) -> str:
    """A role as people call it."""
    return _ROLES.get(role) or in_words(role)


def scheme_in_words(scheme: str) -> str:
    """A kind of identifier."""
    return _SCHEMES.get(scheme) or in_words(scheme)


def recipient_in_words(recipient: Recipient) -> str:
    """A team in a role as the commands take it: ``agency/team/role``."""
    return f"{recipient.agency}/{recipient.team}/{recipient.role}"


def code_in_words(code: Mapping[str, Any]) -> str:
    """A code with its meaning, or with its system where nobody gave the meaning."""
    if code["display"]:
        return f"{cleaned(code['display'])} ({cleaned(code['code'])})"
    return f"code {cleaned(code['code'])} of {cleaned(code['system'])}"


def sentence(text: str) -> str:
    """Begin with a capital, as a line of its own does."""
    return text[:1].upper() + text[1:]
