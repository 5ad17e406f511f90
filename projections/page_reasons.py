"""Every reason for which Kith pages a person: what it means, and what to do.

The table in ``docs/operating.md`` is written from here by ``docs/generate.py``, and ``kith pages
show`` prints it. `tests/architecture/test_pages.py` finds a reason in the code that is not here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """``concerns`` says what a page's own field of that name holds. Sentences in Markdown."""

    concerns: str
    means: str
    do: str


# A reason that goes on after a colon (`quarantined: empty`) is found by what stands before it.
REASONS: dict[str, Reason] = {
    "canary-missing": Reason(
        "the agency `canary`",
        "The event that Kith publishes to itself each minute did not come back as a notification. "
        "Something on the path that alerts take stands still: **assume that agencies are not "
        "told**, and ring them.",
        "`kith status` and `kith health` say which process, or whether broker or database are "
        "away. If all seem well, read the log of `watch` (`canary-missing` says how far it came).",
    ),
    "database-away": Reason(
        "`postgresql`",
        "The database has not answered the watch for half a minute. Nothing is decided or sent; "
        "what agencies publish waits on their topics and is not lost.",
        "Bring PostgreSQL back. The hub goes on by itself where it was.",
    ),
    "process-stuck": Reason(
        "the process",
        "A process takes nothing of what waits for it, or does not answer.",
        "The embedded supervisor ends and restarts it. Elsewhere: do that. If it sticks again at "
        "the same place, keep its log for who mends it.",
    ),
    "watch-duty": Reason(
        "the duty",
        "One of the watch's own duties fails or hangs, so that what it looks for goes unseen.",
        "Look for `duty-failed` in the log of `watch`; restart the watch if the duty hangs.",
    ),
    "position-old": Reason(
        "topic and partition",
        "An agency's events have waited unread for a week. Its topic forgets after 30 days.",
        "`kith status` shows what is behind. Start the worker of that feed.",
    ),
    "position-lost": Reason(
        "topic and partition",
        "The broker no longer holds all that was read from this topic (a power cut, a restored "
        "disk), and gave its offsets anew. The hub went back and reads on from where they agree.",
        "Ask the agency to publish again what it published around that time: what the hub has "
        "is dropped as a repeat.",
    ),
    "agency-topic-fails": Reason(
        "the agency's alerts topic",
        "The broker takes nothing for this agency's topic, while it takes what is for others. "
        "**This agency is not told**; ring it.",
        "See whether topic and permissions are as `kith provision` makes them. It is tried again "
        "by itself, at most five minutes later; nothing is lost.",
    ),
    "alert-beyond-use": Reason(
        "the notification",
        "A notification was not sent, since the key to its child was destroyed before it could be.",
        "Nothing can be read any more. If somebody should still know of it, ring them.",
    ),
    "clock-waits": Reason(
        "topic and partition",
        "Deadlines are not judged, since what agencies published before them has not been read "
        "for ten minutes. Nobody is reminded meanwhile.",
        "As for `position-old`.",
    ),
    "quarantined": Reason(
        "the record's id in quarantine",
        "Something that an agency sent could not be accepted, and **nobody was told of it**.",
        "`kith quarantine show ID`, then correct and redrive or discard it. Ring the agency.",
    ),
    "undecided": Reason(
        "the entry that keeps the event",
        "Kith failed on an event. It is kept in the child's log as it came, and whoever is on the "
        "child's network was told that something came; what it means, nobody was told.",
        "Read the event with `kith timeline` and ring whoever must know. When the fault is mended, "
        "`kith undecided decide --all`.",
    ),
    "rule-failed": Reason(
        "the event's entry",
        "A rule raised an error on this event. The other rules decided, this one told nobody.",
        "Read the event with `kith timeline` and tell by telephone what the rule would have; "
        "have the rule mended, then `kith undecided decide --all`.",
    ),
    "acknowledgement-refused": Reason(
        "the answer's entry",
        "An agency's answer fits no alert that its team was told of. The deadline goes on.",
        "Ask the agency what it meant to answer.",
    ),
    "handover-refused": Reason(
        "the hand-over's entry",
        "A team's hand-over is of no alert that it has in hand, or passes it to who has it. "
        "Nothing was handed over; its deadlines go on.",
        "The detail says why. Ask the agency who has the alert now.",
    ),
    "identity-doubt": Reason(
        "the child",
        "Identifiers point to two children, or none can be trusted. The event alerted, as "
        "of a provisional child.",
        "A steward finds out who the child is.",
    ),
    "companion-doubt": Reason(
        "the report's entry",
        "A missing report names another child by a number that cannot be trusted. The report was "
        "told as ever; **the network of the child who is meant was not told**.",
        "Ring the agency: a correction of the report with the right number tells that network.",
    ),
    "append-cut": Reason(
        "the event's entry",
        "After a restore a correction was found without what followed from it, and was decided "
        "again. Whether it named another child before cannot be told from what is left.",
        "Read the event with `kith timeline`, and ask its agency which child it named before. If "
        "another, tell those on that child's network.",
    ),
    "log-conflict": Reason(
        "the child",
        "`kith.timeline` and the tables hold different entries under one number, or neither has "
        "one of a child of whom there are later ones. Nothing is repaired by itself.",
        "Stop the workers, keep both, find out which is right: see `kith verify`.",
    ),
    "log-tail-lost": Reason(
        "the topic",
        "The broker had lost the end of `kith.timeline` (a power cut); what the tables hold was "
        "sent to it again.",
        "Look whether agencies' topics lost something too: `position-lost`.",
    ),
    "log-taken-in": Reason(
        "the topic",
        "`kith.timeline` held more than the tables, as after a restore of an older backup; they "
        "were given it before anything else was decided.",
        "If nobody restored a backup, find out why the tables had lost it.",
    ),
    "log-repaired": Reason(
        "the topic",
        "Log and tables did not hold the same entries; each was given what it lacked.",
        "Find out who or what removed them. Nothing else is to be done.",
    ),
    "alerts-missing": Reason(
        "the agency",
        "Notifications that had been delivered were no longer on the agency's topic, or were "
        "lost on their way to it. They were queued and are sent again.",
        "Find out who removed them: nobody but the broker's own retention may. Tell the agency "
        "that it reads them again.",
    ),
    "notifications-restored": Reason(
        "the table",
        "Rows that say which notifications there are were gone from the tables. They were made "
        "anew from the entries, and what had not been delivered is sent.",
        "Find out who removed them. `kith rebuild --verify` shows whether more was changed.",
    ),
    "log-unrepaired": Reason(
        "the topic",
        "Log and tables do not hold the same entries, and this could not be repaired by itself.",
        "The detail says why. `kith verify` shows what differs; `kith verify --repair` and `kith "
        "rebuild` mend what can be mended.",
    ),
}


def reason(text: str) -> Reason | None:
    """What is known of a page's reason; None for one that an older or newer Kith wrote."""
    return REASONS.get(text.partition(":")[0])
