"""The order in which things become known, and repeats, change nothing of what stands in the end."""

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chaos.rows import Row
from tests.property.histories import KINDS, draw_history, shuffled, shuffled_by_statement
from tests.property.standing import hub_after, open_alerts, timeline, unlike_what_is_held
from tests.property.statements import DETENTION, SELF_HARM

# A failing example is made as small as it can be, which takes its time.
pytestmark = pytest.mark.timeout(400)
at_length = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
# Row 8 of the reliability bars.
ORDERS = 20
histories = st.randoms(use_true_random=False)
mixtures = pytest.mark.parametrize(
    ("statements", "kinds"),
    [
        (16, KINDS),
        (18, ["report"]),
        (14, ["placed", "left"]),
        (10, ["custody"]),
        (10, DETENTION),
        (12, SELF_HARM),
    ],
    ids=["everything", "missing", "moves", "custody", "detention", "self-harm"],
)


@mixtures
@at_length
@given(random=histories)
def test_any_order_and_any_repeats_end_in_the_same_open_alerts(
    random: Random, statements: int, kinds: list[str]
) -> None:
    events = draw_history(random, statements, kinds)
    expected = open_alerts(hub_after(events))
    for _ in range(2):
        assert open_alerts(hub_after(shuffled(random, events))) == expected


@at_length
@given(random=histories)
def test_with_the_versions_of_each_statement_in_order_what_was_late_is_the_same_too(
    random: Random,
) -> None:
    # Only the first version of a statement can be late. Where a correction overtakes it, the first
    # version never stands and is not judged: which came first is what this rule is about.
    events = draw_history(random)
    expected = open_alerts(hub_after(events), late=True)
    other = hub_after(shuffled_by_statement(random, events))
    assert open_alerts(other, late=True) == expected


@mixtures
@at_length
@given(random=histories)
def test_the_alerts_that_stand_are_what_the_rules_hold_about_the_whole_history(
    random: Random, statements: int, kinds: list[str]
) -> None:
    hub = hub_after(shuffled(random, draw_history(random, statements, kinds)))
    assert unlike_what_is_held(hub) == []


def _unlike(seeds: range) -> list[int]:
    """The seeds whose history ends in another timeline, or other alerts, in some order."""
    found = []
    for seed in seeds:
        random = Random(seed)  # noqa: S311 - a seed makes it the same each time
        events = draw_history(random, 12)
        first, *others = [hub_after(shuffled(random, events)) for _ in range(ORDERS)]
        if any(
            (timeline(hub), open_alerts(hub)) != (timeline(first), open_alerts(first))
            for hub in others
        ):
            found.append(seed)
    return found


@pytest.mark.row(8, "out of order, months late")
def test_histories_in_twenty_orders_end_in_the_same_timeline(row: Row) -> None:
    """Fails without: the version deciding which statement stands, and not its arrival."""
    histories = row.of(ci=200, long=1_000)
    parts = [range(first, first + 25) for first in range(0, histories, 25)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        unlike = [seed for part in pool.map(_unlike, parts) for seed in part]
    row.note(histories=histories, orders=ORDERS, unlike=len(unlike))
    assert unlike == []


def test_the_histories_that_are_drawn_hold_what_could_go_wrong() -> None:
    drawn: Counter[str] = Counter()
    for seed in range(200):
        random = Random(seed)  # noqa: S311
        events = draw_history(random)
        hub = hub_after(shuffled(random, events))
        drawn.update(event.type for event in events)
        drawn["corrected"] += sum(e.version > 1 and e.type != "retraction" for e in events)
        drawn["backfilled"] += sum(e.backfilled for e in events)
        drawn["wrong clock"] += sum(e.placed_at != e.occurred.at for e in events)
        drawn.update(f"{a.rule} {a.key.split(':')[0]} {a.state}" for a in hub.case.alerts.values())
    expected = {
        "custody-ligature record open",
        "custody-ligature record withdrawn",
        "child-in-custody record open",
        "child-in-custody record withdrawn",
        "self-harm report open",
        "self-harm report withdrawn",
        "missing episode open",
        "missing episode withdrawn",
        "missing pattern open",
        "placement-move placement open",
        "placement-move placement withdrawn",
        "late-disclosure event open",
        "retraction",
        "corrected",
        "backfilled",
        "wrong clock",
    }
    assert {name: drawn[name] for name in expected if drawn[name] < 5} == {}
