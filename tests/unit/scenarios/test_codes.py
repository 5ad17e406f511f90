from producers.scenario import Publish
from schemas.code_lists import CODES_FOLDER, load_code_lists
from tests.unit.scenarios.told import STORIES, read


def test_codes_mean_what_their_lists_say() -> None:
    lists = {each.system: each for each in load_code_lists(CODES_FOLDER / "ssda903").values()}
    codes = [
        value
        for name in STORIES
        for step in read(name)[0].steps
        if isinstance(step.action, Publish)
        for value in step.action.event.values()
        if isinstance(value, dict) and "code" in value
    ]
    assert codes
    for code in codes:
        assert code == lists[code["system"]].coded(code["code"])
