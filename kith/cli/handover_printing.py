"""Shows what a team has in hand, and what became of handing it over."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kith.cli.acting import sent_in_words
from kith.cli.handing_over import Passed
from kith.cli.laying_out import MARKS, STYLES
from projections.queries.in_hand import InHand
from projections.queries.short_ids import short
from projections.queries.words.line import Tone
from projections.queries.words.names import cleaned, recipient_in_words, role_in_words
from projections.queries.words.times import day_in_words, duration_in_words, instant_in_words
from safeguarding.facts import HandedOver, Recipient

LABEL_WIDTH = 8
WIDEST = 110  # Longer lines are hard to read.
UNREADABLE = "cannot be read: the log's entry does not open"


def show_in_hand(
    found: Sequence[InHand],
    who: Recipient,
    now: datetime,
    since: datetime,
    console: Console | None = None,
) -> None:
    """Print the page: what must be answered first, then what the team said it will do."""
    console = console or Console(highlight=False)
    width = min(console.width, WIDEST)
    asked = [each for each in found if each.due_at is not None]
    promised = [each for each in found if each.due_at is None]
    name = recipient_in_words(who)
    title = f"In hand for {name} ({role_in_words(who.role)})"
    console.print(Text(title, style="bold"), width=width)
    console.print(Text(_summary(asked, promised, now), style="dim"), width=width)
    console.print()
    for heading, group in (("To answer", asked), ("Answered, and still to do", promised)):
        if group:
            console.print(Text(heading, style="bold"))
        for each in group:
            _show(each, now, width, console)
    if found:
        for line in _how(who):
            console.print(Text(line, style="dim"), soft_wrap=True)  # To be copied whole.
    looked = f"What was answered before {day_in_words(since)} is not looked at (--days)."
    console.print(Text(looked, style="dim"), width=width)


def _summary(asked: Sequence[InHand], promised: Sequence[InHand], now: datetime) -> str:
    at = f"{instant_in_words(now)}, London"
    if not asked and not promised:
        return f"{at}: nothing."
    late = sum(each.due_at is not None and each.due_at <= now for each in asked)
    of_them = f" ({late} late)" if late else ""
    return f"{at}: {len(asked)} to answer{of_them}, {len(promised)} still to do; most urgent first."


def _how(who: Recipient) -> tuple[str, ...]:
    team = f"--agency {who.agency} --team {who.team} --role {who.role}"
    return (
        f"To answer, or with no action to have done with it: kith ack ID {team}",
        f"To hand over: kith handover {team} --to WORKER [ID]...",
        "A hand-over is no answer: the deadlines stay.",
    )


def _show(each: InHand, now: datetime, width: int, console: Console) -> None:
    tone = Tone(each.severity.value)
    title = Text(MARKS.get(tone, ""), style=STYLES[tone])
    headline = cleaned(each.alert.headline) if each.alert is not None else f"rule {each.rule}"
    title.append(f"{each.severity.upper()}: {headline}")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=LABEL_WIDTH, style="dim")
    table.add_column(max_width=width - LABEL_WIDTH - 4)
    for label, text in _rows(each, now):
        if text:
            table.add_row(Text(label), Text(text))
    console.print(title, width=width)
    console.print(table, width=width)
    console.print()


def _rows(each: InHand, now: datetime) -> list[tuple[str, str | None]]:
    what = cleaned(each.alert.what) if each.alert is not None else UNREADABLE
    where = cleaned(each.alert.where) if each.alert is not None and each.alert.where else None
    return [
        ("Answer", _due(each.due_at, now) if each.due_at is not None else None),
        # What was said of an alert that has risen since does not answer it, but may be under way.
        ("Said" if each.due_at else "Will do", _promise(each, now)),
        ("What", what),
        ("Where", where),
        ("With", _handed(each.handed.fact, now) if each.handed is not None else None),
        ("Alert", f"{short(each.alert_id)} of child {short(each.child_id)}, rule {each.rule}"),
    ]


def _due(due_at: datetime, now: datetime) -> str:
    by = f"by {instant_in_words(due_at, beside=now)}"
    if due_at > now:
        return f"{by}, in {duration_in_words(due_at - now)}"
    return f"{by}: {duration_in_words(now - due_at)} ago, and not answered"


def _promise(each: InHand, now: datetime) -> str | None:
    answer = each.answer
    if answer is None:
        return UNREADABLE if each.due_at is None else None
    said = instant_in_words(answer.acknowledged_at, beside=now)
    by = f" by {cleaned(answer.by)}" if answer.by else ""
    action = cleaned(answer.action or "")
    return f"{action} (said {said}{by})" if action else f"seen {said}{by}, with no action"


def _handed(fact: HandedOver, now: datetime) -> str:
    of = f", from {cleaned(fact.from_worker)}" if fact.from_worker else ""
    note = f": {cleaned(fact.note)}" if fact.note else ""
    since = instant_in_words(fact.handed_over_at, beside=now)
    return f"{cleaned(fact.to_worker)} since {since}{of}{note}"


def show_passed(
    passed: Sequence[Passed],
    who: Recipient,
    to: str,
    *,
    sent: bool,
    console: Console | None = None,
) -> None:
    """Print what was handed over, what was already, and what was refused and why."""
    console = console or Console(highlight=False)
    if not passed:
        console.print(Text(f"{recipient_in_words(who)} has nothing in hand. Nothing was added."))
        return
    added = sum(each.added for each in passed)
    title = f"Handed over to {cleaned(to)} for {recipient_in_words(who)}: {added} of {len(passed)}."
    console.print(Text(title, style="bold"), soft_wrap=True)
    for each in passed:
        name = each.passing
        headline = cleaned(name.headline) if name.headline else f"rule {name.rule}"
        line = f"  {short(name.alert_id)}  {name.severity}, {headline}: {_became(each)}"
        console.print(Text(line), soft_wrap=True)
    if added:
        text = "The deadlines of the team stay as they are."
        console.print(Text(f"{text} {sent_in_words(sent)}"), soft_wrap=True)


def _became(each: Passed) -> str:
    if each.refused is not None:
        return f"refused: {each.refused}"
    place = f"entry #{each.sequence} of the log of child {short(each.passing.child_id)}"
    return f"committed as {place}" if each.added else f"handed over so already, in {place}"
