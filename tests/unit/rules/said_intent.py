"""What agencies say that a child means to do, and who closed it."""

from typing import Any

from tests.unit.rules.said import Said


class Alleged(Said):
    """Somebody says that the child said it; nobody heard it."""

    def plain(self) -> dict[str, Any]:
        """As ``kith publish`` takes it."""
        said = super().plain()
        return {**said, "event": {**said["event"], "statement": "allegation"}}


def intent(
    occurred: str,
    *,
    step: str = "stated",
    reference: str | None = None,
    agency: str = "acute-trust",
    said_by: str = "ward",
    known: str | None = None,
    **details: Any,
) -> Said:
    """A ward, unless the spec says other: the child said that she means to die."""
    name = reference or f"intent/{step}/{occurred}"
    words = {"intent": "To die before her birthday.", "to_role": "ward", "step": step, **details}
    return Said("stated-intent", agency, name, occurred, known, said_by, words)


def alleged(occurred: str) -> Said:
    """Another young person says that the child said it."""
    said = intent(occurred)
    return Alleged(
        said.type, said.agency, said.reference, occurred, None, said.said_by, said.details
    )


def closed(
    occurred: str,
    *,
    because: str | None = "A plan for the day is made and she has been seen.",
    reference: str = "intent/closed",
    known: str | None = None,
    **details: Any,
) -> Said:
    """Mental health: somebody who can has closed it."""
    return intent(
        occurred,
        step="closed",
        reference=reference,
        agency="camhs",
        said_by="camhs_community",
        known=known,
        closed_because=because,
        **details,
    )
