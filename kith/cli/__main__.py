"""Let `python -m kith.cli` do what `kith` does."""

from kith.cli import app

app()
