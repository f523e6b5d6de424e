"""``python -m inglenook_harness.fake_nook``: the command line over the fake journal."""

import sys

from inglenook_client.cli import main, session
from inglenook_harness.fake_journal import FakeJournal, keep_draft


def use_fake() -> None:
    session.journal_class = lambda: FakeJournal  # type: ignore[assignment,return-value]
    session.keep = keep_draft


if __name__ == "__main__":
    use_fake()
    sys.exit(main())
