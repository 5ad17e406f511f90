"""A missing report that names companions: the log of each says so, and its network is told."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from projections.append import journal
from projections.append.resuming import CutAppends, resume
from projections.entries import Stored
from projections.rebuild import schema
from projections.rebuild.bulk import BulkLoad
from projections.rebuild.comparing import hash_tables
from safeguarding.commands import JoinNetwork
from safeguarding.events import Event
from safeguarding.evolve import evolve
from safeguarding.facts import AlertRaised, AlertWithdrawn, Moved, NamedAsCompanion
from schemas.envelope import Envelope, encode_envelope
from tests.integration.append.hub import AppendHub, fates
from tests.integration.append.test_races import assert_sound, held, results, wait_for_waiters
from tests.integration.append.test_undecided import decide_all, failing_on
from tests.unit.rules.hub import teams
from tests.unit.rules.said import Said, london, other
from tests.unit.rules.said_companions import (
    FIRST_NUMBER,
    OTHER_NUMBER,
    naming,
    numbers,
    together,
)

NIGHT = "2021-10-02 02:40"
NOBODYS = "9994021133"
SAID = together(NIGHT, OTHER_NUMBER, reference="R-1")
RAISED = [("foster_carer", "raised", "urgent")]
WITHDRAWN = [*RAISED, ("foster_carer", "withdrawn", "urgent")]


def known(hub: AppendHub, number: str, role: str) -> UUID:
    """A child with this number and a team in this role around it."""
    (outcome,) = hub.say(replace(other("2021-10-01", number), identifiers=tuple(numbers(number))))
    assert outcome.child_id is not None
    hub.command(outcome.child_id, JoinNetwork(teams()[role], "test", london("2021-01-01 00:00")))
    return outcome.child_id


@pytest.fixture
def first(hub: AppendHub) -> UUID:
    """The child who is reported missing."""
    return known(hub, FIRST_NUMBER, "placement")


@pytest.fixture
def named(hub: AppendHub, first: UUID) -> UUID:
    """The child who is named as a companion."""
    del first
    return known(hub, OTHER_NUMBER, "foster_carer")


def bodies(hub: AppendHub, child: UUID, kind: type) -> list[Any]:
    return [entry.body for entry in hub.entries(child) if isinstance(entry.body, kind)]


def told(hub: AppendHub, child: UUID) -> list[tuple[str, str, str]]:
    return hub.rows(
        "select role, kind, mode from derived.notification where child_id = %s "
        "and rule = 'named-companion' order by sequence, role",
        child,
    )


def test_each_network_is_told_of_its_own_child_and_neither_who_the_other_is(
    hub: AppendHub, first: UUID, named: UUID
) -> None:
    """Fails without: ``Others.companions``; the subject's numbers left out of the alert."""
    assert fates(hub.say(SAID)) == ["recorded"]
    assert bodies(hub, named, NamedAsCompanion) == [NamedAsCompanion("police", "R-1", 1)]
    assert told(hub, named) == RAISED
    assert told(hub, first) == []
    (raised,) = bodies(hub, named, AlertRaised)
    (own,) = bodies(hub, first, AlertRaised)
    assert [each.value for each in raised.alert.subject.identifiers] == [OTHER_NUMBER]
    assert [each.value for each in own.alert.subject.identifiers] == [FIRST_NUMBER]
    assert "with another child" in own.alert.what
    for secret in (FIRST_NUMBER, "R-1", str(first)):
        assert secret not in repr(raised)
    assert OTHER_NUMBER not in repr(own)
    assert_sound(hub)


def test_a_number_that_nobody_has_makes_no_child_and_loses_nothing(
    hub: AppendHub, first: UUID
) -> None:
    hub.say(together(NIGHT, NOBODYS))
    assert hub.children() == [first]
    *_, kept = bodies(hub, first, Event)
    assert kept.details["companion_identifiers"][0]["value"] == NOBODYS
    assert hub.pages() == []


def test_a_doubtful_number_is_a_matter_for_a_person(hub: AppendHub, named: UUID) -> None:
    """Fails without: ``Journal._note_companion_doubts``."""
    said = together(NIGHT, "9991234005", OTHER_NUMBER)
    hub.say(said)
    hub.say(said)
    assert hub.pages() == ["companion-doubt"]
    assert "9991234005" not in repr(hub.rows("select detail from kept.page"))
    assert told(hub, named) == RAISED


def test_a_report_that_names_its_own_child_names_nobody(hub: AppendHub, first: UUID) -> None:
    hub.say(together(NIGHT, FIRST_NUMBER))
    assert told(hub, first) == []


def test_who_becomes_known_just_before_in_the_same_batch_is_told(
    hub: AppendHub, first: UUID
) -> None:
    hub.say(replace(other("2021-10-01"), identifiers=tuple(numbers(OTHER_NUMBER))), SAID)
    (companion,) = {*hub.children()} - {first}
    assert {kind for _, kind, _ in told(hub, companion)} == {"raised"}
    assert_sound(hub)


# --- corrections and retractions ---------------------------------------------------------------


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize(
    "last",
    [naming(SAID), naming(SAID, NOBODYS), replace(SAID.retracted(), identifiers=())],
    ids=["names nobody", "names another", "retracted"],
)
def test_a_later_version_that_names_the_child_no_more_takes_it_back(
    hub: AppendHub, named: UUID, last: Said, batches: int
) -> None:
    """Fails without: ``Resolved.parted``, from the tables (two batches) or within one."""
    if batches == 1:
        hub.say(SAID, last)
    else:
        hub.say(SAID)
        hub.say(last)
    assert told(hub, named) == WITHDRAWN
    (withdrawn,) = bodies(hub, named, AlertWithdrawn)
    assert FIRST_NUMBER not in repr(withdrawn)
    assert_sound(hub)


def test_a_later_version_that_names_the_child_again_says_nothing_new(
    hub: AppendHub, named: UUID
) -> None:
    hub.say(SAID)
    hub.say(SAID.corrected(circumstances="Seen at the station."))
    assert told(hub, named) == RAISED
    assert len(bodies(hub, named, NamedAsCompanion)) == 1


@pytest.mark.parametrize("early", [naming(SAID), SAID.retracted()], ids=["corrected", "retracted"])
@pytest.mark.parametrize("nameless", [False, True])
@pytest.mark.parametrize("batches", [1, 2])
def test_what_was_replaced_before_it_came_names_nobody(
    hub: AppendHub, named: UUID, early: Said, nameless: bool, batches: int
) -> None:
    """Fails without: comparing with the version that stands."""
    if nameless:
        early = replace(early, identifiers=tuple(numbers("9991234005")))
    if batches == 1:
        hub.say(early, SAID)
    else:
        hub.say(early)
        hub.say(SAID)
    assert told(hub, named) == []
    assert_sound(hub)


def test_a_report_that_turns_out_to_be_about_the_companion_changes_places(
    hub: AppendHub, first: UUID, named: UUID
) -> None:
    hub.say(SAID)
    hub.say(
        replace(
            naming(SAID, FIRST_NUMBER),
            identifiers=tuple(numbers(OTHER_NUMBER)),
            why_corrected="wrong_child",
        )
    )
    assert told(hub, named) == WITHDRAWN
    assert told(hub, first) == [("placement", "raised", "urgent")]
    assert [each.away for each in bodies(hub, named, Moved)] == [False]
    assert_sound(hub)


def test_a_report_that_moves_to_a_third_child_says_nothing_new_to_the_companion(
    hub: AppendHub, named: UUID
) -> None:
    hub.say(SAID)
    known(hub, NOBODYS, "edt")
    moved = replace(
        SAID.corrected(), identifiers=tuple(numbers(NOBODYS)), why_corrected="wrong_child"
    )
    hub.say(moved)
    assert told(hub, named) == RAISED
    hub.say(moved.retracted())
    assert told(hub, named) == WITHDRAWN
    assert_sound(hub)


# --- what goes wrong ---------------------------------------------------------------------------


def test_of_an_undecided_report_the_companion_is_told_once_it_is_decided(
    hub: AppendHub, named: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: companions of what lay undecided; and before that with them."""
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("R-1", evolve))
        assert fates(hub.say(SAID)) == ["undecided"]
    assert told(hub, named) == []
    assert decide_all(hub) == ["recorded"]
    assert told(hub, named) == RAISED
    assert_sound(hub)


def test_two_reports_that_name_each_others_children_at_once_wait_for_each_other(
    hub: AppendHub, first: UUID, named: UUID
) -> None:
    """Fails without: locking companions with the others, in the order of their ids."""
    one, two = hub.appending(), hub.appending()
    mine = hub.record(SAID)
    theirs = hub.record(together(NIGHT, FIRST_NUMBER, episode="MP-2", about=OTHER_NUMBER))
    with ThreadPoolExecutor(2) as threads:
        with held(hub, "select 1 from derived.child where child_id = %s for update", first):
            futures = [
                threads.submit(hub.append, each, appending=appending)
                for each, appending in ((mine, one), (theirs, two))
            ]
            wait_for_waiters(hub, 2)
        assert results(*futures) == ["recorded", "recorded"]
    assert hub.pauses == []
    assert told(hub, named) == RAISED
    assert told(hub, first) == [("placement", "raised", "urgent")]
    assert_sound(hub)


def rebuilt_from(hub: AppendHub, log: Sequence[Envelope]) -> None:
    """The tables hold these entries and no others, and nothing waits for the relay."""
    connection = hub.connection("owner")
    schema.make_next(connection)
    indexes = schema.take_indexes(connection)
    entries = [encode_envelope(each, hub.world.registry) for each in log]
    BulkLoad(connection, schema.NEXT, hub.world).load([entries])
    schema.put_indexes(connection, indexes)
    with connection.transaction():
        schema.put_in_place(connection)
        connection.execute("delete from kept.outbox_entry")
        connection.execute("delete from kept.outbox_notification")


@pytest.mark.parametrize(
    "said",
    [
        [SAID],
        [SAID, SAID.corrected(circumstances="Seen at the station.")],
        [SAID, replace(other("2021-10-01", "L-2"), identifiers=tuple(numbers(FIRST_NUMBER)))],
    ],
    ids=["alone", "corrected", "before something else"],
)
@pytest.mark.parametrize("lost", [1, 2])
def test_a_companion_of_whom_the_log_lost_what_followed_is_told(
    hub: AppendHub, first: UUID, named: UUID, said: list[Said], lost: int
) -> None:
    """Fails without: ``_resume_companions``, also of a report that is not its child's last."""
    hub.say(*said)
    own, others = hub.log(first), hub.log(named)
    rebuilt_from(hub, [*own, *others[:-lost]])
    cut = CutAppends(hub.world)
    for each in (*own, *others[:-lost]):
        cut.show(Stored(each.header, each.key_id, each.nonce, each.sealed))
    writer = hub.connection()
    with writer.transaction():
        resume(writer, cut.entries(), hub.world)
    assert told(hub, named) == RAISED
    assert bodies(hub, named, NamedAsCompanion)[-1].reference == "R-1"
    assert_sound(hub)
    before = hub.headers()
    with writer.transaction():
        resume(writer, cut.entries(), hub.world)
    assert hub.headers() == before


def test_built_anew_from_the_log_the_tables_are_the_same(
    hub: AppendHub, first: UUID, named: UUID
) -> None:
    hub.say(SAID)
    hub.say(naming(SAID), together(NIGHT, OTHER_NUMBER, episode="MP-2"))
    in_use = hub.connection("owner")
    before = hash_tables(in_use, schema.IN_USE, [])
    rebuilt_from(hub, [*hub.log(first), *hub.log(named)])
    assert hash_tables(in_use, schema.IN_USE, []) == before
