"""One story, twice: as it could be with the hub, and as it happened."""

from collections.abc import Mapping

from producers.scenario.form import ChildForm, KnownAs, StepForm, StoryForm


def with_the_hub(story: StoryForm) -> StoryForm:
    """The story without the steps that only the world as it happened has."""
    return story.model_copy(update={"steps": _of_world(story, "with-the-hub")})


def as_it_happened(story: StoryForm) -> StoryForm:
    """The story with each step when the agencies were in fact told of it, if ever.

    It is another story of another child, who has numbers of its own, so that one hub can play both.
    Needs a story of ``world: both``, whose child has its number for this.
    """
    steps = [_in_fact(step) for step in _of_world(story, "as-it-happened")]
    return story.model_copy(
        update={
            "story": f"{story.story}-as-it-happened",
            "world": "as-it-happened",
            "child": _another(story.child),
            "steps": steps,
        }
    )


def not_named(
    step: str, worlds: frozenset[str], earlier: Mapping[str, frozenset[str]]
) -> str | None:
    """What is wrong with a step that these worlds name, if ``earlier`` does not have it in all."""
    if step not in earlier:
        return f"no earlier step is called {step}"
    lacking = ", ".join(sorted(worlds - earlier[step]))
    return f"there is no {step} in the world {lacking}" if lacking else None


def _of_world(story: StoryForm, world: str) -> list[StepForm]:
    return [step for step in story.steps if world in step.worlds]


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
