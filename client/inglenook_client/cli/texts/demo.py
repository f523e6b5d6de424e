"""What ``nook demo`` says."""

from __future__ import annotations

HOW_LONG = "This takes less than a minute."
RELAY_STARTS = "the relay starts"
LOOKING = "looking everywhere for their words"
STEP = "{name}: nook {command}"
STARTING = "A relay and two journals start on this computer: Ana's and Ben's."
PAIRING = "Ana invites Ben. Both screens show five words, and they compare them."
WORDS = "  {words}\n  The same on both sides, so they are paired."
AWAY = "Now the relay goes away. Both go on writing, without any network."
AWAY_SAYS = "  A sync says: {said}"
WROTE_APART = (
    "  Entries, an edit, something taken back, check-ins, thanks, replies to the same\n"
    "  entry, and a page of one's own on each side."
)
BACK = "The relay is back. Both sync."
TIMELINE_OF = "{name}'s timeline"
DIGESTS = "The digest of the shared journal, on both sides"
SAME = "  The same: both see the same entries in the same order."
NOT_SAME = "  These differ, and they should not."
RELAY_HOLDS = "All that the relay holds: ids and sizes of what it cannot read"
ERASED = "erased     "
PRIVATE_STAYS = (
    "\nThe private pages of each side are in none of this, and the other side finds nothing."
)
HITS = (
    "Looking for their words in the relay's files and in {recorded} KiB of recorded traffic:\n"
    "{hits} found."
)
ASK_KEEP = "Keep the relay and both journals running for a while, to play with?"
PLAY_AS = "To be {name}, in another terminal:"
PLAY_WITH = (
    "Then try: nook timeline, nook write --share, nook sync, nook status.\n"
    "Press Enter here to end the demo and remove everything it made."
)
