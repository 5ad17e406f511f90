from typing import Any

import pytest

from producers.scenario import Publish, load
from schemas.code_lists import CODES_FOLDER, load_code_lists
from tests.unit.scenarios.told import CHILD_K, STORIES, agencies, read


def _codes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        if "system" in value and "code" in value:
            return [value]
        return [code for each in value.values() for code in _codes(each)]
    return [code for each in value for code in _codes(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", [*STORIES, "seven-months"])
def test_codes_mean_what_their_lists_say(name: str) -> None:
    # SNOMED CT has several lists under one system, so a list is named by system and code.
    listed = {
        (each.system, code): each.coded(code)
        for folder in CODES_FOLDER.iterdir()
        for each in load_code_lists(folder).values()
        for code in each.codes
    }
    story = load(CHILD_K / name, agencies()) if name == "seven-months" else read(name)[0]
    events = [step.action.event for step in story.steps if isinstance(step.action, Publish)]
    codes = _codes(events)
    assert codes
    for code in codes:
        assert code == listed[code["system"], code["code"]]
