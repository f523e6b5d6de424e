"""Every limit with its name and number (SPEC 3). A test compares this file with the table."""

from __future__ import annotations

from typing import Final

MAX_BODY_BYTES: Final = 262_144
"""An envelope body."""
MIN_PADDED_BYTES: Final = 512
"""Floor of a padded plaintext."""
MAX_RUN_ITEMS: Final = 4_096
"""Envelopes in one run."""
MAX_RUNS: Final = 256
"""Runs in one message."""
MAX_MESSAGE_BYTES: Final = 8_388_608
"""A relay message body, either way."""
PAGE_BYTES: Final = 1_048_576
"""What a pull page aims at."""
MAX_SEQ: Final = 9_007_199_254_740_991
"""A seq (2^53 - 1)."""
MAX_BRANCHES: Final = 8
"""Branches kept of one forked log."""
MAX_LOGS: Final = 256
"""Logs of one space, ever."""
MAX_STATEMENTS: Final = 1_024
"""Roster statements of one member in one space, by its root and by its devices each."""
MAX_STATEMENT_BYTES: Final = 65_536
"""One statement's content."""
MAX_HEADS: Final = 64
"""`heads` in a removal, `have` points of one log."""
MAX_KEEPS: Final = 256
"""`keeps` in a removal."""
MAX_ERASED: Final = 512
"""Refs in one erasure statement."""
MAX_ERASURES: Final = 65_536
"""Erasure statements of one member in one space."""
MAX_ROSTER_BYTES: Final = 262_144
"""Content of one member's roster statements at a relay, by its root and by its devices each."""
MAX_ERASURE_BYTES: Final = 1_572_864
"""Content of one member's erasure statements at a relay."""
MAX_EPOCHS: Final = 2_048
"""Epoch keys carried in one key envelope."""
MAX_RECIPIENTS: Final = 64
"""Wraps in one key envelope."""
MAX_WITNESS: Final = 256
"""Refs in a witness."""
MAX_AFTER: Final = 64
"""`after` refs of an event."""
MAX_KIND_BYTES: Final = 64
"""A kind's name."""
MAX_TEXT_BYTES: Final = 65_536
"""One text that a person wrote, UTF-8."""
MAX_LINE_BYTES: Final = 1_024
"""A short line (tag, name, feeling, effect line)."""
MAX_TAGS: Final = 16
"""Tags of one entry."""
MAX_FEELINGS: Final = 8
"""Feelings of one check-in."""
MAX_ATTACHMENTS: Final = 16
"""Attachments of one entry."""
MAX_RULES: Final = 16
"""Rules for talking, practices that may be looked back at."""
MAX_PARTS: Final = 16
"""Answers in one draft or one half of a reveal."""
MAX_MINUTES: Final = 10_080
"""Length of a conversation, a pause, a couple time (a week)."""
MAX_CADENCE_BYTES: Final = 64
"""A recurrence rule."""
MAX_ZONE_BYTES: Final = 64
"""The name of a time zone."""
MAX_CLOCK_APART_MS: Final = 3_155_760_000_000
"""How far apart two clocks can be said to be, either way (a hundred years)."""
HLC_AHEAD_MS: Final = 86_400_000
"""How far ahead of the own wall an HLC is absorbed."""
LOGGED_LATER_MS: Final = 86_400_000
"""How far before its HLC a stated date counts as logged later."""
MAX_INVITE_SECONDS: Final = 604_800
"""Life of an invite."""
MAX_MAIL_BYTES: Final = 65_536
"""One mailbox message."""
MAX_MAIL_SLOTS: Final = 8
"""Messages of one mailbox."""
MAX_PART_BYTES: Final = 16_777_216
"""One part of an exported journal."""
CHALLENGE_SECONDS: Final = 60
"""Life of a login challenge."""
TOKEN_SECONDS: Final = 3_600
"""Life of a login token."""
