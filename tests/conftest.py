"""Settings for the whole run."""

from hypothesis import settings

# Test machines are shared: a deadline there measures the neighbours.
settings.register_profile("inglenook", deadline=None)
settings.load_profile("inglenook")
