"""Admission, deciding, folding and views: plain functions, without I/O, clock or randomness."""
