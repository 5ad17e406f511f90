"""One story, twice: as it could be with the hub, and as it happened."""

from producers.scenario.form import ChildForm, KnownAs, StepForm, StoryForm


def as_it_happened(story: StoryForm) -> StoryForm:
    """The story with each step when the agencies were in fact told of it, if ever.

    It is another story of another child, who has numbers of its own, so that one hub can play both.
    Needs a story of ``world: both``, whose child has its number for this.
    """
    steps = [_in_fact(step) for step in story.steps if step.in_fact != "never"]
    return story.model_copy(
        update={
            "story": f"{story.story}-as-it-happened",
            "world": "as-it-happened",
            "child": _another(story.child),
            "steps": steps,
        }
    )


def _in_fact(step: StepForm) -> StepForm:
    changes: dict[str, object] = {"at": step.in_fact} if step.in_fact else {}
    if step.acknowledged_in_fact is not None:
        changes["acknowledged"] = step.acknowledged_in_fact
    return step.model_copy(update=changes)


def _another(child: ChildForm) -> ChildForm:
    known_as = {
        agency: KnownAs(local=f"{known.local}-F", nhs_number=known.nhs_number)
        for agency, known in child.known_as.items()
    }
    return child.model_copy(update={"nhs_number": child.in_fact, "known_as": known_as})
