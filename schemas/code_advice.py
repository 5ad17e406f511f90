"""What is doubtful in the codes of an event: the list, the code, its check digit."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from schemas.catalogue import fields_of
from schemas.code_lists import CodeSystems, code_systems
from schemas.registry import Schema
from schemas.snomed import is_identifier
from schemas.validation import FieldError

SNOMED = "snomed-ct"


def doubtful_codes(datum: Mapping[str, Any], schema: Schema) -> Iterator[FieldError]:
    """What to check in the codes of a valid event; never quotes a code that is doubtful."""
    for field in _code_fields(schema):
        for path, code in _found(datum, field.split("."), ""):
            yield from _advice(path, code, f"{schema.type}.{field.replace('[]', '')}")


@cache
def _code_fields(schema: Schema) -> tuple[str, ...]:
    """The paths of a schema's codes, once: every event is asked."""
    return tuple(
        each.path + "[]" * each.shape.startswith("list of ")
        for each in fields_of(schema)
        if each.shape in ("code", "list of code")
    )


def _found(value: Any, parts: list[str], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each code under a path, after the path that it has in this event."""
    if not parts:
        yield path, value
        return
    name = parts[0].removesuffix("[]")
    inner, own = value[name], f"{path}.{name}" if path else name
    if inner is None:
        return
    if name == parts[0]:
        yield from _found(inner, parts[1:], own)
        return
    for index, item in enumerate(inner):
        yield from _found(item, parts[1:], f"{own}[{index}]")


def _advice(path: str, code: Mapping[str, Any], field: str) -> Iterator[FieldError]:
    systems = code_systems()
    system, taken = code["system"], systems.fields.get(field, ())
    if system not in systems.known:
        yield FieldError(f"{path}.system", "is no code system that Kith knows", _nearest(system))
    elif taken and system not in taken:
        yield FieldError(
            f"{path}.system",
            "is another code system than this field takes",
            f"give a code of {' or '.join(taken)}",
        )
    if not code["code"].strip():
        yield FieldError(f"{path}.code", "is empty", "give the code as its list prints it")
    else:
        yield from _doubtful_code(path, system, code["code"], systems)


def _doubtful_code(path: str, system: str, code: str, systems: CodeSystems) -> Iterator[FieldError]:
    if system == SNOMED and not is_identifier(code):
        yield FieldError(
            f"{path}.code",
            "is no identifier of SNOMED CT",
            "give its 6 to 18 digits; the last is a check digit, and it does not fit the others",
        )
    listed = systems.complete.get(system)
    if listed is not None and code not in listed:
        yield FieldError(
            f"{path}.code",
            f"is not in the list {system}",
            f"use one of: {', '.join(sorted(listed))}",
        )


def _nearest(system: str) -> str:
    known = code_systems().known
    near = get_close_matches(system, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
