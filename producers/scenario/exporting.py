"""A story's events as lines that ``kith publish`` takes: one agency's in one file."""

import json
from collections import defaultdict
from collections.abc import Mapping

from producers.scenario.story import Publish, Story


def exported(story: Story) -> Mapping[str, list[str]]:
    """JSON lines by the name of their file, in the order of the story.

    ``police.jsonl`` holds what police say when it happens, ``police.backfill.jsonl`` what
    they load of the past, which is for ``kith publish --backfill``.
    """
    files: dict[str, list[str]] = defaultdict(list)
    for step in story.steps:
        if isinstance(step.action, Publish):
            ending = ".backfill.jsonl" if step.action.backfill else ".jsonl"
            line = json.dumps(step.action.event, ensure_ascii=False)
            files[step.action.agency + ending].append(line)
    return files
