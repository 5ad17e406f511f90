"""Resolution: which child an event is about. Deterministic, by exact identifiers only.

Doubt never silences. An identifier that fails its check, or identifiers that point to two
children, give a provisional child of its own, which alerts like any other, and a task for
a steward. Nothing waits for identity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from safeguarding.identifiers import Doubt, Identifier, check, normalised

TWO_CHILDREN = "the identifiers point to different children"
NONE_TRUSTED = "no identifier that can be trusted"


@dataclass(frozen=True, slots=True)
class Sorted:
    """A subject's identifiers, normalised, and what is doubtful about the others."""

    trusted: tuple[Identifier, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """``child`` is None where a new one begins. ``links`` are identifiers to join to it.

    ``named`` are the children that the identifiers stand for, where they are several.
    """

    child: UUID | None
    provisional: bool
    links: tuple[Identifier, ...]
    doubts: tuple[str, ...]
    named: tuple[UUID, ...] = ()


def sort_identifiers(identifiers: Sequence[Identifier], agency: str) -> Sorted:
    """Tell identifiers that can be trusted from those that cannot, each once."""
    trusted: dict[Identifier, None] = {}
    doubts: dict[str, None] = {}
    for given in identifiers:
        identifier = normalised(given, agency)
        verdict = check(identifier)
        if isinstance(verdict, Doubt):
            doubts[f"{identifier.scheme}: {verdict.in_words}"] = None
        else:
            trusted[identifier] = None
    return Sorted(tuple(trusted), tuple(doubts))


def resolve(subject: Sorted, known: Mapping[Identifier, UUID]) -> Resolution:
    """Which child, given whom the trusted identifiers stand for today.

    One child: that one, and identifiers that are new are linked to it. None: a new child.
    Two: a provisional child with nothing linked, for a steward to decide.
    """
    children = {known[identifier] for identifier in subject.trusted if identifier in known}
    unknown = tuple(identifier for identifier in subject.trusted if identifier not in known)
    if len(children) > 1:
        doubts = (*subject.doubts, TWO_CHILDREN)
        return Resolution(None, True, (), doubts, tuple(sorted(children)))
    if children:
        return Resolution(children.pop(), False, unknown, subject.doubts)
    if not subject.trusted:
        return Resolution(None, True, (), subject.doubts or (NONE_TRUSTED,))
    return Resolution(None, bool(subject.doubts), unknown, subject.doubts)
