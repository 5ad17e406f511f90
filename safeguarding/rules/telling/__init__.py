"""Rules about telling itself: what came late, and whether the hub tells at all."""
