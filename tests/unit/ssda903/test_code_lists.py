import hashlib
import json
from pathlib import Path

import pytest

from schemas.code_lists import CODES_FOLDER, CodeList, load_code_lists
from schemas.registry import load_registry
from schemas.reviewed_file import FileRefused

LISTS = load_code_lists(CODES_FOLDER / "ssda903")

# Meanings are sent with events, so a released one is never reworded: the same row would then say
# something else under the same version. New codes come at the end of a list and change nothing.
RELEASED = {
    "LS": (13, "6c74a4085a5be970"),
    "PLACE": (32, "b6d906cbbbbf2a50"),
    "PLACE_PROVIDER": (6, "e9b0898e805feb53"),
    "REASON_PLACE_CHANGE": (12, "18aa6ea28b23b679"),
    "REC": (22, "a3171e2e574984cb"),
    "REVIEW_CODE": (8, "1f379729cc23d878"),
}


@pytest.mark.parametrize("field", RELEASED)
def test_released_meanings_are_never_reworded(field: str) -> None:
    count, digest = RELEASED[field]
    released = list(LISTS[field].codes.items())[:count]
    text = json.dumps([(code, listed.meaning, listed.implies) for code, listed in released])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == digest


def test_the_lists_are_those_that_the_import_reads() -> None:
    assert LISTS.keys() == {"RNE", "CIN", "MISSING", *RELEASED}
    assert {listed.system for listed in LISTS.values()} == {
        f"ssda903.{field.lower().replace('_', '-')}" for field in LISTS
    }


def _implied(field: str, name: str) -> list[object]:
    return [listed.implies.get(name) for listed in LISTS[field].codes.values()]


def _symbols(event_type: str, field: str) -> set[str]:
    schema = load_registry().event(event_type)
    (found,) = (f for f in schema.source["fields"] if f["name"] == field)
    return set(found["type"]["symbols"])


def test_what_codes_imply_is_in_the_words_of_the_contract() -> None:
    enders = {*_implied("REC", "ended_by"), *_implied("REASON_PLACE_CHANGE", "ended_by")} - {None}
    assert enders <= _symbols("placement-end", "ended_by")
    registrations = set(_implied("PLACE", "registration")) - {None}
    assert registrations <= _symbols("placement-start", "registration")
    assert set(_implied("MISSING", "kind")) == _symbols("missing-report", "kind")


def test_every_reason_of_an_end_says_whether_care_ends() -> None:
    assert [
        code for code, listed in LISTS["REC"].codes.items() if not listed.implies["care_ends"]
    ] == ["X1"]


def test_every_reason_of_an_episode_says_what_changes() -> None:
    changes = {
        code: (listed.implies["legal_status_changes"], listed.implies["placement_changes"])
        for code, listed in LISTS["RNE"].codes.items()
    }
    assert changes == {
        "S": (True, True),
        "L": (True, False),
        "P": (False, True),
        "T": (False, True),
        "B": (True, True),
        "U": (True, True),
    }


def test_a_code_whose_meaning_nobody_found_says_where_it_is_valid() -> None:
    places = LISTS["PLACE"].codes
    unknown = {code for code, listed in places.items() if listed.meaning is None}
    assert unknown == {"Z11", "Z12", "Z13", "Z14"}
    assert all(places[code].source for code in unknown)


def test_a_code_is_written_as_the_contract_has_it() -> None:
    coded = LISTS["LS"].coded("C2")
    assert coded == {"system": "ssda903.ls", "code": "C2", "display": "Full care order"}


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    good = (CODES_FOLDER / "ssda903" / "cin.yaml").read_text()
    (tmp_path / "cin.yaml").write_text(good.replace("meaning:", "meening:", 1))
    with pytest.raises(FileRefused, match="N1"):
        load_code_lists(tmp_path)
    assert isinstance(LISTS["CIN"], CodeList)
