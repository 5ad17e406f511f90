"""What is said, as a title and lines below it; the helpers that fields are written with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from projections.queries.words.names import (
    cleaned,
    code_in_words,
    in_words,
    role_in_words,
    sentence,
)
from projections.queries.words.times import moment_in_words
from safeguarding.moments import Moment, Precision


@dataclass(frozen=True, slots=True)
class Said:
    """A title of a few words, and what there is to say besides, a line each."""

    title: str
    lines: tuple[str, ...] = ()


def lines(*each: str | None) -> tuple[str, ...]:
    """The lines that there are."""
    return tuple(line for line in each if line)


def labelled(label: str, value: Any) -> str | None:
    """``Label: value`` in words, or None where nothing was said."""
    text = value_in_words(value)
    return f"{label}: {text}" if text else None


def coded(label: str, value: str | None) -> str | None:
    """``Label: value`` for a word that may stand in underscores, of the contract or free."""
    return None if value is None else labelled(label, in_words(value))


def by_role(label: str, value: str | None) -> str | None:
    """``Label: value`` for a role, a relation or a kind of place."""
    return None if value is None else labelled(label, role_in_words(value))


def text_of(value: str | None) -> str | None:
    """Free text as it came, cleaned."""
    return cleaned(value) or None if value is not None else None


def when(moment: Mapping[str, Any] | None) -> str | None:
    """A decoded Moment in words."""
    if moment is None:
        return None
    return moment_in_words(Moment(moment["at"], Precision(moment["precision"])))


def value_in_words(value: Any) -> str:
    """Any value of the contract in words; nothing for None and what is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment_in_words(Moment(value, Precision.MINUTE))
    if isinstance(value, Mapping):
        return _record_in_words(value)
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(value_in_words, value)))
    return cleaned(str(value))


def _record_in_words(record: Mapping[str, Any]) -> str:
    if record.keys() == {"at", "precision"}:
        return when(record) or ""
    if record.keys() == {"system", "code", "display"}:
        return code_in_words(record)
    given = ((name, value_in_words(inner)) for name, inner in record.items())
    return ", ".join(f"{in_words(name)} {text}" for name, text in given if text)


def field_by_field(kind: str, details: Mapping[str, Any]) -> Said:
    """A kind of event for which there are no words yet: every field that says something."""
    given = (labelled(sentence(in_words(name)), value) for name, value in details.items())
    return Said(sentence(in_words(kind)), lines(*given))


_LABELS = {
    "self_harm": "Self-harm",
    "childs_part": "The child's part",
    "interval_minutes": "Minutes between two looks",
    "place_authority": "Authority of the place",
    "host_told": "Host authority told",
    "out_of_hours_told": "Emergency duty team told",
}
_SYMBOL = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Fields of the contract that name a role or a relation.
_ROLES = frozenset(
    {
        *("asked_by", "assessed_by", "by", "by_role", "carer", "decided_by", "declared_by"),
        *("done_by", "interviewer", "lead", "made_by", "professional", "relation", "responder"),
        *("seen_by", "shared_with", "shown_to", "told", "to_role", "with_whom", "worker"),
        *(
            "agreed_by",
            "parent",
            "keep_from",
            "informant",
            "appropriate_adult_asked",
            "supplied_by",
        ),
    }
)


def others(says: Mapping[str, Any], *said: str) -> tuple[str, ...]:
    """Every field that says something and is not among those ``said``, a line each."""
    left = ((name, value) for name, value in says.items() if name not in said)
    return lines(*(labelled(_label(name), _plain(name, value)) for name, value in left))


def _label(name: str) -> str:
    return _LABELS.get(name) or sentence(in_words(name))


def _plain(name: str, value: Any) -> Any:
    """A value whose words, where they are names of the contract, read as words."""
    if isinstance(value, str):
        if name in _ROLES:
            return role_in_words(value)
        # A reference such as CR_2024_7 is asked for as it stands.
        return value.replace("_", " ") if _SYMBOL.fullmatch(value) else value
    if isinstance(value, list):
        return [_plain(name, each) for each in value]
    return value
