"""The encrypted local store: one SQLCipher database per space."""
