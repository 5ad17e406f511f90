"""What protects the hub, each by a name, so that a test can take it out and see what breaks."""

from enum import StrEnum


class Defence(StrEnum):
    """See the text of each: without it some seed ends with something lost, doubled or false."""

    INBOX = "an event that is recorded is dropped"
    POSITION_IN_APPEND = "the position moves in the transaction that appends, and in no other"
    POSITION_CHECKED = "after a disconnection the last records are compared with what was recorded"
    SENT_BEFORE_FORGOTTEN = "the outbox forgets what the broker has acknowledged, and nothing else"
    NUMBER_BEFORE_SEND = "a number is committed before its first send"
    NUMBER_ABOVE_TOPIC = "after a start numbers go on above what the topic holds"
    WHOLE_TOPIC_READ = "for that the whole topic is read, since a repeat stands behind higher ones"
    ENTRY_BEFORE_NOTIFICATION = "a notification is sent after the entry that it follows from"
    LOWER_NUMBER_FIRST = "a number is not sent before a lower one of its agency"
    LOG_READ_ON_START = "what only the log has is taken into the tables before anything is decided"
    APPEND_COMPLETED = "an append that was cut off is decided again, with the same ids"
    MISSING_QUEUED_AGAIN = "what the log announces and no topic holds is queued again"
    LOG_MENDED = "what only the tables have is sent to the log again"
    CLOCK_WAITS = "a deadline is judged when everything that was published has been read"
    CLOCK_TRUSTS_CHECKED = "a position counts as read when it was checked after a disconnection"
    SAME_STEP_ONCE = "a step that was done is not done again"


ALL = frozenset(Defence)
