"""Each event of each agency once: repeats add nothing, contradictions are set aside and paged."""

from dataclasses import replace
from random import Random

import pytest

from tests.chaos.rows import Row
from tests.integration.append.hub import AppendHub, fates, message
from tests.unit.rules.said import Said, incident, report


def counts(hub: AppendHub) -> dict[str, int]:
    tables = (
        ("entries", hub.one("select count(*) from derived.entry")),
        ("alerts", hub.one("select count(*) from derived.alert")),
        ("notifications", hub.one("select count(*) from derived.notification")),
        ("outbox", hub.one("select count(*) from kept.outbox_notification")),
        ("children", hub.one("select count(*) from derived.child")),
    )
    return dict(tables)


def night() -> list[Said]:
    """Ten incidents of a night, of three children."""
    return [
        replace(
            incident("ligature", f"2021-10-02 02:{n:02}", record=f"CR-{n % 3}"),
            identifiers=({"scheme": "local", "value": f"PN-{n % 3}"},),
        )
        for n in range(10)
    ]


def test_a_repeat_in_one_batch_is_a_duplicate(hub: AppendHub) -> None:
    one = hub.record(incident("ligature"))
    assert fates(hub.append(one, one, replace(one, offset=7))) == [
        "recorded",
        "duplicate",
        "duplicate",
    ]
    assert counts(hub) == {
        "entries": 3,  # the event, who the child is, the alert
        "alerts": 1,
        "notifications": 2,  # steward and emergency duty team, since there is no network
        "outbox": 2,
        "children": 1,
    }
    assert hub.pages() == []


def test_a_repeat_in_another_batch_says_where_it_stands(hub: AppendHub) -> None:
    (first,) = hub.say(incident("ligature"))
    before = counts(hub)
    (again,) = hub.say(incident("ligature"))
    assert (again.fate, again.child_id, again.sequence) == (
        "duplicate",
        first.child_id,
        first.sequence,
    )
    assert counts(hub) == before


def test_one_to_five_times_in_any_batches_adds_nothing(hub: AppendHub) -> None:
    # Row 7 of the reliability bars.
    random = Random(7)  # noqa: S311
    records = [hub.record(said) for said in night()]
    hub.append(*records)
    before = counts(hub)
    again = [record for record in records for _ in range(random.randint(1, 5))]
    random.shuffle(again)
    while again:
        size = random.randint(1, 6)
        outcomes = hub.append(*again[:size])
        assert set(fates(outcomes)) == {"duplicate"}
        again = again[size:]
    assert counts(hub) == before
    assert hub.pages() == []


@pytest.mark.row(7, "duplicates, and a year later")
def test_published_many_times_from_the_start_it_is_recorded_once(hub: AppendHub, row: Row) -> None:
    """Fails without: the inbox."""
    count = row.of(ci=100, long=2_000)
    random = Random(8)  # noqa: S311
    said = [
        replace(
            incident("ligature", "2021-10-02 02:00", record=f"CR-{n}", reference=f"I-{n}"),
            identifiers=({"scheme": "local", "value": f"PN-{n % 30}"},),
        )
        for n in range(count)
    ]
    records = [hub.record(one) for one in said]
    many = [record for record in records for _ in range(random.randint(1, 5))]
    random.shuffle(many)
    published, recorded = len(many), 0
    while many:
        size = random.randint(1, 50)
        recorded += fates(hub.append(*many[:size])).count("recorded")
        many = many[size:]
    hub.clock.move(days=366)
    assert set(fates(hub.append(*(hub.record(one) for one in said)))) == {"duplicate"}
    other = [replace(one, details={**one.details, "kind": "force_used"}) for one in said]
    assert set(fates(hub.say(*other))) == {"quarantined conflict"}
    assert recorded == count
    assert hub.one("select count(*) from kept.recorded") == count
    assert counts(hub)["alerts"] == count
    assert counts(hub)["notifications"] == 2 * count
    row.note(events=count, copies=published + count, doubled=0, conflicts_quarantined=count)


def test_a_year_later_it_is_a_duplicate_still(hub: AppendHub) -> None:
    hub.say(*night())
    before = counts(hub)
    hub.clock.move(days=366)
    assert set(fates(hub.say(*night()))) == {"duplicate"}
    assert counts(hub) == before


def test_the_same_id_with_another_content_is_a_conflict(hub: AppendHub) -> None:
    said = incident("ligature", reference="I-1")
    hub.say(said)
    before = counts(hub)
    (outcome,) = hub.say(replace(said, details={**said.details, "kind": "force_used"}))
    assert fates([outcome]) == ["quarantined conflict"]
    assert counts(hub) == before
    assert hub.pages() == ["quarantined: conflict"]
    ((reason, detail),) = hub.quarantined()
    assert reason == "conflict"
    assert "event.event_id" in detail
    assert "force" not in detail


def test_also_in_one_batch_where_the_first_stands(hub: AppendHub) -> None:
    said = incident("ligature", reference="I-1")
    other = replace(said, details={**said.details, "kind": "force_used"})
    assert fates(hub.say(said, other, said)) == ["recorded", "quarantined conflict", "duplicate"]
    assert hub.one("select severity from derived.alert") == "critical"


def test_the_same_id_of_another_agency_is_another_event(hub: AppendHub) -> None:
    plain = report("M-1", "2021-10-02 02:00").plain()
    theirs = report("M-1", "2021-10-02 02:00", agency="placement", said_by="placement").plain()
    theirs["event"]["event_id"] = plain["event"]["event_id"]
    records = [
        hub.topics.record("police", message(plain)),
        hub.topics.record("placement", message(theirs)),
    ]
    assert fates(hub.append(*records)) == ["recorded", "recorded"]
    assert (
        hub.one("select count(distinct entry_id) from derived.entry where type like 'mis%%'") == 2
    )


def test_the_same_reference_and_version_under_another_id_is_a_conflict(hub: AppendHub) -> None:
    said = incident("ligature", reference="I-1")
    hub.say(said)
    before = counts(hub)
    plain = said.plain()
    plain["event"]["event_id"] = "0b0e7b0e-3c0a-5f0e-9d53-2f6d1c1f3a10"
    outcome = hub.append(hub.topics.record("police", message(plain)))
    assert fates(outcome) == ["quarantined version-conflict"]
    assert counts(hub) == before
    assert hub.pages() == ["quarantined: version-conflict"]


def test_also_in_one_batch(hub: AppendHub) -> None:
    plain = incident("ligature", reference="I-1").plain()
    other = incident("force_used", reference="I-1").plain()
    other["event"]["event_id"] = "0b0e7b0e-3c0a-5f0e-9d53-2f6d1c1f3a10"
    records = [hub.topics.record("police", message(one)) for one in (plain, other)]
    assert fates(hub.append(*records)) == ["recorded", "quarantined version-conflict"]


def test_what_was_quarantined_as_a_conflict_is_kept_once_however_often_it_is_read(
    hub: AppendHub,
) -> None:
    said = incident("ligature", reference="I-1")
    hub.say(said)
    other = hub.record(replace(said, details={**said.details, "kind": "force_used"}))
    hub.append(other)
    hub.append(other)
    assert len(hub.quarantined()) == 1
