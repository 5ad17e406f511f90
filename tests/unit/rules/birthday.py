"""When the child was born, for specs of what a birthday ends."""

from dataclasses import replace
from datetime import date

from tests.unit.rules.hub import Hub
from tests.unit.rules.spec import Answer, Doing


def born(day: str) -> Doing:
    """The hub knows the child's date of birth."""

    def know(hub: Hub) -> Answer:
        hub.case.subject = replace(hub.case.subject, born=date.fromisoformat(day))
        return []

    return know
