"""The guide's own example is a story."""

import re
from pathlib import Path

from producers.scenario import load
from tests.unit.scenarios.told import ROOT, agencies


def test_the_story_of_the_guide_can_be_read(tmp_path: Path) -> None:
    """Fails without: any key of the example that the form needs, such as its why."""
    text = (ROOT / "docs" / "writing-a-story.md").read_text()
    (example,) = re.findall(r"```yaml\n(story: .*?)```", text, flags=re.DOTALL)
    path = tmp_path / "one-evening.yaml"
    path.write_text(example)
    story = load(path, agencies())
    assert [step.id for step in story.steps] == ["carer-is-worried"]
