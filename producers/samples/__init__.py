"""Valid events of every kind, as an agency would say them."""

from pathlib import Path


def sample(kind: str) -> str:
    """The samples of a kind, one a line. Raises FileNotFoundError where there is none."""
    return (Path(__file__).parent / f"{kind}.jsonl").read_text(encoding="utf-8")
