"""What the two people of ``nook demo`` write: made up, and as people write."""

from typing import Final

RIVER: Final = "We walked along the river until the lamps came on, and neither of us hurried."
TAG_WALK: Final = "walk"
# Translators: with a slip of the keyboard in it; the next one is the same sentence, corrected.
SUPPER_SLIP: Final = "Supper was quiet on Tuesdya."
SUPPER: Final = "Supper was quiet on Tuesday, and that was alright with both of us."
HALF_FINISHED: Final = "Something half finished, better taken back."
FEELINGS_OF_ANA: Final = ("hopeful", "tired")
HELPS_ANA: Final = "a slow morning together"
TEA: Final = "Ben made tea before I asked."
TEA_DID: Final = "I could breathe out"
HERON: Final = "The heron was there again, did you notice?"
PRIVATE_OF_ANA: Final = "For my own pages: I am curious what Ben misses most."
AUTUMN: Final = "I was thinking of our first autumn here."
LISTENED: Final = "I asked a question and waited for the whole answer."
TAG_LISTENING: Final = "listening"
FEELINGS_OF_BEN: Final = ("calm",)
JOKE: Final = "Ana laughed at an old joke."
JOKE_DID: Final = "it felt like an open door"
PRIVATE_OF_BEN: Final = "For my own pages: I would like to plan a Sunday for us."
