"""Rules about where a child lives, and who cares for her there."""
