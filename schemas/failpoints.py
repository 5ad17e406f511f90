"""Failpoints: places between a commit, a send and an acknowledgement where a test stops a process.

They stand where the order of two effects matters. Nothing is armed outside of tests: then passing
one costs the look into an empty table.
"""

import os
import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

VARIABLE = "KITH_FAILPOINTS"
# Without it armed failpoints are refused: a variable left behind must stop no real hub.
ALLOWED = "KITH_FAILPOINTS_ALLOWED"

APPEND_BEFORE_COMMIT = "append.before-commit"
APPEND_AFTER_COMMIT = "append.after-commit"
FEED_BEFORE_APPEND = "feed.before-append"
FEED_BEFORE_ACKNOWLEDGEMENT = "feed.before-acknowledgement"
FEED_AFTER_ACKNOWLEDGEMENT = "feed.after-acknowledgement"
RELAY_BEFORE_ENTRIES = "relay.before-entries"
RELAY_AFTER_ENTRIES = "relay.after-entries"
RELAY_AFTER_NUMBERS = "relay.after-numbers"
RELAY_AFTER_FORGETTING = "relay.after-forgetting"
RELAY_AFTER_NOTIFICATIONS = "relay.after-notifications"
CLOCK_BEFORE_REACHED = "clock.before-reached"

ALL = frozenset(
    {
        APPEND_BEFORE_COMMIT,
        APPEND_AFTER_COMMIT,
        FEED_BEFORE_APPEND,
        FEED_BEFORE_ACKNOWLEDGEMENT,
        FEED_AFTER_ACKNOWLEDGEMENT,
        RELAY_BEFORE_ENTRIES,
        RELAY_AFTER_ENTRIES,
        RELAY_AFTER_NUMBERS,
        RELAY_AFTER_FORGETTING,
        RELAY_AFTER_NOTIFICATIONS,
        CLOCK_BEFORE_REACHED,
    }
)

_ARMING = re.compile(r"(?P<point>[a-z.-]+)=(?P<action>kill|stop)@(?P<occurrence>[1-9][0-9]*)")
_ACTIONS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class FailpointsRefused(ValueError):
    """Failpoints are armed where they must not be, or wrongly. The text says what to do."""


@dataclass(slots=True)
class _Armed:
    """What happens at the point's passing with this number; 0 when it has happened."""

    number: signal.Signals
    left: int


_armed: dict[str, _Armed] = {}


def reach(point: str) -> None:
    """Pass a failpoint. Where it is armed, the process may end or stand still here."""
    armed = _armed.get(point)
    if armed is None or armed.left == 0:
        return
    armed.left -= 1
    if armed.left == 0:
        _send(armed.number)


def arm(environment: Mapping[str, str]) -> None:
    """Arm what the environment says, as ``append.before-commit=kill@7``, one or more by commas.

    Raises FailpointsRefused.
    """
    _armed.clear()
    text = environment.get(VARIABLE, "")
    if not text:
        return
    if environment.get(ALLOWED) != "1":
        raise FailpointsRefused(f"{VARIABLE} is for tests: unset it, or set {ALLOWED}=1 in a test")
    for each in text.split(","):
        match = _ARMING.fullmatch(each)
        if match is None or match["point"] not in ALL:
            raise FailpointsRefused(
                f"{VARIABLE}: {each} is no arming: write POINT=kill@N or POINT=stop@N, with a "
                f"point of {', '.join(sorted(ALL))}"
            )
        _armed[match["point"]] = _Armed(_ACTIONS[match["action"]], int(match["occurrence"]))


def _to_itself(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


_send: Callable[[signal.Signals], None] = _to_itself
