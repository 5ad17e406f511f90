"""The log in plain words: pure functions from what is recorded to what people read.

Whatever came from an agency is cleaned of control characters, which could repaint a terminal.
"""
