"""`kith timeline`: a child's log, as a person reads it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.reading import ChildArgument, Hub, JsonOption, StateDirOption, print_json, reading

if TYPE_CHECKING:
    from datetime import datetime

    from projections.queries.children import KnownChild
    from projections.queries.period import Period


_STATUSES = {"provisional": "provisional: a steward must say who this is"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(timeline)


def timeline(
    child: ChildArgument,
    as_known_at: Annotated[
        str | None,
        typer.Option(
            metavar="T",
            help="Only what was entered by then: 2021-10-02, 2021-10-02T02:41, in London's time"
            " or with an offset. A day or minute counts to its end.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="T",
            help="Only what happened from then on; a time as above, a day or minute from its"
            " start. An agency's event by when it happened, however late it was told; what the hub"
            " did by when it did it.",
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="T",
            help="Only what happened before then: July 2021 is --from 2021-07-01 --to 2021-08-01.",
        ),
    ] = None,
    known_to: Annotated[
        str | None,
        typer.Option(metavar="AGENCY", help="Only what this agency could know, and since when."),
    ] = None,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Show a child's timeline: what happened, when the hub was told, who was told, who answered.

    Entries stand in the order in which the hub entered them. What was corrected or taken back
    stays, struck. Exit codes: 0 shown, 1 no such child, 2 asked wrongly or no hub.
    """
    from kith.cli.naming import check_agency, find_child, read_period, read_time

    with reading(state_dir) as hub, hub.connection.transaction():
        if known_to is not None:
            check_agency(known_to, hub.agencies)
        until = read_time(as_known_at, end_of_period=True) if as_known_at is not None else None
        period = read_period(since, before)
        found = find_child(child, hub)
        if known_to is not None:
            _show_agency(hub, found, known_to, until, period, as_json=as_json)
        else:
            _show_log(hub, found, until, period, as_json=as_json)


def _show_log(
    hub: Hub, child: "KnownChild", until: "datetime | None", period: "Period", *, as_json: bool
) -> None:
    from projections.queries.timeline import read_timeline
    from projections.queries.words.lines import timeline_lines

    world = hub.wiring.world
    found = read_timeline(hub.connection, child, world.keys, world.registry, until)
    if as_json:
        from projections.queries.plain import timeline_as_data

        print_json(timeline_as_data(found, period))
        return
    from kith.cli.laying_out import show_lines

    show_lines(timeline_lines(found, period), _heading(found.child, until, period))


def _show_agency(
    hub: Hub,
    child: "KnownChild",
    agency: str,
    until: "datetime | None",
    period: "Period",
    *,
    as_json: bool,
) -> None:
    from projections.queries.knowledge import known_to
    from projections.queries.timeline import read_timeline
    from projections.queries.words.lines import agency_lines

    world = hub.wiring.world
    # To its end: an agency knew of its own events before it told the hub.
    found = read_timeline(hub.connection, child, world.keys, world.registry)
    learned = known_to(found, agency, until)
    if as_json:
        from projections.queries.plain import knowledge_as_data

        print_json(knowledge_as_data(found, agency, learned, until, period))
        return
    from kith.cli.laying_out import show_lines

    show_lines(agency_lines(learned, period), _heading(found.child, until, period, agency))


def _heading(
    child: "KnownChild", until: "datetime | None", period: "Period", agency: str | None = None
) -> Any:
    from kith.cli.laying_out import Heading
    from projections.queries.words.names import scheme_in_words
    from projections.queries.words.times import instant_in_words

    if agency is not None:
        notes = [f"only what {agency} could know, in the order in which it learned it"]
    else:
        by = ", ".join(map(scheme_in_words, child.schemes))
        status = _STATUSES.get(child.status, child.status)
        notes = [f"{status}, by {by}" if by else status]
    bounds = [
        f"{word} {instant_in_words(at)}"
        for word, at in (("from", period.start), ("before", period.end))
        if at is not None
    ]
    if bounds:
        notes.append(f"only what happened {' and '.join(bounds)}, London")
    if until is not None:
        notes.append(f"as known at {instant_in_words(until, seconds=True)}, London")
    return Heading(f"Child {child.child_id}", tuple(notes))
