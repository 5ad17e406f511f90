"""`kith demo` and `kith compare`: the stories of Child K, played and compared."""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from kith.scenario.checking import Verdict
    from kith.scenario.player import Sent
    from kith.settings import Settings

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

    With --exit on a stack of its own, which is removed again: the exit code is 0 only if every
    notification of every recipient came as it was written by hand, and nothing else.
    """
    from rich.console import Console

    from kith.settings import Settings

    console = Console(highlight=False, quiet=as_json)
    base = Settings() if state_dir is None else Settings(state_dir=state_dir)
    folder = base.state_dir / "demo-exit" if leave else base.state_dir
    settings = Settings(state_dir=folder, mode="scenario")
    if leave:
        shutil.rmtree(folder, ignore_errors=True)
    with _stack(settings, console, as_json=as_json):
        verdict = _play(settings, console, pace=0.0 if leave else PACE_SECONDS)
        if verdict is not None and as_json:
            typer.echo(json.dumps(_verdict_as_json(verdict), indent=2))
        if not leave:
            _what_next(console, folder)
            _wait_for_ctrl_c()
    if leave:
        shutil.rmtree(folder, ignore_errors=True)
        if verdict is None or not verdict.holds:
            raise typer.Exit(1)


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


@contextmanager
def _stack(settings: "Settings", console: "Console", *, as_json: bool) -> Iterator[None]:
    """The embedded stack, for as long as the demo lasts: whatever happens, it ends with it."""
    from deploy.embedded import background
    from deploy.embedded.state import StateDir
    from kith import supervise
    from kith.cli.stack_printing import Display, show_as_json

    state = StateDir(settings.state_dir.resolve())
    state.make()
    if background.running(state):
        raise _stop(
            f"A stack runs in {settings.state_dir} already: end it with `kith down`, or look at it "
            "with `kith status`"
        )
    command = supervise.command_for(
        settings.state_dir, settings.agencies_file, settings.hub_mode, hub=True
    )
    started_at = time.monotonic()
    # Also in the background, where the shell has SIGINT ignored, when asked by SIGTERM, and
    # when the terminal is closed: nothing may stay behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        console.print("Starting Kafka, PostgreSQL and the hub (the first time takes longer)")
        background.start_in_background(state, command, show_as_json if as_json else Display())
        console.print(f"Ready after {time.monotonic() - started_at:.1f} s.\n")
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except background.StackFailed as error:
        raise _stop(str(error)) from error
    finally:
        # From here on nothing interrupts: whoever asks twice still gets a clean end.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):  # The terminal may be gone.
            console.print("  ending", style="dim")
        background.stop_running(state, lambda _: None)
        with suppress(OSError):
            console.print("Everything has ended; nothing is left running.")


def _play(settings: "Settings", console: "Console", *, pace: float) -> "Verdict | None":
    from kith.scenario.checking import check
    from kith.scenario.library import child_k, expected_of
    from kith.scenario.player import Player, PlayFailed
    from kith.scenario.showing import counts, show_step, show_verdict
    from kith.scenario.topics import AlertsReaders, TopicUnread
    from kith.wiring import wire
    from schemas.agencies import load_agencies

    agencies = load_agencies(settings.agencies_file)
    stories = child_k(agencies)
    wiring = wire(settings)
    started_at = time.monotonic()
    sent: list[Sent] = []
    readers = AlertsReaders(settings, wiring.plan.agencies, wiring.world.registry)
    try:
        with Player(wiring, stories) as player:
            if player.was_played():
                console.print("This hub has lived through the scenario already.")
                return None
            for played in player.play():
                sent += played.sent
                ids = [(each.agency, each.notification_id) for each in played.sent]
                show_step(console, played, readers.until(ids))
                time.sleep(pace)
        readers.rest()
    except (PlayFailed, TopicUnread) as error:
        raise _stop(str(error)) from error
    finally:
        readers.close()
    received = readers.read
    expected = {story.id: expected_of(story, agencies) for story in stories}
    verdict = check(expected, sent, received)
    show_verdict(console, verdict)
    console.print(f"({counts(received)})", style="dim")
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


def _verdict_as_json(verdict: "Verdict") -> dict[str, Any]:
    return {"holds": verdict.holds, **asdict(verdict)}


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(2)
