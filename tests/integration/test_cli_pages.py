"""`kith pages` on a real database: listed, shown with what to do, resolved with who and why."""

import pytest

from tests.integration.cli_hub import CliHub


@pytest.fixture
def paged(cli_hub: CliHub) -> CliHub:
    """One page that came twice, and a single one."""
    with cli_hub.wiring.connect("kith-test") as connection:
        connection.execute(
            "insert into kept.page (paged_at, reason, concerns, detail, gathered_into) values "
            "(now(), 'rule-failed', 'entry-1', 'missing: KeyError', null), "
            "(now(), 'rule-failed', 'entry-1', 'missing: KeyError', 1), "
            "(now(), 'quarantined: empty', 'record-1', 'agency.police.events[0]@4', null)"
        )
    return cli_hub


def test_open_pages_are_listed_with_how_often_they_came(paged: CliHub) -> None:
    ran = paged.kith("pages", "list", "--json")
    assert ran.code == 0
    assert [(each["page_id"], each["count"]) for each in ran.data] == [(1, 2), (3, 1)]
    lines = paged.kith("pages", "list").out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["1", "rule-failed"], ["3", "quarantined:"]]


def test_one_is_shown_with_what_it_means_and_what_to_do(paged: CliHub) -> None:
    ran = paged.kith("pages", "show", "2")
    assert "2 times" in ran.out
    assert "A rule raised an error" in ran.out
    assert "kith quarantine show ID" in paged.kith("pages", "show", "3").out
    assert paged.kith("pages", "show", "9").code == 1


def test_resolved_says_by_whom_and_why_once_and_takes_repeats_along(paged: CliHub) -> None:
    """Fails without: `resolved_at is null` (the second overwrites who saw to it)."""
    ran = paged.kith("pages", "resolve", "1", "--by", "A. Duty", "--because", "told by phone")
    assert (ran.code, ran.out) == (0, "Resolved: rule-failed, entry-1.\n")
    assert [each["page_id"] for each in paged.kith("pages", "list", "--json").data] == [3]
    again = paged.kith("pages", "resolve", "2", "--by", "B. Other", "--because", "me too")
    assert again.code == 1
    shown = paged.kith("pages", "show", "1", "--json").data
    assert (shown["resolved_by"], shown["resolution"]) == ("A. Duty", "told by phone")
    with paged.wiring.connect("kith-test") as connection:
        left = connection.execute(
            "select page_id from kept.page where resolved_at is null"
        ).fetchall()
    assert left == [(3,)]
