"""The timeline on a screen: columns where there is room, and never a colour in a file."""

import io

import pytest
from rich.console import Console

from kith.cli.laying_out import Heading, filled, show_lines
from projections.queries.knowledge import known_to
from projections.queries.words.lines import agency_lines
from safeguarding.facts import AlertRaised, Mode
from tests.unit.cli.logged import CAMHS, EDT, Log, alert
from tests.unit.rules.said import incident

HEADING = Heading("Child 4f0c8a1e", ("known, by NHS number",))


def shown(log: Log, width: int, agency: str | None = None, *, colour: bool = False) -> str:
    out = io.StringIO()
    # Its own environment: CI says NO_COLOR, and that is not what is looked at here.
    environment = {"TERM": "xterm-256color"}
    console = Console(
        file=out, width=width, highlight=False, _environ=environment, force_terminal=colour
    )
    lines = log.lines() if agency is None else agency_lines(known_to(log.timeline, agency))
    show_lines(lines, HEADING, console)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


@pytest.fixture
def log() -> Log:
    log = Log()
    ligature = incident(
        "ligature", "2021-10-02 02:40", reference="CR-1/1", means="shoe [b]lace[/b]"
    )
    event = log.say(ligature)
    raised = log.decide(AlertRaised(alert(), ()), cause=event)
    log.tell(raised, EDT, reached="2021-10-02 02:41:03", by="2021-10-02 02:56")
    log.tell(raised, CAMHS, reached="2021-10-02 02:41:03", mode=Mode.DIGEST)
    log.say(ligature.retracted(), "2021-10-02 06:00")
    return log


def test_with_room_there_are_columns(log: Log) -> None:
    assert shown(log, 110).splitlines()[:19] == [
        "Child 4f0c8a1e",
        "known, by NHS number",
        "",
        "    #  happened                    what",
        "    1  Sat 2 Oct 2021 02:40        Ligature in custody · police, custody sergeant: fact",
        "       told 02:41                  [taken back by #3]",
        "       1 min after                 Means: shoe [b]lace[/b] · At north, custody record"
        " CR-1",
        "",
        "    2  Sat 2 Oct 2021 02:41        ▲ Alert, critical: In custody: ligature · rule"
        " custody-ligature",
        "                                   Ligature; with a shoe lace. · Where: north",
        "                                   To act: social-care/edt/edt; reached 02:41:03; to"
        " answer by 02:56",
        "                                   To read: camhs/community/camhs_community; reached"
        " 02:41:03",
        "",
        "    3  Sat 2 Oct 2021 02:40        Taken back: it was entered in error · police, custody"
        " sergeant: fact",
        "       told 06:00                  Takes back #1",
        "       3 h 20 min after",
    ]


def test_without_room_lines_stand_below_each_other(log: Log) -> None:
    text = shown(log, 60)
    assert "#1 Sat 2 Oct 2021 02:40 (told 02:41, 1 min after)" in text
    assert "\n    Ligature in custody · police, custody sergeant: fact\n" in text
    assert max(map(len, text.splitlines())) <= 60


@pytest.mark.parametrize("width", [40, 60, 79, 80, 100, 120, 200])
def test_nothing_is_lost_at_any_width(log: Log, width: int) -> None:
    words = " ".join(shown(log, width).split())
    for part in ("taken back by #3", "shoe [b]lace[/b]", "camhs/community/camhs_community"):
        assert part.split()[0] in words
    assert "…" not in words


def test_an_agency_s_view_says_since_when(log: Log) -> None:
    wide = shown(log, 130, "social-care").splitlines()
    assert "    #  learned                     happened                    what" in wide
    assert wide[4].startswith("    2  Sat 2 Oct 2021 02:41        Sat 2 Oct 2021 02:41        ▲")
    assert "#2 Sat 2 Oct 2021 02:41 (learned Sat 2 Oct 2021 02:41)" in shown(log, 80, "social-care")


def test_a_file_gets_no_colour_and_a_terminal_does(log: Log) -> None:
    assert "\x1b" not in shown(log, 110)
    assert "\x1b[" in shown(log, 110, colour=True)


def test_nothing_to_show_says_so() -> None:
    assert shown(Log(), 110).endswith("Nothing.")


@pytest.mark.parametrize(
    ("room", "lines"),
    [
        (40, ["one · two · three"]),
        (16, ["one · two", "three"]),
        (3, ["one", "two", "three"]),
        (1, ["one", "two", "three"]),
    ],
)
def test_short_pieces_share_a_line_as_far_as_they_fit(room: int, lines: list[str]) -> None:
    assert list(filled(("one", "two", "three"), room)) == lines
