"""`kith rules explain`: what an alert was decided from, as known at that time."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.reading import CANNOT, Hub, JsonOption, StateDirOption, Wrong, print_json, reading

if TYPE_CHECKING:
    from projections.queries.alerts import Named
    from projections.queries.explaining import Explained
    from projections.queries.timeline import Timeline


def explain(
    alert: Annotated[
        str,
        typer.Argument(
            metavar="ALERT", help="An alert's id or a notification's, or its first 8 characters."
        ),
    ],
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Show why an alert was told: its rule and version, and the events that it was decided from.

    The events stand as they were known when it was decided, whatever was corrected since. A
    notification's id explains the revision that this copy told. Exit codes: 0 shown; 1 no such
    alert; 2 asked wrongly, or no hub.
    """
    from projections.queries.explaining import explained

    with reading(state_dir) as hub, hub.connection.transaction():
        what = _find(alert, hub)
        timeline = _as_known(what, hub)
        found = explained(timeline, what.alert_id)
    if found is None:
        raise typer.Exit(CANNOT)
    if as_json:
        print_json(_as_data(found))
    else:
        _show(found, timeline)


def _find(text: str, hub: Hub) -> "Named":
    from projections.queries import alerts as queries
    from projections.queries.short_ids import id_range

    found = queries.named(hub.connection, id_range(text))
    if not found:
        raise Wrong("There is no alert, and no notification, with this id.", CANNOT)
    if len(found) > 1:
        raise Wrong("Several ids start like this: give more of it.", CANNOT)
    return found[0]


def _as_known(what: "Named", hub: Hub) -> "Timeline":
    """The child's log up to what is explained."""
    from dataclasses import replace

    from projections.queries.children import child_by_id
    from projections.queries.timeline import read_timeline

    world = hub.wiring.world
    child = child_by_id(hub.connection, what.child_id)
    if child is None:
        raise Wrong("The child of this alert is not there any more.", CANNOT)
    timeline = read_timeline(hub.connection, child, world.keys, world.registry)
    copies = [each for each in timeline.copies if each.notification_id == what.identity]
    if not copies:
        return timeline
    entries = [each for each in timeline.entries if each.sequence <= copies[0].sequence]
    return replace(timeline, entries=entries)


def _as_data(found: "Explained") -> dict[str, Any]:
    alert = found.alert
    return {
        "alert_id": str(alert.alert_id),
        "rule": alert.rule,
        "ruleset": alert.ruleset,
        "severity": alert.severity.value,
        "level": alert.level,
        "revision": alert.revision,
        "decided_at": found.announced[-1].header.entered_at.isoformat(),
        "headline": alert.headline,
        "what": alert.what,
        "why": alert.why,
        "paragraphs": list(alert.paragraphs),
        "grounds": [
            {
                "sequence": each.sequence,
                "type": each.header.type,
                "agency": each.header.agency,
                "reference": each.header.reference,
                "version": each.header.version,
            }
            for each in found.grounds
        ],
        "missing": found.missing,
    }


def _show(found: "Explained", timeline: "Timeline") -> None:
    from dataclasses import replace

    from kith.cli.laying_out import Heading, show_lines
    from projections.queries.words.lines import timeline_lines
    from projections.queries.words.times import instant_in_words

    alert = found.alert
    decided = instant_in_words(found.announced[-1].header.entered_at, seconds=True)
    notes = [
        f"rule {alert.rule}, of the rules of version {alert.ruleset}",
        f"{alert.severity.value}, revision {alert.revision}, decided {decided}, London",
        alert.why,
    ]
    if alert.paragraphs:
        notes.append(f"paragraphs of the review: {', '.join(alert.paragraphs)}")
    if found.missing:
        notes.append(f"{found.missing} of its grounds cannot be shown: moved away, or beyond use")
    entries = sorted([*found.grounds, *found.announced], key=lambda shown: shown.sequence)
    lines = timeline_lines(replace(timeline, entries=entries))
    show_lines(lines, Heading(f"Alert {alert.alert_id}: {alert.headline}", tuple(notes)))
