"""What is doubtful in an event, for its producer to look at. None of it stops the event."""

from collections.abc import Iterator, Mapping
from re import fullmatch
from typing import Any

from safeguarding.identifiers import Doubt, Identifier, Scheme, Valid, check, normalised
from schemas.registry import Schema
from schemas.validation import FieldError

# A role or relation as the contract wants it; a name of a person does not look so.
_ROLE = r"[a-z][a-z0-9_]{1,39}"


def advise(datum: Mapping[str, Any], schema: Schema) -> list[FieldError]:
    """List what a person should check in a valid event; never quotes a value."""
    header = datum["event"]
    return [
        *_doubtful_identifiers(header),
        *_odd_header(header),
        *_empty_fields(datum, schema),
    ]


def _doubtful_identifiers(header: Mapping[str, Any]) -> Iterator[FieldError]:
    for index, identifier in enumerate(header["subject"]["identifiers"]):
        verdict = check(normalised(Identifier(**identifier), header["agency"]))
        if isinstance(verdict, Doubt):
            yield FieldError(
                f"event.subject.identifiers[{index}].value",
                f"is doubtful ({verdict.in_words})",
                "check it; the event counts, but a person must confirm which child it is about",
            )


def _odd_header(header: Mapping[str, Any]) -> Iterator[FieldError]:
    known, occurred = header["known"], header["occurred"]
    if known["precision"] == occurred["precision"] and known["at"] < occurred["at"]:
        yield FieldError(
            "event.known", "is before event.occurred", "check both times and their offsets"
        )
    role = header["said_by"]
    if role is not None and fullmatch(_ROLE, role) is None:
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


def _empty_fields(datum: Mapping[str, Any], schema: Schema) -> Iterator[FieldError]:
    for field in schema.source["fields"]:
        if field["type"] == "string" and not datum[field["name"]].strip():
            yield FieldError(field["name"], "is empty", f"give it: {field['doc']}")
