"""Settings for the whole run."""

import os
import signal

from hypothesis import settings

# Whoever runs the tests may speak another language, and the tests compare English.
os.environ["LC_ALL"] = "C.UTF-8"

# A shell lets what it starts in the background ignore these, and so would every child of ours.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)

# Test machines are shared: a deadline there measures the neighbours.
settings.register_profile("inglenook", deadline=None)
settings.load_profile("inglenook")
