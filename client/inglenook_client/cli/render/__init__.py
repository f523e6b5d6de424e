"""Views as text for a terminal."""
