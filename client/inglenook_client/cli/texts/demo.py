"""What ``nook demo`` says."""

from __future__ import annotations

HOW_LONG = "This takes about a minute."
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
ERASED = "erased"
BYTES = "{size:>5} bytes"
HELD = "  device {device}  step {seq:>3}  id {id}  {size}"
MONTH = "A small month: a ritual, a conversation, steps, a pause, a review."
MONTH_SAYS = (
    "  Both answer what the other began. A review opens once both are ready, to both at once."
)
REVIEW_OF = "The week's review, as {name} reads it"
WEEK_OF = "The week, as {name} reads it"
LOOK_BACK_OF = "Looking back, as {name} reads it"
PRIVATE_STAYS = (
    "\nThe private pages of each side are in none of this, and the other side finds nothing."
)
HITS = (
    "Looking for their words in the relay's files and in {recorded} KiB of recorded traffic:\n"
    "{hits} found."
)
NOT_AS_IT_SHOULD_BE = "The two journals or the relay are not as they should be."
OWN_WORDS_LOST = "{name} can't find their own private words."
WORDS_SEEN = "{name} can see what {writer} wrote in private."
RELAY_DID_NOT_START = "The relay did not start."
RELAY_TOO_SLOW = "The relay did not start in time."
RELAY_LISTS_NOTHING = "The relay could not list what it holds."
COMMAND_ENDED = "`nook {command}` of {name} ended early: {said}"
PAIRING_TOO_SLOW = "Pairing took too long."
PAIRING_ENDED = "Pairing ended early."
PAIRING_ENDED_OF = "Pairing ended early on {name}'s side: {said}"
WORDS_DIFFER = "The two sides show different words."
SYNC_AWAY = "Without its relay, `nook sync` ended with {code}: {said}"
NO_INPUT = "A pairing command has no input."
NO_OUTPUT = "A process has no output."
ASK_KEEP = "Keep the relay and both journals running for a while, to play with?"
PLAY_AS = "To be {name}, in another terminal:"
PLAY_WITH = (
    "Then try: nook timeline, nook write --share, nook sync, nook status.\n"
    "Press Enter here to end the demo and remove everything it made."
)
