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

RULES: Final = ("We let each other finish.", "Either of us may ask for a pause.")
COFFEE: Final = "Morning coffee"
COFFEE_NOTE: Final = "by the window, with cinnamon"
STEP: Final = "Phones in the basket at eight"
STEP_ENOUGH: Final = "half an hour of it"
EVENINGS: Final = "Our evenings"
PHONES: Final = "On Tuesday we sat side by side, each with a phone."
PHONES_FEEL: Final = "lonely"
PHONES_WISH: Final = "one evening a week without them"
HEARD: Final = "You sat beside me and felt alone."
ANSWER: Final = "I was tired, and I would love such an evening."
CLOSING: Final = "You listened until the end."
HUG: Final = "a long hug in the hall"
BIRD_HOUSE: Final = "Build a bird house"
BIRD_HOUSE_DONE: Final = "Blue, with a crooked roof. We laughed about the roof."
CAME_BACK: Final = "We paused in time, and came back to each other."
DENTIST: Final = "An appointment with the dentist"
TEA_FIRST: Final = "tea first, then on we go"
APPRECIATED_BY_ANA: Final = "You told me what Tuesday was like for you."
APPRECIATED_BY_BEN: Final = "You asked for an evening, and waited."
