"""The immutable plaintext fact inside an envelope."""
