"""`kith rules`: check a file of rules, and try it on all that has happened, telling nobody.

The others stand in modules of their own.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.reading import (
    CANNOT,
    JsonOption,
    StateDirOption,
    print_json,
    reading,
)
from kith.cli.rebuild import log_explained, settings_of
from kith.cli.rules_activate import activate, show
from kith.cli.rules_check import FileArgument, check
from kith.cli.rules_explain import explain
from kith.cli.rules_report import report

if TYPE_CHECKING:
    from projections.backtest import Asked
    from safeguarding.backtest.differing import Rules


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        no_args_is_help=True,
        help="What rules tell: check a file of them, try it, see what they came to, and why.",
    )
    group.command("check")(check)
    group.command("backtest")(backtest)
    group.command("activate")(activate)
    group.command("show")(show)
    group.command("report")(report)
    group.command("explain")(explain)
    app.add_typer(group, name="rules")


def backtest(
    ruleset: FileArgument,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="T", help="Compare from then on; as for `kith timeline`."),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--to", metavar="T", help="Compare what was told before then.")
    ] = None,
    child: Annotated[
        str | None, typer.Option(metavar="CHILD", help="Only this child; as for `kith timeline`.")
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many alerts of each kind to name.")
    ] = 3,
    every_rule: Annotated[
        bool, typer.Option("--every-rule", help="Also those that stand as they always did.")
    ] = False,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide the whole log once more by the rules of a file, in memory; nothing is sent.

    Only rules that differ from those that were in force are tried: the others decide as they did.
    It says which alerts are gained, lost, raised earlier and later than they were, and how many
    notifications each role would get of each rule. Answers, reminders and memberships are those of
    the log. Exit codes: 0 done; 1 a rule failed; 2 asked wrongly, or it could not be done.
    """
    from kith.backtesting import backtest as run
    from kith.cli import backtest_printing

    asked, in_force = _asked(since, before, child, state_dir)
    with log_explained():
        result = run(settings_of(state_dir), ruleset, asked, None if every_rule else in_force)
    if as_json:
        print_json(backtest_printing.as_data(result, examples))
    else:
        backtest_printing.show(result, examples)
    if result.tried.failed:
        raise typer.Exit(CANNOT)


def _asked(
    since: str | None, before: str | None, child: str | None, state_dir: Path | None
) -> "tuple[Asked, list[Rules] | None]":
    from kith.cli.naming import find_child, read_period
    from projections.append.appender import hub_time
    from projections.append.guarding import AnotherHub
    from projections.append.in_force import ever
    from projections.backtest import Asked
    from safeguarding.backtest.differing import Rules

    with reading(state_dir) as hub, hub.connection.transaction():
        period = read_period(since, before)
        world = hub.wiring.world
        now = hub_time(hub.connection, world, world.now())
        children = frozenset({find_child(child, hub).child_id}) if child else frozenset()
        try:
            in_force = [Rules(*each) for each in ever(hub.connection, world)]
        except AnotherHub:  # Rules that this Kith cannot read: it cannot know what differs.
            in_force = None
        return Asked(period.start, period.end or now, children), in_force
