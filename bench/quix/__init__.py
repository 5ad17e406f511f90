"""The same load and the same pure functions in Quix Streams, so that the ratio is known."""
