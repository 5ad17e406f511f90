"""`kith undecided` on a real database: what Kith failed on, listed, then decided."""

import pytest

from projections.append import journal
from safeguarding.events import Event
from safeguarding.evolve import evolve
from safeguarding.timeline import Entry
from tests.integration.cli_hub import CliHub
from tests.unit.rules.said import incident, report


def test_what_failed_is_listed_told_of_and_decided(
    cli_hub: CliHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: the outcome "fails still" (the command would claim that it was decided)."""

    def fail(case: object, entry: Entry) -> None:
        if isinstance(entry.body, Event) and entry.body.reference == "I-1":
            raise ZeroDivisionError
        evolve(case, entry)  # type: ignore[arg-type]

    rule = next(each for each in cli_hub.wiring.world.ruleset.rules if each.id == "missing")
    cli_hub.at("2021-10-02 02:41")
    assert cli_hub.kith("undecided", "list").out == "Nothing is undecided.\n"
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", fail)
        broken.setattr(type(rule), "assess", lambda *_: 1 // 0)
        cli_hub.say(incident("ligature", reference="I-1"), report("M-1", "2021-10-02 02:00"))
        ran = cli_hub.kith("undecided", "decide", "--all")
        assert ran.code == 1
        assert ran.out.count("fails still: ZeroDivisionError") == 2
    lines = cli_hub.kith("undecided", "list").out.splitlines()
    assert "custody-incident" in lines[1]
    assert "rule missing on an event" in lines[2]
    event, failed = cli_hub.kith("undecided", "list", "--json").data
    assert (event["kind"], failed["kind"], failed["rule"]) == ("event", "rule", "missing")
    assert (
        "Undecided: custody incident of police, I-1"
        in cli_hub.kith("timeline", event["child_id"]).out
    )
    ran = cli_hub.kith("undecided", "decide", event["id"][:8])
    assert ran.code == 0
    assert "custody-incident of police, I-1: decided, entry #" in ran.out
    assert cli_hub.kith("undecided", "decide", "--all").code == 0
    assert cli_hub.kith("undecided", "list").out == "Nothing is undecided.\n"
    assert cli_hub.kith("undecided", "decide").code == 2
    assert cli_hub.kith("undecided", "decide", event["id"]).code == 1
    rules = {row[0] for row in cli_hub.rows("select rule from derived.alert where state = 'open'")}
    assert {"custody-ligature", "missing"} <= rules
