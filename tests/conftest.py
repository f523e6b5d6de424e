"""Settings for the whole run."""

import os

from hypothesis import settings

# Whoever runs the tests may speak another language, and the tests compare English.
os.environ["LC_ALL"] = "C.UTF-8"

# Test machines are shared: a deadline there measures the neighbours.
settings.register_profile("inglenook", deadline=None)
settings.load_profile("inglenook")
