"""The index of standing events gives what looking through all of them would."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from safeguarding.events import Event, Reference
from safeguarding.standings import Standing, Standings
from tests.unit.rules.said import found, london, report

FIRST = london("2021-07-01 10:00")
TYPES = ("missing-report", "missing-found")
days = st.integers(0, 5)


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[Reference, Standing | None]]:
    """Versions that stand one after another under few references, some of them taken back."""
    made: list[tuple[Reference, Standing | None]] = []
    for version in range(draw(st.integers(0, 12))):
        name = draw(st.sampled_from("ABC"))
        said = draw(st.sampled_from((report, found)))(name, f"2021-07-0{draw(days) + 1} 10:00")
        event = said.received(FIRST + timedelta(days=9))
        retracted, forgotten = draw(st.booleans()), draw(st.booleans())
        standing = Standing(version, retracted, event.type, event.placed_at, version, event)
        made.append((event.key, None if forgotten else standing))
    return made


def looked_through(standings: Standings, first: int, last: int) -> list[Event]:
    """The same by looking at each."""
    since, until = FIRST + timedelta(days=first), FIRST + timedelta(days=last)
    among = [each.event for each in standings.values() if each.event and not each.retracted]
    held = [each for each in among if each.type in TYPES and since <= each.placed_at <= until]
    return sorted(held, key=lambda each: (each.placed_at, each.key))


@given(changes(), days, days, st.booleans())
def test_it_gives_what_looking_through_all_would(
    made: list[tuple[Reference, Standing | None]], first: int, last: int, asked_before: bool
) -> None:
    """Fails without: ``_take_out``, ``insort``, either bound, or the order of two types."""
    standings = Standings()
    if asked_before:
        standings.events(TYPES, FIRST, FIRST)
    for key, standing in made:
        if standing is None:
            standings.pop(key, None)
        else:
            standings[key] = standing
    since, until = FIRST + timedelta(days=first), FIRST + timedelta(days=last)
    assert standings.events(TYPES, since, until) == looked_through(standings, first, last)
