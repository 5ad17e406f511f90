"""Every Avro schema of the contract, found by type and version, by name, or by fingerprint.

The files under ``schemas/avro`` are the contract; this module only reads them. ``common`` holds
the named types that others use, one a file, named after the type. Every other folder is a family
(``events``, ``facts``, ``log`` and so on) with ``<type>/v<version>.avsc``.

A schema is loaded with the types that it uses written out where they first occur, so that its
fingerprint covers them too: another ``common/Moment.avsc`` is another fingerprint for every event.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fastavro.repository.base import AbstractSchemaRepository, SchemaRepositoryError
from fastavro.schema import fingerprint, load_schema, to_parsing_canonical_form

from schemas.schema_fields import Field, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AVRO_FOLDER = Path(__file__).parent / "avro"

_FILE_NAME = re.compile(r"v([1-9][0-9]*)\.avsc")


class SchemaFault(Exception):
    """A schema file cannot be used. The text names the file and what to do."""


class UnknownSchema(LookupError):
    """No schema of the contract answers to this name, version or fingerprint."""


class RegistryAway(ConnectionError):
    """The schema registry could not be asked: nothing is known either way. Try again."""


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """One released version of one type.

    ``type`` is the kebab-case name that topics, rules and people use (``custody-incident``);
    ``name`` is Avro's full name; ``fingerprint`` is the CRC-64-AVRO of the parsing canonical form,
    little-endian, as single-object encoding wants it; ``parsed`` is ready for fastavro; ``source``
    is the file's content with the common types written out.
    """

    family: str
    type: str
    version: int
    name: str
    doc: str
    fingerprint: bytes
    canonical: str
    parsed: Any
    source: Mapping[str, Any]

    @property
    def versioned_type(self) -> str:
        """Name it as topics and CloudEvents do: ``custody-incident.v1``."""
        return f"{self.type}.v{self.version}"

    def fields(self) -> Iterator[Field]:
        """List all fields in the order of the file, each before those inside it."""
        yield from fields_of(self.source)


class Ids(Protocol):
    """What is known of a schema registry's ids; see :mod:`schemas.schema_ids`."""

    def schema_of(self, schema_id: int) -> Schema:
        """The contract's schema with this id. Raises UnknownSchema, RegistryAway."""

    def id_of(self, schema: Schema) -> int | None:
        """The id of a schema; None while there is none to be had."""


class Registry:
    """The schemas of one folder, read once: files do not change while a process runs.

    ``ids`` is given where a schema registry is used: messages may name their schema by its id then.
    """

    def __init__(self, schemas: list[Schema], ids: Ids | None = None) -> None:
        self.ids = ids
        self._all = tuple(schemas)
        self._by_key = {(schema.family, schema.type, schema.version): schema for schema in schemas}
        self._by_fingerprint: dict[bytes, Schema] = {}
        self._by_name = {schema.name: schema for schema in schemas}
        for schema in schemas:
            other = self._by_fingerprint.setdefault(schema.fingerprint, schema)
            if other is not schema:
                raise SchemaFault(
                    f"{schema.name} and {other.name} have the same fingerprint:"
                    " give one of them another name or shape"
                )

    def __iter__(self) -> Iterator[Schema]:
        return iter(self._all)

    def with_ids(self, ids: Ids) -> Registry:
        """The same contract, where a schema registry is used."""
        return Registry(list(self._all), ids)

    def event(self, event_type: str, version: int = 1) -> Schema:
        """Find the schema of an event type. Raises UnknownSchema."""
        return self._find("events", event_type, version)

    def fact(self, fact_type: str, version: int = 1) -> Schema:
        """Find the schema of a fact type. Raises UnknownSchema."""
        return self._find("facts", fact_type, version)

    def record(self, name: str) -> Schema:
        """Find a schema by Avro's full name: ``kith.log.v1.Envelope``. Raises UnknownSchema."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownSchema(f"no schema is named {name}: see schemas/avro") from None

    def by_fingerprint(self, fingerprint: bytes) -> Schema:
        """Find the schema with these eight bytes of fingerprint. Raises UnknownSchema."""
        try:
            return self._by_fingerprint[fingerprint]
        except KeyError:
            raise UnknownSchema(
                f"no schema has the fingerprint {fingerprint.hex()}:"
                " was it written by a newer version of the contract?"
            ) from None

    def family(self, family: str) -> tuple[Schema, ...]:
        """List the schemas of a family (``events``, ``facts``, ``log``), by type and version."""
        return tuple(schema for schema in self._all if schema.family == family)

    def _find(self, family: str, wanted: str, version: int) -> Schema:
        try:
            return self._by_key[family, wanted, version]
        except KeyError:
            known = sorted(
                schema.versioned_type
                for schema in self._all
                if schema.family == family and schema.type == wanted
            )
            hint = (
                f"known: {', '.join(known)}"
                if known
                else f"see schemas/avro/{family} for the types there are"
            )
            raise UnknownSchema(
                f"no schema {wanted}.v{version} among the {family}: {hint}"
            ) from None


def load_registry(folder: Path | None = None) -> Registry:
    """Read all schemas under ``folder``; the contract's own, read once a process, when absent.

    Raises SchemaFault when a file cannot be read or used.
    """
    return _own_registry() if folder is None else _read(folder)


@cache
def _own_registry() -> Registry:
    return _read(AVRO_FOLDER)


def _read(folder: Path) -> Registry:
    schemas = []
    for path in sorted(folder.glob("*/*/*.avsc")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise SchemaFault(f"{path}: a schema file is called v1.avsc, v2.avsc and so on")
        schemas.append(_schema(folder, path, int(match.group(1))))
    if not schemas:
        raise SchemaFault(f"{folder} holds no schemas: expected <family>/<type>/v1.avsc")
    return Registry(
        sorted(schemas, key=lambda schema: (schema.family, schema.type, schema.version))
    )


def _schema(folder: Path, path: Path, version: int) -> Schema:
    written = _json(path)
    try:
        name = f"{written['namespace']}.{written['name']}"
        files = _Files(folder / "common", name, written)
        source = load_schema(name, repo=files, _write_hint=False)
        parsed = load_schema(name, repo=files)
        canonical = to_parsing_canonical_form(source)
    except SchemaFault:
        raise
    except (
        Exception
    ) as error:  # fastavro raises several kinds for a wrong schema; each says what is wrong.
        raise SchemaFault(
            f"{path}: not a usable Avro schema: {type(error).__name__}: {error}"
        ) from error
    return Schema(
        family=path.parent.parent.name,
        type=path.parent.name,
        version=version,
        name=name,
        doc=written.get("doc", ""),
        fingerprint=bytes.fromhex(fingerprint(canonical, "CRC-64-AVRO")),
        canonical=canonical,
        parsed=parsed,
        source=source,
    )


class _Files(AbstractSchemaRepository):  # type: ignore[misc]  # fastavro is Any to mypy here.
    """Gives fastavro the schema itself and the common types that it names."""

    def __init__(self, common: Path, name: str, written: Any) -> None:
        self._common, self._name, self._written = common, name, written

    def load(self, name: str) -> Any:
        if name == self._name:
            return self._written
        path = self._common / f"{name.rpartition('.')[2]}.avsc"
        if not path.exists():
            # fastavro turns this error into one that names the type that is not known.
            raise SchemaRepositoryError(f"there is no {path}")
        return _json(path)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaFault(f"{path}: cannot be read as JSON: {error}") from error
