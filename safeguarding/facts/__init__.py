"""Facts: what the hub decided and what a person did, kept in the child's log for ever."""

from safeguarding.facts.alerts import (
    Acknowledged,
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    AnswerReminded,
    Briefed,
    Delivered,
    Delivery,
    ExpectationMissed,
    Ground,
    HandedOver,
    Mode,
    Notice,
    NotificationKind,
    Recipient,
    Severity,
)
from safeguarding.facts.awaiting import (
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationOpened,
    Verdict,
)
from safeguarding.facts.child import (
    ChildIdentified,
    Moved,
    NamedAsCompanion,
    NamedWithAnother,
    NetworkJoined,
    NetworkLeft,
)
from safeguarding.facts.doubts import (
    DeadlineDoubted,
    RuleDecided,
    RuleFailed,
    TimeFlagged,
    Undecided,
)
from safeguarding.facts.rules import RuleSetActivated

__all__ = [
    "Acknowledged",
    "Alert",
    "AlertRaised",
    "AlertUpdated",
    "AlertWithdrawn",
    "Announcement",
    "AnswerReminded",
    "Briefed",
    "ChildIdentified",
    "DeadlineDoubted",
    "Delivered",
    "Delivery",
    "ExpectationCancelled",
    "ExpectationLapsed",
    "ExpectationMet",
    "ExpectationMissed",
    "ExpectationOpened",
    "Fact",
    "Ground",
    "HandedOver",
    "Mode",
    "Moved",
    "NamedAsCompanion",
    "NamedWithAnother",
    "NetworkJoined",
    "NetworkLeft",
    "Notice",
    "NotificationKind",
    "Recipient",
    "RuleDecided",
    "RuleFailed",
    "RuleSetActivated",
    "Severity",
    "TimeFlagged",
    "Undecided",
    "Verdict",
]

Fact = (
    ChildIdentified
    | NetworkJoined
    | NetworkLeft
    | AlertRaised
    | AlertUpdated
    | AlertWithdrawn
    | Acknowledged
    | HandedOver
    | AnswerReminded
    | ExpectationMissed
    | ExpectationOpened
    | ExpectationMet
    | ExpectationCancelled
    | ExpectationLapsed
    | Briefed
    | Delivered
    | Moved
    | NamedWithAnother
    | NamedAsCompanion
    | RuleFailed
    | RuleDecided
    | Undecided
    | DeadlineDoubted
    | TimeFlagged
    | RuleSetActivated
)
Announcement = (
    AlertRaised | AlertUpdated | AlertWithdrawn | AnswerReminded | ExpectationMissed | Briefed
)
