"""Secret keys and how each is derived."""
