"""A child's network as people see it: now, later, and who has left."""

import io

from rich.console import Console

from kith.cli.network_printing import as_data, show_members
from projections.queries.children import KnownChild
from projections.queries.network import Member
from tests.unit.cli.logged import CAMHS, CHILD, CUSTODY, EDT
from tests.unit.rules.said import london

NOW = london("2021-10-02 02:41")
KNOWN = KnownChild(CHILD, "known", 1, ())
MEMBERS = [
    Member(CAMHS, london("2021-06-14"), london("2021-10-02 02:41"), "Sees her.", "Discharged."),
    Member(CUSTODY, london("2021-10-02 02:41"), None, None, None),
    Member(EDT, london("2021-10-03"), london("2021-10-04"), "Weekend [i]cover[/i].", None),
]


def shown(*members: Member) -> str:
    out = io.StringIO()
    show_members(KNOWN, members, NOW, Console(file=out, width=100, highlight=False))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_groups_are_by_when_and_the_end_is_exclusive() -> None:
    assert shown(*MEMBERS) == (
        f"Child {CHILD}\n"
        "\n"
        "On the network\n"
        "  police/custody/custody_sergeant  from Sat 2 Oct 2021 02:41\n"
        "      reason cannot be read\n"
        "\n"
        "Will be on it\n"
        "  social-care/edt/edt  from Sun 3 Oct 2021 until Mon 4 Oct 2021\n"
        "      Weekend [i]cover[/i].\n"
        "\n"
        "Have left\n"
        "  camhs/community/camhs_community  from Mon 14 Jun 2021 until Sat 2 Oct 2021 02:41\n"
        "      Sees her.\n"
        "      Left: Discharged."
    )


def test_whose_known_end_has_come_has_left_and_why_stands_with_the_joining() -> None:
    """Nobody is told of such an end when it comes. Fails without: the end in ``when_of``."""
    since, until = london("2021-09-28 02:41"), london("2021-10-02 02:41")
    because = "Detained: custody detention CR-1. Ends by itself: no detention lasts longer"
    gone = Member(CUSTODY, since, until, because, None)
    assert shown(gone) == (
        f"Child {CHILD}\n"
        "\n"
        "Have left\n"
        "  police/custody/custody_sergeant  from Tue 28 Sep 2021 02:41"
        " until Sat 2 Oct 2021 02:41\n"
        "      Detained: custody detention CR-1. Ends by itself: no detention lasts longer"
    )
    (member,) = as_data(KNOWN, [gone], NOW)["members"]
    assert (member["when"], member["joined_because"]) == ("left", because)


def test_nobody_on_the_network_says_who_is_told_instead() -> None:
    assert "alerts go to the steward" in shown()


def test_json_says_the_same() -> None:
    data = as_data(KNOWN, MEMBERS, NOW)
    assert data["as_of"] == "2021-10-02T01:41:00Z"
    assert [each["when"] for each in data["members"]] == ["left", "now", "later"]
    assert data["members"][0] == {
        "recipient": "camhs/community/camhs_community",
        "when": "left",
        "from": "2021-06-13T23:00:00Z",
        "until": "2021-10-02T01:41:00Z",
        "joined_because": "Sees her.",
        "left_because": "Discharged.",
    }
