"""The clock: what has fallen due is appended, once, and never too early."""
