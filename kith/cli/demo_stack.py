"""A stack for as long as a demo lasts."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from kith.cli.reading import stop

if TYPE_CHECKING:
    from rich.console import Console

    from kith.settings import Settings


@contextmanager
def stack_for(settings: "Settings", console: "Console", *, as_json: bool) -> Iterator[None]:
    """The embedded stack; whatever happens inside, it ends with it."""
    from deploy.embedded import background
    from deploy.embedded.state import StateDir
    from kith import supervise
    from kith.cli.stack_printing import Display, show_as_json

    state = StateDir(settings.state_dir.resolve())
    state.make()
    if background.running(state):
        stop(
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
        show = show_as_json if as_json else Display()
        background.start_in_background(state, command, show, environment_for(settings))
        console.print(f"Ready after {time.monotonic() - started_at:.1f} s.\n")
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except background.StackFailed as error:
        stop(str(error))
    finally:
        # From here on nothing interrupts: whoever asks twice still gets a clean end.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):  # The terminal may be gone.
            console.print("  ending", style="dim")
        background.stop_running(state, lambda _: None)
        with suppress(OSError):
            console.print("Everything has ended; nothing is left running.")


def environment_for(settings: "Settings") -> dict[str, str]:
    """Our environment, with this hub's rules and no others."""
    named = {"KITH_RULES": settings.rules, "KITH_NETWORK_RULES": settings.network_rules}
    rules = {name: str(file) for name, file in named.items() if file is not None}
    return {key: value for key, value in os.environ.items() if key not in named} | rules
