"""Codes that several rules read alike: the file says them once, under ``codes``."""

from schemas.reviewed_file import Reviewed


class ReadsSelfHarm(Reviewed):
    """The base of the thresholds of a rule that asks what is self-harm.

    Versions before ``codes`` said them with each rule, and some rules did not ask; what such a
    version says counts for its rule still.
    """

    self_harm_codes: list[str] | None = None


class ReadsSelfHarmNow(ReadsSelfHarm):
    """The same of a rule that did not ask for the codes before the file said them once."""
