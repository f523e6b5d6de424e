"""The relay's rules: plain functions, without I/O, clock or randomness."""
