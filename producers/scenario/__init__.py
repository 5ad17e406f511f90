"""Scenarios: stories and what is expected of them, from files to plain events and expectations.

No network here: a player takes the steps of a story and sends them. ``scenarios/child-k/README.md``
describes the files and what the rules must do.
"""

from producers.scenario.expected import Expectations, ExpectedNotification, load_expected
from producers.scenario.loading import in_order, load
from producers.scenario.story import (
    Acknowledge,
    Action,
    AlertName,
    Child,
    NetworkJoin,
    NetworkLeave,
    Publish,
    Step,
    Story,
    Tick,
)

__all__ = [
    "Acknowledge",
    "Action",
    "AlertName",
    "Child",
    "Expectations",
    "ExpectedNotification",
    "NetworkJoin",
    "NetworkLeave",
    "Publish",
    "Step",
    "Story",
    "Tick",
    "in_order",
    "load",
    "load_expected",
]
