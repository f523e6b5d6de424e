"""A second reading of SPEC.md that shares no code with the package it tests.

Only the standard library and the primitives of `cryptography` are used.  Everything is written
the naive way, clause by clause: where this code and the package differ, the page decides.
"""
