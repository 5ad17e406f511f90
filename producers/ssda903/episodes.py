"""Rows of the Episodes module, each episode once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from producers.ssda903.findings import Findings
from producers.ssda903.rows import EpisodeRow


def distinct_episodes(rows: Sequence[EpisodeRow], findings: Findings) -> list[EpisodeRow]:
    """Take each episode once, in order of time, and refuse rows that contradict each other.

    One child and start (CHILD, DECOM) is one episode. If rows of one episode differ, none is
    taken: to publish one would be to guess, and to publish all as versions would be to say that
    the authority corrected itself. A row without an end is no contradiction to one that has it.
    """
    by_start = defaultdict[date, list[EpisodeRow]](list)
    for row in rows:
        by_start[row.starts].append(row)
    taken = []
    for _, same_start in sorted(by_start.items()):
        agreed = same_start[0] if len(same_start) == 1 else _agreed(same_start, findings)
        if agreed is not None:
            taken.append(agreed)
    return taken


def _agreed(same_start: list[EpisodeRow], findings: Findings) -> EpisodeRow | None:
    longer = [row for row in same_start if not row.within_a_day]
    if longer:
        for row in same_start:
            if row.within_a_day:
                findings.add("episode-within-a-day", row.source, "DEC")
        same_start = longer
    beginnings = {_beginning(row) for row in same_start}
    endings = {_ending(row) for row in same_start if row.ends is not None}
    if len(beginnings) > 1 or len(endings) > 1:
        for row in same_start:
            findings.add("episodes-conflict", row.source)
        return None
    first = next((row for row in same_start if row.ends is not None), same_start[0])
    for row in same_start:
        if row is not first:
            reason = "said-twice" if row.ends == first.ends else "said-with-end"
            findings.add(reason, row.source)
    return first


def _beginning(row: EpisodeRow) -> tuple[str | None, ...]:
    return (row.new_because, row.legal_status, *row.placement)


def _ending(row: EpisodeRow) -> tuple[date | str | None, ...]:
    return (row.ends, row.ended_because, row.place_change_because)
