"""What an alert is called whose ground is a group of events: a matter, a stay."""

from collections.abc import Sequence

from safeguarding.case import AlertState, Case


def standing_key(case: Case, rule: str, names: Sequence[str]) -> str:
    """The name under which an alert of the group is open; the first where none is.

    ``names`` are those of its events, in their order. So an event that comes to light later, and is
    older, lets the alert grow and opens no other; of two groups that grow together one goes on.
    """
    opened = [name for name in names if _is_open(case, rule, name)]
    return min(opened) if opened else names[0]


def _is_open(case: Case, rule: str, name: str) -> bool:
    record = case.alerts.get((rule, name))
    return record is not None and record.state is AlertState.OPEN
