"""`kith up`, `down`, `status` and `provision`: the embedded stack, and one's own broker."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.stack_printing import Display, show_as_json, show_hub, show_processes

if TYPE_CHECKING:
    from deploy.embedded.stack import Progress
    from kith.settings import Settings

StateDirOption = Annotated[
    Path | None, typer.Option(help="Where the stack keeps its state (default: .kith).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(down)
    app.command()(status)
    app.command("provision")(provision_own)


def up(
    state_dir: StateDirOption = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay here; Ctrl-C ends the stack.")
    ] = False,
    services_only: Annotated[
        bool, typer.Option("--services-only", help="Kafka and PostgreSQL without the hub.")
    ] = False,
    brokers: Annotated[
        int | None,
        typer.Option(
            min=1, max=5, help="How many Kafka brokers (first start only; 1 unless KITH_BROKERS)."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Start Kafka, PostgreSQL and the hub on this machine, and return when all is ready.

    On a stack that runs, take the agencies file as it is now: make what is new, remove nothing.
    """
    from deploy.embedded import background
    from deploy.embedded.state import StateDir
    from kith import supervise
    from schemas.rulesets import load_ruleset

    settings = _settings(state_dir)
    _refuse_foreign(settings)
    state = StateDir(settings.state_dir.resolve())
    show = show_as_json if as_json else Display()
    started_at = time.monotonic()
    if supervisor := background.running(state):
        _renew(settings, show)
        typer.echo(f"Already up (supervisor {supervisor.pid}).", err=as_json)
        return
    where = (settings.state_dir, settings.agencies_file, settings.hub_mode)
    how_many = brokers or settings.brokers
    try:
        if not services_only:
            # Before anything is started: later each of the hub's processes would end over it.
            load_ruleset(settings.rules_file, settings.membership_rules)
        if foreground:
            options = supervise.options_for(*where, hub=not services_only, brokers=how_many)
            supervise.supervise(options, show)
            return
        state.make()
        command = supervise.command_for(*where, hub=not services_only, brokers=how_many)
        background.start_in_background(state, command, show)
    except (KeyboardInterrupt, supervise.StopAsked):
        typer.echo("Ended; nothing is left running.", err=True)
        raise typer.Exit(130 if not foreground else 0) from None
    except (background.StackFailed, supervise.AlreadyRunning, *supervise.EXPLAINED) as error:
        raise _stop(str(error)) from error
    seconds = time.monotonic() - started_at
    option = f" --state-dir {state_dir}" if state_dir is not None else ""
    if not as_json:
        typer.echo(
            f"Up in {seconds:.1f} s. State, logs and secrets: {settings.state_dir}. "
            f"Next: `kith status{option}`, `kith down{option}`."
        )


def down(state_dir: StateDirOption = None, as_json: JsonOption = False) -> None:
    """End the stack: every process that `kith up` started, and no other."""
    from deploy.embedded import background
    from deploy.embedded.state import StateDir

    settings = _settings(state_dir)
    started_at = time.monotonic()
    state = StateDir(settings.state_dir.resolve())
    ended = background.stop_running(state, lambda text: typer.echo(text, err=as_json))
    seconds = round(time.monotonic() - started_at, 1)
    if as_json:
        typer.echo(json.dumps({"ended": ended, "seconds": seconds}))
    elif ended:
        typer.echo(f"Down in {seconds:.1f} s. What was recorded stays in {settings.state_dir}.")
    else:
        typer.echo(f"Nothing runs in {settings.state_dir}.")


def status(state_dir: StateDirOption = None, as_json: JsonOption = False) -> None:
    """Show each process, the broker, the database, and how far the hub is behind.

    The exit code is 0 only if all is well.
    """
    from deploy.embedded import background
    from deploy.embedded.process import machine_seconds
    from deploy.embedded.state import StateDir
    from deploy.embedded.status import process_status
    from kith.health import health_of
    from kith.hub_status import look
    from kith.processes import HUB_PROCESSES
    from kith.wiring import now

    settings = _settings(state_dir)
    state = StateDir(settings.state_dir.resolve())
    processes = process_status(state, machine_seconds())
    own = settings.kafka_bootstrap is not None
    if not own and processes and background.running(state) is None:
        typer.echo(
            f"The stack in {settings.state_dir} ended without being told to: its supervisor was "
            "killed, or the machine was. `kith up` starts it again; nothing recorded is lost.",
            err=True,
        )
        processes = []
    if not processes and not own:
        if as_json:
            typer.echo(json.dumps({"up": False, "processes": []}))
        else:
            typer.echo(f"No stack runs in {settings.state_dir}. Start one with `kith up`.")
        raise typer.Exit(1)
    hub = look(settings)
    served = [name for name in HUB_PROCESSES if (settings.run / f"{name}.http").exists()]
    health = health_of(settings.run, now(), served)
    hub.problems += [f"{h.name}: stuck, {h.why}" for h in health if h.progress == "stuck"]
    unwell = [p.name for p in processes if p.state in ("ended", "starting")]
    # A page is open until a person has seen to it: until then all is not well.
    open_pages = hub.waiting.get("open pages", 0)
    healthy = not unwell and not hub.problems and not open_pages
    if as_json:
        content: dict[str, Any] = {
            "up": True,
            "healthy": healthy,
            "processes": [asdict(process) for process in processes],
            "health": [asdict(each) for each in health],
            **asdict(hub),
        }
        typer.echo(json.dumps(content, indent=2))
    else:
        show_processes([asdict(process) for process in processes], health, settings.run)
        show_hub(hub)
        if unwell:
            logs = settings.state_dir / "logs"
            typer.echo(f"Not well: {', '.join(unwell)}. Their logs are in {logs}.")
        if open_pages:
            typer.echo(f"{open_pages} pages are open: see `kith pages list`.")
    if not healthy:
        raise typer.Exit(1)


def provision_own(
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove permissions that the files do not give.")
    ] = False,
    replication_factor: Annotated[int, typer.Option(help="Copies of each new topic.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Make topics, users and permissions on your own broker, from the reviewed files.

    Connects as hub-provision to KITH_KAFKA_BOOTSTRAP; KITH_KAFKA_SECRETS_FILE holds the passwords
    of it and of every principal that is to be made. Running it again changes nothing.
    """
    from kafka.errors import KafkaError

    from deploy.embedded.stack import summary
    from deploy.embedded.state import read_json
    from deploy.provision import ProvisioningError, provision
    from kith.settings import NotConfiguredError
    from schemas.agencies import load_agencies
    from schemas.reviewed_file import FileRefused
    from schemas.topics import load_topics

    settings = _settings(None)
    try:
        plan = load_topics(load_agencies(settings.agencies_file))
        done = provision(
            settings.kafka("hub-provision").for_kafka_python(),
            plan,
            read_json(settings.kafka_secrets),
            replication_factor=replication_factor,
            prune=prune,
        )
    except (NotConfiguredError, ProvisioningError, FileRefused, KafkaError) as error:
        raise _stop(str(error)) from error
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2))
    else:
        for line in summary(done):
            typer.echo(line)


def _settings(state_dir: Path | None) -> "Settings":
    from kith.settings import Settings

    return Settings() if state_dir is None else Settings(state_dir=state_dir)


def _refuse_foreign(settings: "Settings") -> None:
    """An embedded stack beside addresses of another would mix the two."""
    given = {
        "KITH_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "KITH_KAFKA_SECRETS_FILE": settings.kafka_secrets_file,
        "KITH_POSTGRES_OWNER_DSN": settings.postgres_owner_dsn,
        "KITH_POSTGRES_WRITER_DSN": settings.postgres_writer_dsn,
        "KITH_POSTGRES_READER_DSN": settings.postgres_reader_dsn,
        "KITH_POSTGRES_WATCH_DSN": settings.postgres_watch_dsn,
    }
    if named := [name for name, value in given.items() if value is not None]:
        raise _stop(
            f"{', '.join(named)} names a Kafka or PostgreSQL of your own, and `kith up` starts "
            "embedded ones. Unset it, or run the hub's processes against yours."
        )


def _renew(settings: "Settings", show: Callable[["Progress"], None]) -> None:
    from kafka.errors import KafkaError

    from deploy.embedded import background
    from deploy.embedded.stack import Progress, provision_broker, summary
    from deploy.embedded.state import StateDir
    from deploy.provision import ProvisioningError
    from schemas.agencies import load_agencies
    from schemas.reviewed_file import FileRefused
    from schemas.topics import load_topics

    state = StateDir(settings.state_dir.resolve())
    try:
        plan = load_topics(load_agencies(settings.agencies_file))
        bootstrap = settings.kafka("hub-provision").bootstrap
        done = provision_broker(state, bootstrap, plan)
    except (ProvisioningError, FileRefused, KafkaError) as error:
        raise _stop(str(error)) from error
    for line in summary(done):
        show(Progress("note", line))
    supervisor = background.running(state)
    if supervisor and any(change.startswith("topic ") for change in done.changes):
        background.replace_hub(supervisor)
        show(Progress("note", "the hub's processes are being replaced one at a time"))


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)
