"""Timeline, entries, search, status."""

from typing import Final

WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
# Translators: days and months as they stand in a whole date; where a language has a form of its
# own for that, give that one.
TODAY: Final = "Today"
YESTERDAY: Final = "Yesterday"
DAY: Final = "{weekday} {day} {month}"
DAY_WITH_YEAR: Final = "{weekday} {day} {month} {year}"
DAY_NEAR: Final = "{near}, {date}"
# Translators: a moment inside of a sentence, as in "written today 21:40".
MOMENT_TODAY: Final = "today {time}"
MOMENT_YESTERDAY: Final = "yesterday {time}"
MOMENT: Final = "{day} {month} {time}"
MOMENT_WITH_YEAR: Final = "{day} {month} {year} {time}"
MOMENT_AHEAD: Final = "{day}, {time}"
TIME: Final = "{hour:02}:{minute:02}"

KINDS: Final = {
    "moment": "a moment",
    "progress": "a sign of progress",
    "check-in": "a check-in",
    "appreciation": "a thank you",
    "inventory": "looking inward",
    "reflection": "after friction",
    "kindness-idea": "an idea for a kindness",
    "draft": "a draft",
    "rules": "ground rules",
    "goal": "a goal for you both",
    "step": "a step",
    "commitment": "what you hold on to",
    "look-back": "what may be looked back at",
    "conversation": "a conversation",
    "turn": "something said",
    "acknowledgement": "something acknowledged",
    "pause": "a pause",
    "need": "a need",
    "disclosure": "something tender",
    "ritual": "a ritual",
    "ritual-kept": "a ritual",
    "activity": "something done together",
    "couple-time": "time for two",
    "topic": "a parked topic",
    "exchange": "a short word",
    "affection": "a moment of affection",
    "milestone": "a milestone",
    "keepsake": "kept in sight",
    "round": "looked at by you both",
}
STAGES: Final = {
    "activity/idea": "an idea",
    "activity/planned": "planned",
    "activity/aside": "set aside",
    "couple-time/planned": "planned",
    "couple-time/let-go": "let go",
    "conversation/proposed": "proposed",
    "conversation/agreed": "agreed to",
    "conversation/open": "open",
    "conversation/let-go": "let go",
    "commitment/proposed": "not both's yet",
    "goal/proposed": "not both's yet",
    "keepsake/unpinned": "no longer pinned",
    "need/resting": "at rest",
    "topic/taken-up": "looked after",
    "topic/aside": "set aside",
}
# Translators: what stands in a field of something written down; {text} are a person's words.
PARTS: Final = {
    "losses": "Lost, or wanted: {text}",
    "feelings": "Feelings: {text}",
    "needs": "Needed: {text}",
    "stresses": "Weighing: {text}",
    "curious": "Curious about: {text}",
    "in_the_way": "What gets in the way: {text}",
    "own_part": "My own part: {text}",
    "why": "Why it matters: {text}",
    "boundary": "To others: {text}",
    "fallback": "If it has to be short: {text}",
    "enough": "Enough is: {text}",
    "feeling": "Feeling: {text}",
    "effect": "What it does: {text}",
    "wish": "The wish: {text}",
    "wanted": "What would be welcome: {text}",
}
ABOUT: Final = "of: {text}"
ACCOUNTS: Final = "Two sides of one moment"
DATE_CHANGED: Final = "{when}: moved from {before} to {date}"
ONLY_YOU: Final = "only you"
WAS_EDITED: Final = "edited"
LOGGED_LATER: Final = "logged later"
WITHDRAWN: Final = "(withdrawn)"
BESIDE: Final = "the same moment as {id}"
ENERGY: Final = "energy {energy} of 5"
EFFECT: Final = "What it did: {effect}"
WOULD_HELP: Final = "What would help: {what}"
REACTIONS: Final = {
    "warm": "♥ {names}",
    "smile": "☺ {names}",
    "hug": "a hug from {names}",
    "thanks": "thanks from {names}",
    "with-you": "{names}: with you",
}
OTHER_REACTION: Final = "{reaction} from {names}"
TWO_VERSIONS: Final = "changed in two places at once; both stand in: nook show {id}"
EMPTY: Final = "Nothing here yet, and no hurry."
EMPTY_NEXT: Final = "When something small is worth keeping: nook write"
EMPTY_FILTER: Final = "Nothing here for that view."
END: Final = "That is everything, back to the beginning."
END_FILTER: Final = "That is everything in this view."
EARLIER_WEEK: Final = "The week before: nook timeline --week {week}"
END_WEEK: Final = "That is the week, and nothing stands before it."
LATER: Final = "On from here: nook timeline --path --after {after}"
END_PATH: Final = "And that is today."
ONE_VIEW: Final = "Give one of --week, --path and --before; --after goes with --path."
WEEK: Final = "{first} to {last}"
EARLIER: Final = "Earlier days: nook timeline --before {before}"

# Translators: what can be done next with one thing; the commands stay as they are.
NEXT: Final = {
    "ritual/active": "When it has happened: nook ritual kept {id}",
    "couple-time/planned": "Another time for it: nook time move WHEN --time {id}",
    "activity/idea": "To give it a day: nook activity plan {id} sat",
    "activity/planned": "Once you have done it: nook activity done {id} MEMORY",
    "keepsake/pinned": "To take it out of sight: nook keepsake unpin {id}",
    "kindness-idea/noted": "When it is done with: nook kindness aside {id}",
    "draft/open": "To let it go: nook private drop {id}",
    "need/confirmed": "If a small step could come of it: nook step propose WHAT --need {id}",
    "step/agreed": "To look at it, each for yourself first: nook step-review write {id}",
}

LAST_SAID: Final = "The last one: “{words}”"
# Translators: {words} are such as "a check-in" or "a moment of affection".
LAST_KIND: Final = "The last one: {words}"

HISTORY: Final = "How it came to be"
FIRST_WRITTEN: Final = "written {when}"
THEN_CHANGED: Final = "changed {when}"
SIDE_BY_SIDE: Final = "Changed in two places at once; nothing was overwritten"
WRITTEN: Final = "written {when}"
REPLIES: Final = "Replies"

NO_HITS: Final = "Nothing found for those words."
HITS: Final = {1: "1 entry", 2: "{count} entries"}

STATUS_ALONE: Final = "{name}'s journal"
STATUS_PAIRED: Final = "{name}'s journal, shared with {partner}"
PHRASE_NOT_CHECKED: Final = "The recovery phrase hasn't been checked back yet: nook phrase check"
PHRASE_CHECKED: Final = "Recovery phrase: checked"
RELAY: Final = "Relay: {relay}"
RELAY_MOVED: Final = (
    "This address is new. Both of you need it; on the other side, too: nook relay {relay}"
)
NO_SHARED_RELAY: Final = "Relay: none yet for a shared journal"
NO_RELAY: Final = "Relay: none yet; everything stays on this computer"
LAST_SYNC: Final = "Last settled with it: {when}"
NOT_SYNCED_YET: Final = "Not settled with it yet"
DRAFTS: Final = {
    1: "1 set of words is kept for you: nook drafts",
    2: "{count} sets of words are kept for you: nook drafts",
}
SPACE_PRIVATE: Final = "Private journal"
SPACE_SHARED: Final = "Shared journal"
ENTRIES: Final = {0: "no entries yet", 1: "1 entry", 2: "{count} entries"}
WAITING: Final = {
    0: "nothing waits to be sent",
    1: "1 change waits to be sent",
    2: "{count} changes wait to be sent",
}
LEFT: Final = "You left it {when}. Nothing is sent or received; what is here stays readable."
PRIVATE_RELAY: Final = "Kept in step between your computers through {relay}"
LOCAL_ONLY: Final = "stays on this computer"
DIGEST: Final = "Digest"
DIGEST_SAME: Final = "the same on both sides when both have everything"
THIS_DEVICE: Final = "this device"
OWN_DEVICE: Final = "another device of yours"
PARTNER_DEVICE: Final = "a device of {partner}"
SO_SINCE: Final = "Known here since {when}."
STILL_SO: Final = "You took note of this {when}, and it is still so: {what}"
WHEN_READ: Final = "Once you have thought about it: nook status --seen"
NOT_STANDING: Final = "no longer in use"
