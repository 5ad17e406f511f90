"""Rules about self-harm, stated intent and the risk that they add up to."""
