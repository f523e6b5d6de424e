"""Writing, answering, changing."""

from typing import Final

KEPT_PRIVATE: Final = "Kept in your private journal."
SHARED: Final = "Shared with {partner}. They may keep what they received."
GOES_OUT: Final = "It goes out with your next: nook sync"
EDITED: Final = "Changed. The earlier words stay in its history."
EDITED_SHARED: Final = "Changed; {partner} will see it marked as edited."
REDACTED: Final = "Withdrawn from your journal."
REDACTED_SHARED: Final = (
    "Withdrawn. {partner} is asked to let it go too; whoever received it may have kept it."
)
REDACTED_NEXT: Final = (
    "The relay deletes its copy with your next: nook sync. What became of it stands in: "
    "nook show ID"
)
ASK_REDACT: Final = "Take this back for good?"
REDACT_NEEDS_YES: Final = "Withdrawing can't be undone, so it asks first."
NEEDS_YES_STEP: Final = "Nobody can be asked here; if you mean it, add --yes."
ASK_SHARE: Final = "{partner} will be able to read this, and may keep it. Share it?"
SHARE_NEEDS_YES: Final = "Sharing is a second, deliberate step, so it asks first."
LEFT_AS_IT_IS: Final = "Left as it is."
REPLIED: Final = "Replied; {partner} sees it when you both have synced."
REPLIED_PRIVATE: Final = "Noted under your entry, for you alone."
REACTED_WITH: Final = {
    "warm": "A warm sign, given.",
    "smile": "A smile, given.",
    "hug": "A hug, given.",
    "thanks": "Thanks, given.",
    "with-you": "They will see that you are with them.",
}
REACTION_TAKEN: Final = "Taken back."
NO_WORDS: Final = "There are no words yet."
NO_WORDS_STEP: Final = "Give them after the command, or through standard input."
NOTHING_WRITTEN: Final = "Nothing was written, and that is fine."
ASK_DID: Final = "What did it do, or what did it mean to you? Or Enter"
# Translators: by command; one line answers it.
ONE_LINE: Final = {
    "thank": "What did you see the other do?",
    "celebrate": "What has become better, however little?",
    "park": "Which topic can wait?",
    "word": "A short word for a hard day:",
    "activity idea": "What would you like to do together?",
    "kindness idea": "A small kindness, for example a cup of tea before it is asked for:",
    "keepsake pin": "What do you want to keep in sight?",
    "commitment write": "What do you both want to hold on to?",
    "talk hear": "What did you hear, in your own words?",
    "talk correct": "What did you mean?",
    "talk validate": "Why does it make sense, seen from the other's side?",
    "talk answer": "What is your answer?",
    "talk point": "What is the other person right about?",
    "talk goal": "What is the goal for both of you?",
    "need hear": "What did you hear, in your own words?",
    "need correct": "What did you mean?",
    "tender tell": "What would you like to tell?",
}
TYPE_HERE: Final = "Write as long as you like. Ctrl-D on an empty line ends it."
NOT_A_TEXT: Final = "What came in through standard input is not text in UTF-8."
NOT_A_TEXT_STEP: Final = "Convert it to UTF-8 first."
EDITOR_TROUBLE: Final = "The editor could not be run, or ended with an error."
EDITOR_TROUBLE_STEP: Final = (
    "Set VISUAL or EDITOR to an editor that waits, or write after the command."
)
NO_DRAFT: Final = "There are no kept words whose id begins so."
SHORT_DRAFT: Final = "“{id}” is too short to name kept words."
SHORT_DRAFT_STEP: Final = (
    "Give four digits or more of the id's beginning, as they stand in: nook drafts"
)
NO_DRAFT_STEP: Final = "See what is kept with: nook drafts"
MANY_DRAFTS: Final = "More than one of the kept words has an id that begins so."
MANY_DRAFTS_STEP: Final = "Give a few more digits of the id."
NO_DRAFTS: Final = "Nothing is waiting here."
DRAFT_DROPPED: Final = "Let go."
DRAFT_HINT: Final = "To take up the last one again: nook {command} --draft {id}"
DRAFT_HINT_DROP: Final = "To let one go: nook drafts drop ID"
DRAFT_STAYS: Final = "The words were taken in, but their draft is still in: nook drafts"
TWIN_DROPPED: Final = (
    "The same words, kept in your drafts before, are let go: they have a place now."
)

FEELINGS: Final = (
    "calm", "glad", "hopeful", "grateful", "tender", "tired", "tense", "sad", "lonely", "unsure",
)  # fmt: skip
ASK_FEELINGS: Final = "How are you? For example: {feelings}"
ASK_FEELINGS_PROMPT: Final = "Feelings, or Enter"
ASK_ENERGY: Final = "Energy from 1 to 5, or Enter"
ASK_NOTE: Final = "A line, or Enter"
ASK_HELPS: Final = "What would help today, or Enter"
NOTHING_RECORDED: Final = "Nothing recorded. Good to see you."
CHECK_IN_NEEDS: Final = "A check-in needs at least one thing: a feeling, your energy, or a line."
CHECK_IN_NEEDS_STEP: Final = "For example: nook check-in calm tired --energy 3"
