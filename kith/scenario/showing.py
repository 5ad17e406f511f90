"""Words and tables for people who watch a scenario."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kith.scenario.checking import Copy, Verdict
from kith.scenario.comparing import Comparison, Learned
from kith.scenario.player import Played
from safeguarding.facts import Recipient
from safeguarding.notification import Notification
from safeguarding.office import LONDON

# Both worlds are played together, in the order of time.
_WORLDS = {"with-the-hub": "[green]with hub[/]", "as-it-happened": "[magenta]as it was[/]"}
_COLOURS = {"critical": "bold white on red", "high": "yellow", "medium": "cyan"}


def show_step(console: Console, played: Played, copies: Sequence[Notification]) -> None:
    """One step as it happens, and whom it reached."""
    at = played.step.at.astimezone(LONDON)
    if not played.goes_on:
        world = _WORLDS[played.story.world]
        console.print(f"[dim]{at:%a %d %b %Y %H:%M}[/]  {world}  {played.step.what}")
    for alert_id in dict.fromkeys(copy.alert.alert_id for copy in copies):
        _show_alert(console, [copy for copy in copies if copy.alert.alert_id == alert_id])


def _show_alert(console: Console, copies: Sequence[Notification]) -> None:
    first = copies[0]
    line = Text("    ▶ ")
    line.append(f" {first.alert.severity.value.upper()} ", style=_COLOURS[first.alert.severity])
    line.append(f" {first.alert.rule}: {first.alert.headline}")
    for kind in dict.fromkeys(copy.kind for copy in copies):
        line.append(f" [{kind.value}]", style="italic")
    console.print(line)
    urgent = sorted({copy.recipient for copy in copies if copy.mode == "urgent"})
    digest = sum(copy.mode == "digest" for copy in copies)
    if urgent:
        console.print(f"      now     {', '.join(_who(each) for each in urgent)}", style="bold")
    if digest:
        console.print(f"      digest  {digest} more, one line each", style="dim")


def show_comparison(console: Console, comparison: Comparison) -> None:
    """The table of `kith compare`."""
    occurred = comparison.occurred_at.astimezone(LONDON)
    console.print(
        f"\nThe ligature in custody, {occurred:%A %d %B %Y at %H:%M}. "
        "Who learned of it, and when?\n"
    )
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for title in ("recipient", "as it happened", "with the hub", "earlier by"):
        table.add_column(title, no_wrap=True)
    roles = Counter(row.recipient.role for row in comparison.rows)
    for row in comparison.rows:
        table.add_row(
            _role(row.recipient) if roles[row.recipient.role] == 1 else _team(row.recipient),
            _learned(row.as_it_happened),
            _learned(row.with_the_hub, precise=True),
            _earlier(row.as_it_happened, row.with_the_hub),
        )
    console.print(table)
    fastest = [row.with_the_hub.took for row in comparison.rows if row.with_the_hub]
    console.print(
        f"\nThe hub itself took {_milliseconds(min(fastest))} to {_milliseconds(max(fastest))} ms, "
        "from the broker's receipt of the event to its receipt of the notification; "
        "the rest is the time that the agency took to publish.\n"
        "· is a digest line: it waits for the morning unless somebody looks. "
        "Kith replaces no phone call."
    )


def show_verdict(console: Console, verdict: Verdict) -> None:
    """What was expected and did not come, and what came and was not expected."""
    console.print(f"\n{verdict.matched} notifications came exactly as written by hand.")
    for title, copies in (("missing", verdict.missing), ("not expected", verdict.unexpected)):
        for copy in copies:
            console.print(f"  {title}: {_copy(copy)}", style="red")
    for fault in verdict.faults:
        console.print(f"  topics: {fault}", style="red")


def counts(copies: Sequence[Notification]) -> str:
    """How many notifications of each kind."""
    kinds = Counter(f"{copy.mode.value} {copy.kind.value}" for copy in copies)
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))


def _copy(copy: Copy) -> str:
    rule, key, raised_by = copy.alert
    alert = f"{rule}/{key}" if key else rule
    return (
        f"{copy.story}, step {copy.step}: {copy.mode} {copy.kind}, {copy.severity}, of {alert} "
        f"(raised by {raised_by}) to {_who(copy.recipient)}"
    )


def _who(recipient: Recipient) -> str:
    return f"{recipient.agency}/{recipient.team}/{recipient.role}"


def _role(recipient: Recipient) -> str:
    return recipient.role.replace("_", " ")


def _team(recipient: Recipient) -> str:
    return f"{_role(recipient)}, {recipient.agency}"


def _learned(learned: Learned | None, *, precise: bool = False) -> str:
    if learned is None:
        return "never"
    at = learned.at.astimezone(LONDON)
    text = f"{at:%a %H:%M:%S}" if precise else f"{at:%a} {at.day} {at:%b %H:%M}"
    return text if learned.mode == "urgent" else f"{text} ·"


def _earlier(before: Learned | None, after: Learned | None) -> str:
    if after is None:
        return ""
    if before is None:
        return "at all"
    return _in_words(before.at - after.at)


def _in_words(duration: timedelta) -> str:
    hours = round(duration.total_seconds() / 3600)
    return f"{hours // 24} days {hours % 24} h" if hours >= 24 else f"{hours} h"


def _milliseconds(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1000)
