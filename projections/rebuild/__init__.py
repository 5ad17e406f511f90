"""Rebuild: the tables anew from the log by evolve alone, beside those in use; and verify.

Nothing is decided again here and nothing is sent.
"""
