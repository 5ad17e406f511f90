"""`kith alerts`: what an agency's teams are told. `kith ack`, their answer, stands beside it."""

from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.ack import ack
from kith.cli.reading import CANNOT, AgencyOption, StateDirOption, Wrong, explained

if TYPE_CHECKING:
    from kith.cli.alert_feed import AlertFeed
    from kith.cli.alert_printing import Printer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(alerts)
    app.command()(ack)


def alerts(
    agency: AgencyOption,
    team: Annotated[str | None, typer.Option(help="Only what is for this team.")] = None,
    last: Annotated[int, typer.Option(min=0, help="Begin with so many from the end.")] = 10,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin with the oldest that the broker has.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, until Ctrl-C.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON; with --follow, one object a line.")
    ] = False,
    state_dir: StateDirOption = None,
) -> None:
    """Show what an agency's teams were told, from the agency's own topic with its own password.

    Each notification is shown once, and missing numbers are told. Reading moves nothing: whoever
    else reads the topic is not disturbed. Exit codes: 0 shown, 1 a number is missing or a record
    cannot be read, 2 asked wrongly or no broker.
    """
    from kith.cli.alert_feed import AlertFeed, FeedUnread
    from kith.cli.naming import check_agency, check_team
    from kith.settings import Settings
    from schemas.agencies import load_agencies
    from schemas.principals import agency_principal
    from schemas.registry import load_registry

    with explained():
        settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
        agencies = load_agencies(settings.agencies_file)
        check_agency(agency, agencies)
        if team is not None:
            check_team(agency, team, agencies)
        access = settings.kafka(agency_principal(agency)).for_confluent()
        printer = _printer(agency, follow=follow, as_json=as_json)
        feed = AlertFeed(access, agency, load_registry(), _note)
        try:
            start, end = _bounds(feed, None if from_start else last)
            if follow and not as_json:
                _note("Waiting for what comes. Ctrl-C ends it.")
            whole = _show(feed, start, None if follow else end, team, printer)
        except FeedUnread as unread:
            raise Wrong(str(unread)) from None
        except KeyboardInterrupt:
            return
        finally:
            feed.close()
    if not whole:
        raise typer.Exit(CANNOT)


def _printer(agency: str, *, follow: bool, as_json: bool) -> "Printer":
    from kith.cli.alert_printing import ForPeople, JsonLines, JsonObject

    if not as_json:
        return ForPeople()
    return JsonLines() if follow else JsonObject(agency)


def _bounds(feed: "AlertFeed", last: int | None) -> tuple[int, int]:
    low, high = feed.bounds()
    if last is not None:
        return max(low, high - last), high
    if low > 0:
        _note("Older ones are past the time for which the broker keeps them.")
    return low, high


def _show(
    feed: "AlertFeed", start: int, end: int | None, team: str | None, printer: "Printer"
) -> bool:
    """Show them; whether nothing was missing and all could be read."""
    from kith.cli.alert_feed import Sieve, Unreadable
    from safeguarding.notification import Notification

    # From the topic's very beginning the first number must be 1.
    sieve = Sieve(last=0 if start == 0 else None)
    whole = True
    for read in feed.read(start, end):
        for each in [read] if isinstance(read, Unreadable) else sieve.take(read):
            if not isinstance(each, Notification):
                whole = False
            elif team is not None and each.recipient.team != team:
                continue
            printer.show(each)
    printer.finish()
    return whole


def _note(text: str) -> None:
    typer.echo(text, err=True)
