"""Newcomers: what must be read so that who joins a network can be told what was open before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from projections.append.world import World
from projections.database import Query
from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.membership.briefing import may_bring

_FIRST_OF_ALL = datetime.min.replace(tzinfo=UTC)


def open_alerts_of(
    joined: Iterable[UUID],
    events: Iterable[tuple[UUID, Event]],
    cases: Mapping[UUID, Case],
    world: World,
    now: datetime | None,
) -> list[Query]:
    """What reads the open alerts of children whose network somebody may join; often nothing.

    ``joined`` are those with a command to that effect; ``cases`` hold the history around the
    ``events``. Each row is an alert's, and then its last entry's.
    """
    network = world.ruleset.network
    if network is None:
        return []
    children = set(joined) & cases.keys()
    children |= {
        child_id
        for child_id, event in events
        if child_id in cases and may_bring(cases[child_id], event, network, world.directory)
    }
    since = _FIRST_OF_ALL if now is None else now - network.briefing_window
    return [open_alerts(sorted(children), sorted(network.briefed), since)] if children else []


def open_alerts(children: Sequence[UUID], rules: Sequence[str], since: datetime) -> Query:
    """The open alerts of these rules that were last told since then."""
    return (
        "select a.child_id, a.alert_id, a.rule, a.key, a.severity, a.level, a.revision, a.state, "
        "a.sequence, a.wording, a.told, e.header, e.key_id, e.nonce, e.sealed "
        "from derived.alert a join derived.entry e using (child_id, sequence) "
        "where a.child_id = any(%b::uuid[]) and a.rule = any(%b::text[]) and a.state = 'open' "
        "and e.entered_at >= %b",
        [children, rules, since],
    )
