"""What a team has in hand, and what became of handing it over, as JSON can hold it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kith.cli.handing_over import Passed
from projections.queries.in_hand import InHand
from safeguarding.facts import Recipient
from schemas.moment_text import write_instant


def as_data(
    found: Sequence[InHand], who: Recipient, now: datetime, since: datetime
) -> dict[str, Any]:
    """The page as JSON can hold it; times in UTC."""
    return {
        "recipient": _recipient(who),
        "as_of": write_instant(now),
        "answered_since": write_instant(since),
        "in_hand": [_item(each, now) for each in found],
    }


def _item(each: InHand, now: datetime) -> dict[str, Any]:
    answer, handed = each.answer, each.handed.fact if each.handed is not None else None
    return {
        "child_id": str(each.child_id),
        "alert_id": str(each.alert_id),
        "rule": each.rule,
        "severity": each.severity.value,
        "headline": each.alert and each.alert.headline,
        "what": each.alert and each.alert.what,
        "where": each.alert and each.alert.where,
        "answer_by": each.due_at and write_instant(each.due_at),
        "late": each.due_at is not None and each.due_at <= now,
        "said_by": answer and answer.by,
        "said_at": answer and write_instant(answer.acknowledged_at),
        "will_do": answer and answer.action,
        "handed_over": handed
        and {
            "from": handed.from_worker,
            "to": handed.to_worker,
            "at": write_instant(handed.handed_over_at),
            "note": handed.note,
        },
    }


def passed_as_data(passed: Sequence[Passed], who: Recipient, *, sent: bool) -> dict[str, Any]:
    """What became of it as JSON can hold it."""
    return {
        "recipient": _recipient(who),
        "sent": sent,
        "alerts": [
            {
                "child_id": str(each.passing.child_id),
                "alert_id": str(each.passing.alert_id),
                "added": each.added,
                "sequence": each.sequence,
                "refused": each.refused,
            }
            for each in passed
        ],
    }


def _recipient(who: Recipient) -> dict[str, str]:
    return {"agency": who.agency, "team": who.team, "role": who.role}
