"""What the two do together, what they celebrate, and what they keep in sight."""

from typing import Final

ACTIVITIES_NONE: Final = "No ideas yet. Something that takes both of you is good:"
ACTIVITIES_NONE_NEXT: Final = 'nook activity idea "Build a shelf for the hall"'
ACTIVITIES_PLANNED: Final = "Planned"
ACTIVITIES_IDEAS: Final = "Ideas"
ACTIVITIES_DONE: Final = "Done together"
ACTIVITIES_ASIDE: Final = "Set aside"
ACTIVITY_ON_AT: Final = "{day} at {time}"
ACTIVITY_UNTIL: Final = "{day} to {until}"
ACTIVITY_TOGETHER: Final = "Together: {words}"
ACTIVITY_ALSO: Final = "also said as: {idea}"
ACTIVITY_NOTED: Final = "An idea for the two of you."
ACTIVITY_NEXT: Final = "To give it a day: nook activity plan {id} sat"
ACTIVITY_PLANNED: Final = "Planned: {idea}, {when}."
ACTIVITY_DONE: Final = "Good that you did it."
ACTIVITY_BOTH: Final = "{partner} can add a memory too; both stand side by side."
ACTIVITY_ASIDE: Final = "Set aside. Plan it anew whenever you feel like it."
ACTIVITY_EDITED: Final = "Said anew."
ACTIVITY_DONE_NEXT: Final = 'Once you have done one: nook activity done ID "What stays"'

CELEBRATED: Final = "Marked, for the two of you."
CELEBRATE_HINT: Final = (
    "A milestone belongs to you both; words that begin with “we” often fit. It stays as you wrote "
    "it; to say it anew: nook celebrate --change {id}"
)
# Translators: first words of a line that speaks of one person, in lower case.
OF_ONE: Final = ("i", "i'm", "i've", "you", "you're", "you've", "he", "she")
MILESTONE_EDITED: Final = "Said anew."

KEEPSAKES_NONE: Final = "Nothing is pinned yet. A note, or a symbol of something that was good:"
KEEPSAKES_NONE_NEXT: Final = 'nook keepsake pin "The blue cup" --symbol'
KEEPSAKES_TITLE: Final = "Kept in sight"
KEEPSAKE_ABOUT: Final = "of the entry {id}"
KEEPSAKE_PINNED: Final = "Pinned; it stands in: nook keepsake"
KEEPSAKE_UNPINNED: Final = "No longer in sight. Its words stay in the journal."
KEEPSAKE_EDITED: Final = "Said anew."
FORMS: Final = {"note": "a note", "symbol": "a symbol", "photo": "a photo"}

COMMITMENT_NONE: Final = "Nothing is written yet that you both hold on to."
COMMITMENT_NONE_NEXT: Final = (
    'When you are ready: nook commitment write "We come back to each other"'
)
COMMITMENT: Final = "What we hold on to"
COMMITMENT_ASKED: Final = "{name} writes"
COMMITMENT_YOURS: Final = "Yours, until {partner} agrees too"
COMMITMENT_LET: Final = "Written by you earlier"
COMMITMENT_AGREE: Final = "If these are your words too: nook commitment agree"
COMMITMENT_WRITTEN: Final = "Written. It holds once {partner} agrees to just these words."
COMMITMENT_AGREED: Final = "You both hold on to it now."
COMMITMENT_AGREED_ONE: Final = "You agree to it."
COMMITMENT_REVOKED: Final = "Taken back. No reason is needed, and the words stay."
