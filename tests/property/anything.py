"""Events that the contract lets through, drawn from the schemas, as odd as each type allows."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

from schemas.codec import encode
from schemas.registry import Schema
from schemas.schema_fields import named_types

AGENCY = "police"
TEXTS = (
    "",
    " ",
    "a",
    "CR-1",
    "x" * 3_000,
    "\u0000",
    "\u202e\u0301 'quoted' \"too\" <b>; drop table derived.entry; --",
    "ß" * 250,
    "\U0001f6a8 9991234004",
    "%s %b {} \\x00",
)
INSTANTS = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2021, 10, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2021, 10, 2, 1, 40, tzinfo=UTC),
    datetime(2100, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
)
VALUES: dict[str, tuple[Any, ...]] = {
    "string": (*TEXTS, *["CR-1"] * 10),
    "timestamp-micros": (*INSTANTS, *[INSTANTS[3]] * 6),
    "date": (date(1, 1, 1), date(2006, 4, 30), date(9999, 12, 31)),
    "uuid": (UUID(int=1), UUID(int=2**128 - 1)),
    "boolean": (True, False),
    "int": (0, 1, -1, 2**31 - 1, -(2**31)),
    "null": (None,),
}
NUMBERS = ("9991234004", "9434765919", "0000000000", "M838400121001", "PN-1", "")


class Drawing:
    """Draws data that fit a schema. Half of the time what an agency would write."""

    def __init__(self, random: Random, schema: Schema) -> None:
        self.random = random
        self._named = named_types(schema.source)
        self._schema = schema

    def event(self, number: int) -> bytes:
        """A message whose header lets it through more often than not."""
        datum = self.draw(self._schema.source)
        header = datum["event"]
        header["agency"] = AGENCY
        header["event_id"] = UUID(int=number + 1)
        header["version"] = self.random.choice((1, 1, 1, 2, 3, 2**31 - 1, 0))
        plain = header["version"] == 1 or self._schema.type == "retraction"
        header["correction"] = None if plain else {"reason": "wrong_child", "note": None}
        header["reference"] = f"R-{self.random.randint(1, 60)}"
        header["labels"] = header["labels"][:3]
        header["subject"]["identifiers"] = [
            {
                "scheme": self.random.choice(("nhs-number", "upn", "local", "")),
                "value": self.random.choice(NUMBERS),
                "issuer": self.random.choice((None, None, AGENCY, "camhs")),
            }
            for _ in range(self.random.randint(0, 3))
        ]
        return encode(self._schema, datum)

    def draw(self, avro_type: Any) -> Any:
        if isinstance(avro_type, list):
            return self.draw(self.random.choice(avro_type))
        if isinstance(avro_type, str):
            avro_type = self._named.get(avro_type, avro_type)
        kind = avro_type if isinstance(avro_type, str) else avro_type["type"]
        logical = "" if isinstance(avro_type, str) else avro_type.get("logicalType", "")
        if kind == "record":
            return {field["name"]: self.draw(field["type"]) for field in avro_type["fields"]}
        if kind == "array":
            return [self.draw(avro_type["items"]) for _ in range(self.random.randint(0, 2))]
        if kind == "enum":
            return self.random.choice(avro_type["symbols"])
        # A KeyError here: the contract has got another type, to be drawn too.
        return self.random.choice(VALUES[logical or kind])
