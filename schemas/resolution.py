"""Whether what one schema writes can be read as another, by Avro's rules of schema resolution.

fastavro applies these rules only when it reads a datum, and so finds a break only if the datum
happens to hold it. This compares the schemas themselves, and says which field breaks and why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.schema_fields import named_types

# What Avro lets a reader take a value as, besides the type itself.
_PROMOTIONS: Mapping[str, frozenset[str]] = {
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why the reader cannot take what the writer wrote; ``path`` names the field."""

    path: str
    reason: str


def obstacles(writer: Any, reader: Any) -> list[Obstacle]:
    """List what stands in the way of reading, as ``reader``, what ``writer`` wrote.

    Both are schemas with their named types written out. A change of logical type counts, though
    Avro lets it pass: a time in milliseconds read as microseconds is no error but a wrong time.
    """
    return list(_Comparison(writer, reader).compare(writer, reader, ""))


class _Comparison:
    def __init__(self, writer: Any, reader: Any) -> None:
        self._writer_types, self._reader_types = named_types(writer), named_types(reader)
        self._compared: set[tuple[str, str]] = set()

    def compare(self, writer: Any, reader: Any, path: str) -> Iterator[Obstacle]:
        if isinstance(writer, list):
            for branch in writer:
                yield from self._branch(branch, reader, path)
            return
        if isinstance(reader, list):
            yield from self._branch(writer, reader, path)
            return
        writer = self._writer_types.get(writer, writer) if isinstance(writer, str) else writer
        reader = self._reader_types.get(reader, reader) if isinstance(reader, str) else reader
        kind, reader_kind = _kind(writer), _kind(reader)
        if kind != reader_kind and reader_kind not in _PROMOTIONS.get(kind, ()):
            yield Obstacle(path, f"is written as {kind} and read as {reader_kind}")
        elif _logical(writer) != _logical(reader):
            yield Obstacle(
                path,
                f"means {_logical(writer) or kind} and is taken for"
                f" {_logical(reader) or reader_kind}",
            )
        elif kind in ("record", "enum", "fixed"):
            yield from self._named(kind, writer, reader, path)
        elif kind == "array":
            yield from self.compare(writer["items"], reader["items"], f"{path}[]")

    def _branch(self, branch: Any, reader: Any, path: str) -> Iterator[Obstacle]:
        """Compare one branch that may be written with the reader's nearest branch."""
        branches = reader if isinstance(reader, list) else [reader]
        found = [list(self.compare(branch, other, path)) for other in branches]
        if all(found):
            if branch == "null":
                yield Obstacle(path, "may be written as null, and the reader takes no null")
            else:
                # The branch with the smallest difference explains it best; null never does.
                others = [o for b, o in zip(branches, found, strict=True) if b != "null"]
                yield from min(others or found, key=len)

    def _named(self, kind: str, writer: Any, reader: Any, path: str) -> Iterator[Obstacle]:
        pair = (writer["name"], reader["name"])
        if _short(pair[0]) != _short(pair[1]):
            yield Obstacle(path, f"is written as {_short(pair[0])} and read as {_short(pair[1])}")
        elif kind == "fixed":
            if writer["size"] != reader["size"]:
                yield Obstacle(
                    path, f"is written with {writer['size']} bytes and read with {reader['size']}"
                )
        elif kind == "enum":
            lost = [s for s in writer["symbols"] if s not in reader["symbols"]]
            if lost and "default" not in reader:
                yield Obstacle(
                    path, f"may be written as {', '.join(lost)}, which the reader does not know"
                )
        elif pair not in self._compared:
            # A type that is used twice is reported once, where it is first met.
            self._compared.add(pair)
            yield from self._record(writer, reader, path)

    def _record(self, writer: Any, reader: Any, path: str) -> Iterator[Obstacle]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            inner = f"{path}.{field['name']}" if path else field["name"]
            if field["name"] in written:
                yield from self.compare(written[field["name"]]["type"], field["type"], inner)
            elif "default" not in field:
                yield Obstacle(inner, "is not written, and the reader has no default for it")


def _kind(schema: Any) -> str:
    return schema if isinstance(schema, str) else str(schema["type"])


def _logical(schema: Any) -> str | None:
    return None if isinstance(schema, str) else schema.get("logicalType")


def _short(name: str) -> str:
    """Drop the namespace: it holds the version, and Avro compares without it."""
    return name.rpartition(".")[2]
