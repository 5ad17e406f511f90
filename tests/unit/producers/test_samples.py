from pathlib import Path

import pytest

from producers.json_lines import read_lines
from producers.preparing import Preparer
from safeguarding.identifiers import Identifier, Valid, check, normalised
from schemas.codec import decode
from schemas.registry import load_registry

SAMPLES = Path(__file__).parents[3] / "producers" / "samples"
FILES = sorted(SAMPLES.glob("*.jsonl"))
REGISTRY = load_registry()
SECRET = b"secret of 16 or more bytes"


def test_there_is_a_sample_of_each_event_type() -> None:
    assert {path.stem for path in FILES} == {s.type for s in REGISTRY.family("events")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_sample_is_valid_without_warnings_and_survives_the_wire(path: Path) -> None:
    agency = "canary" if path.stem == "canary" else "police"
    for line in read_lines(path):
        prepared = Preparer(agency, SECRET).prepare(line.plain)
        assert prepared.warnings == ()
        decoded = decode(prepared.message, REGISTRY)
        assert decoded.schema.type == path.stem == prepared.type
        for identifier in decoded.datum["event"]["subject"]["identifiers"]:
            known = normalised(Identifier(**identifier), agency)
            assert isinstance(check(known), Valid)
            if known.scheme == "nhs-number":
                assert known.value.startswith("9"), "only the test range is used here"


def test_between_them_they_use_every_field_at_least_once() -> None:
    used: set[str] = set()
    for path in FILES:
        for line in read_lines(path):
            used |= {f"{path.stem}.{name}" for name in line.plain if name not in ("type", "schema")}
    own = {
        f"{schema.type}.{field.path}"
        for schema in REGISTRY.family("events")
        for field in schema.fields()
        if "." not in field.path
    }
    assert used == own
