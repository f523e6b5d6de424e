"""``python -m inglenook_client`` is ``nook``."""

import sys

from inglenook_client.cli import main

sys.exit(main())
