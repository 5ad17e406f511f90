"""The timeline for programs: everything, but for who the child is."""

import json

from projections.queries.knowledge import known_to
from projections.queries.plain import knowledge_as_data, timeline_as_data
from projections.queries.timeline import BEYOND_USE
from safeguarding.events import Subject
from safeguarding.facts import AlertRaised, ChildIdentified, Delivered, NamedAsCompanion
from safeguarding.identifiers import Identifier
from tests.unit.cli.logged import CHILD, EDT, Log, alert
from tests.unit.rules.said import NHS_NUMBER, incident, london
from tests.unit.rules.said_companions import OTHER_NUMBER, together


def a_log() -> Log:
    log = Log()
    ligature = incident("ligature", "2021-10-02 02:40", reference="CR-1/1")
    event = log.say(ligature)
    log.decide(ChildIdentified((b"digest of a number" * 2,), ("nhs-number",), False, ()))
    who = Subject((Identifier("nhs-number", NHS_NUMBER),), "Alex Sample")
    raised = log.decide(AlertRaised(alert(subject=who), ()), cause=event)
    log.tell(raised, EDT, reached="2021-10-02 02:41:03", by="2021-10-02 02:56")
    log.decide(Delivered(()))
    log.say(ligature.corrected(means="lace"), "2021-10-02 06:00")
    return log


def test_every_entry_is_there_with_its_words_and_its_fields() -> None:
    data = timeline_as_data(a_log().timeline)
    assert data["child_id"] == str(CHILD)
    assert [entry["type"] for entry in data["entries"]] == [
        "custody-incident",
        "child-identified",
        "alert-raised",
        "delivered",
        "custody-incident",
    ]
    first, _, raised, delivered, _ = data["entries"]
    assert first["kind"] == "event"
    assert first["schema"] == 1
    assert first["replaced_by"] == 5
    assert first["received_at"] == "2021-10-02T01:41:00Z"
    assert first["body"]["kind"] == "ligature"
    assert first["body"]["event"]["statement"] == "fact"
    assert first["words"]["title"] == "Ligature in custody"
    assert raised["kind"] == "fact"
    assert raised["caused_by"] == first["entry_id"]
    assert raised["body"]["alert"]["severity"] == "critical"
    (copy,) = raised["notifications"]
    assert copy["recipient"] == {"agency": "social-care", "team": "edt", "role": "edt"}
    assert copy["reached_at"] == "2021-10-02T01:41:03Z"
    assert copy["acknowledge_by"] == "2021-10-02T01:56:00Z"
    assert delivered["words"] is None


def test_who_the_child_is_stays_out() -> None:
    text = json.dumps(timeline_as_data(a_log().timeline))
    for secret in (NHS_NUMBER, "Alex Sample", '"subject"', b"digest of a number".hex()):
        assert secret not in text


def test_what_is_beyond_use_has_no_body() -> None:
    log = a_log()
    log.close(log.entries[0], BEYOND_USE)
    first = timeline_as_data(log.timeline)["entries"][0]
    assert first["body"] is None
    assert first["closed"] == BEYOND_USE


def test_what_an_agency_knew_says_since_when_and_from_whom() -> None:
    timeline, until = a_log().timeline, london("2021-10-02 05:00")
    data = knowledge_as_data(timeline, "police", known_to(timeline, "police", until), until)
    assert data["known_to"] == "police"
    assert data["as_known_at"] == "2021-10-02T04:00:00Z"
    # The correction was known at night too, by its own words.
    learned = [
        (each["sequence"], each["learned_at"], each["learned_by"]) for each in data["entries"]
    ]
    assert learned == [(1, "2021-10-02T01:40:00Z", "own"), (5, "2021-10-02T01:40:00Z", "own")]
    told = knowledge_as_data(timeline, "social-care", known_to(timeline, "social-care"), None)
    assert [each["learned_by"] for each in told["entries"]] == ["notification"]


def test_who_is_missing_with_the_child_stays_out_of_the_childs_own_timeline() -> None:
    """Fails without: leaving out the companions' numbers."""
    log = Log()
    shown = log.say(together("2021-10-02 02:40", OTHER_NUMBER))
    text = json.dumps(timeline_as_data(log.timeline))
    assert OTHER_NUMBER not in text
    assert log.line(shown).details[-2:] == ("With another child, it is thought", "Episode: MP-1")


def test_in_the_companions_timeline_nothing_leads_to_the_other_child() -> None:
    """Fails without: leaving out the report's reference, and a cause of another log."""
    first, other = Log(), Log()
    first.decide(Delivered(()))  # Entries are named after their place, in these tests.
    report = first.say(together("2021-10-02 02:40", OTHER_NUMBER, reference="THE-REPORT"))
    named = other.decide(NamedAsCompanion("police", "THE-REPORT", 1), cause=report)
    data = timeline_as_data(other.timeline)
    (entry,) = data["entries"]
    assert entry["caused_by"] is None
    assert entry["body"] == {"agency": "police", "version": 1}
    text = json.dumps(data)
    assert "THE-REPORT" not in text
    assert str(report.header.entry_id) not in text
    assert other.line(named).title == (
        "A report of police names this child as missing with another child"
    )
    assert other.line(named).by is None
