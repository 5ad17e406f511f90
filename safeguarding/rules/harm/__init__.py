"""Rules about harm by others, serious incidents, and those who work with them."""
