"""The pure domain of Kith: what events mean for a child, and who must learn of them.

No clock, no input or output, no logging and no framework: time, identifiers and
randomness come in as arguments, facts and findings go out as values.
"""
