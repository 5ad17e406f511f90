"""`kith demo` and `kith compare`: the stories of Child K, played and compared."""

import json
import shutil
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.demo_stack import stack_for

if TYPE_CHECKING:
    from rich.console import Console

    from kith.scenario.checking import Verdict
    from kith.settings import Settings
    from producers.scenario import Story

RULE = "custody-ligature"
# The child of the night with the hub, by a number of the test range.
HER = "nhs:9992186062"
# Slow enough to be read along, where somebody watches.
PACE_SECONDS = 0.12

StateDirOption = Annotated[
    Path | None, typer.Option(help="Where the stack keeps its state (default: .kith).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command("compare")(compare_worlds)


def demo(
    leave: Annotated[
        bool,
        typer.Option("--exit", help="Play as fast as it goes, check every notification, and end."),
    ] = False,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start the stack, play the scenario, and show timeline and alerts as they happen.

    With --exit on stacks of its own, which are removed again: first the short stories, then the
    seven months in both worlds on a hub in which memberships follow from events. The exit code is 0
    only if every notification of every recipient came as it was written by hand, and nothing else.
    """
    from rich.console import Console

    from kith.scenario.checking import together
    from kith.scenario.library import child_k, whole
    from kith.settings import Settings
    from schemas.agencies import load_agencies

    console = Console(highlight=False, quiet=as_json)
    base = Settings() if state_dir is None else Settings(state_dir=state_dir)
    agencies = load_agencies(base.agencies_file)
    if leave:
        folder = base.state_dir / "demo-exit"
        verdicts = [
            _on_its_own(folder, stories, console, as_json=as_json)
            for stories in (child_k(agencies), whole(agencies))
        ]
        verdict = together(verdicts)
        if as_json:
            typer.echo(json.dumps({"holds": verdict.holds, **asdict(verdict)}, indent=2))
        raise typer.Exit(0 if verdict.holds else 1)
    settings = Settings(state_dir=base.state_dir, mode="scenario", rules=None, network_rules=None)
    with stack_for(settings, console, as_json=as_json):
        verdict_here = _play(settings, child_k(agencies), console, pace=PACE_SECONDS)
        if verdict_here is not None and as_json:
            shown = {"holds": verdict_here.holds, **asdict(verdict_here)}
            typer.echo(json.dumps(shown, indent=2))
        _what_next(console, base.state_dir)
        _wait_for_ctrl_c()


def _on_its_own(
    folder: Path, stories: "list[Story]", console: "Console", *, as_json: bool
) -> "Verdict":
    """Play stories as fast as it goes, on a stack that nothing is left of."""
    from kith.settings import Settings

    settings = Settings(
        state_dir=folder,
        mode="scenario",
        rules=_file(stories[0].rules),
        network_rules=_file(stories[0].network_rules),
    )
    shutil.rmtree(folder, ignore_errors=True)
    with stack_for(settings, console, as_json=as_json):
        verdict = _play(settings, stories, console, pace=0.0)
    shutil.rmtree(folder, ignore_errors=True)
    if verdict is None:
        raise typer.Exit(1)
    return verdict


def _file(name: str | None) -> Path | None:
    return None if name is None else Path(name)


def compare_worlds(state_dir: StateDirOption = None, as_json: JsonOption = False) -> None:
    """Show when each recipient learned of the ligature, as it happened and with the hub."""
    import psycopg
    from rich.console import Console

    from kith.scenario.comparing import NotPlayed, compare
    from kith.scenario.library import child_k
    from kith.scenario.showing import show_comparison
    from kith.settings import NotConfiguredError, Settings
    from kith.wiring import wire
    from projections.database import connect
    from schemas.agencies import load_agencies
    from schemas.reviewed_file import FileRefused

    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    try:
        stories = {story.id: story for story in child_k(load_agencies(settings.agencies_file))}
        with connect(settings.dsn("reader"), application="kith-compare") as connection:
            comparison = compare(
                connection,
                wire(settings),
                stories["custody-night-as-it-happened"],
                stories["custody-night-with-the-hub"],
                RULE,
            )
    except (NotConfiguredError, NotPlayed, FileRefused) as error:
        raise _stop(str(error)) from error
    except psycopg.OperationalError as error:
        raise _stop("PostgreSQL does not answer: see `kith status`") from error
    if as_json:
        typer.echo(json.dumps(asdict(comparison), default=str, indent=2))
    else:
        show_comparison(Console(highlight=False), comparison)


def _play(
    settings: "Settings", stories: "list[Story]", console: "Console", *, pace: float
) -> "Verdict | None":
    from kith.scenario.checking import check
    from kith.scenario.library import expected_of
    from kith.scenario.player import Played, PlayFailed
    from kith.scenario.playing import PlayedAlready, perform
    from kith.scenario.showing import counts, show_step, show_verdict
    from kith.scenario.topics import TopicUnread
    from kith.wiring import wire
    from safeguarding.notification import Notification
    from schemas.agencies import load_agencies

    def watch(played: Played, came: list[Notification]) -> None:
        show_step(console, played, came)
        time.sleep(pace)

    started_at = time.monotonic()
    try:
        played = perform(settings, wire(settings), stories, watch)
    except PlayedAlready:
        console.print("This hub has lived through the scenario already.")
        return None
    except (PlayFailed, TopicUnread) as error:
        raise _stop(str(error)) from error
    agencies = load_agencies(settings.agencies_file)
    expected = {story.id: expected_of(story, agencies) for story in stories}
    verdict = check(expected, played.sent, played.received)
    show_verdict(console, verdict)
    console.print(f"({counts(played.received)})", style="dim")
    steps = sum(len(story.steps) for story in stories)
    console.print(f"{steps} steps in {time.monotonic() - started_at:.1f} s.")
    return verdict


def _what_next(console: "Console", folder: Path) -> None:
    option = "" if folder == Path(".kith") else f" --state-dir {folder}"
    known = "--as-known-at 2021-10-02T02:45 --known-to fostering"
    commands = {
        "compare": "who learned of the ligature when, in both worlds",
        f"timeline {HER}": "her timeline",
        f"timeline {HER} {known}": "what her foster carer could know that night",
        "alerts --agency social-care": "what social care was sent",
        "status": "how the hub is",
    }
    console.print("\nThe stack goes on running. In another terminal, try:")
    for command, what in commands.items():
        # Not wrapped: whoever copies it gets one line.
        console.print(f"  .venv/bin/kith {command}{option}", soft_wrap=True)
        console.print(f"      {what}", style="dim")
    console.print("Ctrl-C ends all of it.")


def _wait_for_ctrl_c() -> None:
    while True:
        signal.pause()


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(2)
