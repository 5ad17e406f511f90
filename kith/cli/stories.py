"""`kith scenario`: play a story on a running hub, check what came, export its events."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.reading import (
    CANNOT,
    JsonOption,
    StateDirOption,
    Wrong,
    explained,
    print_json,
    reading,
)

if TYPE_CHECKING:
    from kith.settings import Settings
    from producers.scenario import Story

scenario = typer.Typer(help="Stories: play one, check what came, export it.", no_args_is_help=True)

StoryArgument = Annotated[
    str,
    typer.Argument(metavar="STORY", help="A story's name, or its file or folder."),
]
InFactOption = Annotated[
    bool,
    typer.Option("--as-it-happened", help="The story as it happened, where it has both worlds."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(scenario, name="scenario")


@scenario.command()
def play(
    story: StoryArgument, as_it_happened: InFactOption = False, state_dir: StateDirOption = None
) -> None:
    """Play a story on a running hub in scenario mode, and show who is told of what.

    Exit codes: 0 played to its end, 1 the hub knows the child already or a step failed, 2 a wrong
    story, or a hub of another kind.
    """
    from rich.console import Console

    from kith.scenario.player import PlayFailed
    from kith.scenario.playing import PlayedAlready, perform
    from kith.scenario.showing import counts, show_step
    from kith.scenario.topics import TopicUnread
    from kith.wiring import wire
    from schemas.rulesets import CURRENT

    with explained():
        settings, read = _story(story, state_dir, in_fact=as_it_happened)
        # A hub in production takes no story: refuse_other_mode asks it.
        settings = settings.model_copy(update={"mode": "scenario"})
        if settings.membership_rules != _rules(read.network_rules):
            raise Wrong(_other_rules(read))
        if settings.rules_file != (_rules(read.rules) or CURRENT):
            raise Wrong(_other_rule_set(read))
        wiring = wire(settings)
        wiring.refuse_other_mode()
        console = Console(highlight=False)
        try:
            played = perform(
                settings, wiring, [read], lambda step, came: show_step(console, step, came)
            )
        except (PlayedAlready, PlayFailed, TopicUnread) as error:
            raise Wrong(str(error), CANNOT) from error
        console.print(f"{len(read.steps)} steps. ({counts(played.received)})", style="dim")


@scenario.command()
def check(
    story: StoryArgument,
    as_it_happened: InFactOption = False,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Compare what is on the alerts topics with what was written by hand for a played story.

    Exit codes: 0 exactly that came, 1 something is missing, unexpected or different, or the
    story was not played here, 2 a wrong story, or nothing is written for it.
    """
    from rich.console import Console

    from kith.scenario import checking
    from kith.scenario.library import expected_of, expected_path
    from kith.scenario.placing import NotPlaced, decided, placed
    from kith.scenario.showing import show_verdict
    from kith.scenario.topics import AlertsReaders, TopicUnread
    from safeguarding.identifiers import Identifier

    with explained():
        _, read = _story(story, state_dir, in_fact=as_it_happened)
        if not expected_path(read).is_file():
            raise Wrong(f"nothing is written of what {read.id} must tell: {expected_path(read)}")
    with reading(state_dir) as hub:
        expected = expected_of(read, hub.agencies)
        digest = hub.wiring.world.digest(Identifier("nhs-number", read.child.nhs_number))
        row = hub.connection.execute(
            "select child_id from derived.identifier where digest = %s", [digest]
        ).fetchone()
        if row is None:
            raise Wrong(f"{read.id} was not played on this hub: `kith scenario play`", CANNOT)
        readers = AlertsReaders(
            hub.wiring.settings, hub.wiring.plan.agencies, hub.wiring.world.registry
        )
        try:
            sent = list(placed(read, decided(hub.connection, row[0])))
            readers.rest()
        except (NotPlaced, TopicUnread) as error:
            raise Wrong(str(error)) from error
        finally:
            readers.close()
        verdict = checking.check({read.id: expected}, sent, readers.read, {row[0]})
    if as_json:
        print_json({"holds": verdict.holds, **asdict(verdict)})
    else:
        show_verdict(Console(highlight=False), verdict)
    if not verdict.holds:
        raise typer.Exit(CANNOT)


@scenario.command()
def export(
    story: StoryArgument,
    to: Annotated[Path, typer.Option(help="The folder that gets one file an agency.")] = Path(),
    agency: Annotated[str | None, typer.Option(help="This agency's events alone.")] = None,
    as_it_happened: InFactOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Write a story's events as JSON lines, as `kith publish` takes them.

    Exit codes: 0 written, 1 the folder cannot be written to, 2 a wrong story, or an agency that
    publishes nothing in it.
    """
    from producers.scenario.exporting import exported

    with explained():
        _, read = _story(story, state_dir, in_fact=as_it_happened)
        files = exported(read)
        publishing = sorted({name.partition(".")[0] for name in files})
        if agency is not None and agency not in publishing:
            raise Wrong(f"{agency} publishes nothing in {read.id}: {', '.join(publishing)} do")
        try:
            to.mkdir(parents=True, exist_ok=True)
            for name, lines in files.items():
                if agency in (None, name.partition(".")[0]):
                    (to / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
                    typer.echo(f"{to / name}: {len(lines)} events")
        except OSError as error:
            raise Wrong(f"{to} cannot be written to: {error.strerror}", CANNOT) from error


def _story(name: str, state_dir: Path | None, *, in_fact: bool) -> "tuple[Settings, Story]":
    from kith.scenario.library import NoSuchStory, path_of
    from kith.settings import Settings
    from producers.scenario import load
    from schemas.agencies import load_agencies

    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    try:
        agencies = load_agencies(settings.agencies_file)
        return settings, load(path_of(name), agencies, in_fact=in_fact)
    except NoSuchStory as error:
        raise Wrong(str(error)) from error


def _rules(name: str | Path | None) -> Path | None:
    from schemas.rulesets import NETWORK

    return NETWORK.parent / name if name else None


def _other_rule_set(story: "Story") -> str:
    if story.rules is None:
        return f"{story.id} is of the rules in force: start the hub without KITH_RULES"
    return f"{story.id} is of other rules: set KITH_RULES={story.rules} when you start, and here"


def _other_rules(story: "Story") -> str:
    if story.network_rules is None:
        return (
            f"{story.id} is of a hub in which no membership follows from events: start it "
            "without KITH_NETWORK_RULES, or with `none`"
        )
    return (
        f"{story.id} is of a hub in which memberships follow from events: set "
        f"KITH_NETWORK_RULES={story.network_rules} when you start it, and here"
    )
