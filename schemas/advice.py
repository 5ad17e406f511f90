"""What is doubtful in an event, for its producer to look at. None of it stops the event."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from re import fullmatch
from typing import Any

from safeguarding.events import COMPANIONS
from safeguarding.identifiers import Doubt, Identifier, Scheme, Valid, check, normalised
from schemas.agencies import Agencies
from schemas.code_advice import doubtful_codes
from schemas.registry import Schema
from schemas.validation import FieldError

# A role or relation as the contract wants it; a name of a person does not look so.
ROLE = r"[a-z][a-z0-9_]{1,39}"

# As alike as custody_sargeant and custody_sergeant, and not as youth_justice_worker and
# youth_justice.
_A_SLIP = 0.85


def advise(
    datum: Mapping[str, Any], schema: Schema, agencies: Agencies | None = None
) -> list[FieldError]:
    """List what a person should check in a valid event; never quotes a value.

    With the ``agencies`` of the area also whether the role that says it is one of the agency's.
    """
    header = datum["event"]
    return [
        *_doubtful_identifiers(header),
        *_doubtful_companions(datum),
        *_odd_header(header),
        *(_doubtful_role(header, agencies) if agencies is not None else ()),
        *_empty_fields(datum, schema),
        *doubtful_codes(datum, schema),
    ]


def _doubtful_identifiers(header: Mapping[str, Any]) -> Iterator[FieldError]:
    yield from _doubtful(
        header["subject"]["identifiers"],
        header["agency"],
        "event.subject.identifiers",
        "check it; the event counts, but a person must confirm which child it is about",
    )


def _doubtful_companions(datum: Mapping[str, Any]) -> Iterator[FieldError]:
    yield from _doubtful(
        datum.get(COMPANIONS, ()),
        datum["event"]["agency"],
        COMPANIONS,
        "check it; the event counts, but nobody around the child who is meant is told by this one",
    )


def _doubtful(
    identifiers: Iterable[Mapping[str, Any]], agency: str, path: str, remedy: str
) -> Iterator[FieldError]:
    for index, identifier in enumerate(identifiers):
        verdict = check(normalised(Identifier(**identifier), agency))
        if isinstance(verdict, Doubt):
            yield FieldError(f"{path}[{index}].value", f"is doubtful ({verdict.in_words})", remedy)


def _odd_header(header: Mapping[str, Any]) -> Iterator[FieldError]:
    known, occurred = header["known"], header["occurred"]
    if known["precision"] == occurred["precision"] and known["at"] < occurred["at"]:
        yield FieldError(
            "event.known", "is before event.occurred", "check both times and their offsets"
        )
    role = header["said_by"]
    if role is not None and fullmatch(ROLE, role) is None:
        yield FieldError(
            "event.said_by",
            "does not look like a role",
            "write a role such as custody_sergeant, never a name",
        )
    reference = Identifier(Scheme.NHS_NUMBER, header["reference"])
    if isinstance(check(normalised(reference, "")), Valid):
        yield FieldError(
            "event.reference",
            "could be an NHS number",
            "use your own number of the record: references are not sealed",
        )


def _doubtful_role(header: Mapping[str, Any], agencies: Agencies) -> Iterator[FieldError]:
    """Find a role that looks like a slip: a team's elsewhere, or almost one of the agency's own.

    Any other role is taken as that of somebody who says things and is no team, such as an
    arresting officer.
    """
    role, agency = header["said_by"], header["agency"]
    own = agencies.roles_of(agency)
    if role is None or not own or role in own:
        return
    near = get_close_matches(role, own, n=1, cutoff=_A_SLIP)
    elsewhere = sorted({each.agency for each in agencies.contacts() if each.role == role})
    if near or elsewhere:
        yield FieldError(
            "event.said_by",
            f"is a role of no team of {agency}, so that nobody joins the network because of this",
            f"did you mean {near[0]}?" if near else f"it is one of {', '.join(elsewhere)}",
        )


def _empty_fields(datum: Mapping[str, Any], schema: Schema) -> Iterator[FieldError]:
    for field in schema.source["fields"]:
        if field["type"] == "string" and not datum[field["name"]].strip():
            yield FieldError(field["name"], "is empty", f"give it: {field['doc']}")
