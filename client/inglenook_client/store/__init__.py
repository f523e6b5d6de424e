"""The encrypted local database, one per space."""
