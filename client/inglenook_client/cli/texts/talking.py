"""Conversations, turns, pauses, ground rules, goals."""

from typing import Final

MODES: Final = {
    "two-devices": "each on your own device",
    "one-device": "one device, passed between you",
    "afterwards": "noted afterwards",
}
STAGES: Final = {
    "proposed": "proposed",
    "agreed": "agreed",
    "open": "open",
    "let-go": "let go",
    "closed": "closed",
}
MINUTES: Final = {1: "1 minute", 2: "{count} minutes"}
WINDOW: Final = "{when}, {minutes}, {mode}"
PROPOSED_BY: Final = "{name} proposes {window}"
PROPOSED_TOPIC: Final = "about “{topic}”"
TWO_PROPOSALS: Final = "You both proposed another time at once; accept the one that suits."
NONE_YET: Final = "No conversation yet, and no hurry."
NONE_NEXT: Final = (
    'To propose one: nook talk propose TOPIC --at "sat 19:30". To begin now, here: nook talk begin'
)

EARLIER: Final = "Earlier ones: nook talk list --all"

RULES: Final = "Ground rules that you both agree to"
NO_RULES: Final = "You have no ground rules yet; two or three help: nook rules"
PARTS: Final = {
    "observation": "What I saw",
    "feeling": "How it felt",
    "effect": "What it does",
    "wish": "What I wish for",
    "need": "What I need",
    "why": "Why it matters",
    "text": "What it is",
    "wanted": "What would be welcome",
}
NOTED_ON: Final = "on {name}'s device"
HEARD: Final = "{name} heard"
CORRECTED: Final = "{name} means"
CONFIRMED: Final = "{name} feels heard"
VALIDATED: Final = "{name} sees why"
ANSWERED: Final = "{name} answers"
SET_DOWN: Final = "{name} leaves it here"
WHILE_CLOSING: Final = "said while closing"
GOAL: Final = "A goal for both of you"
GOAL_ASKED: Final = "A goal, proposed by {name}"
POINT: Final = "{name} finds this true"
WITH_YOU: Final = "Drafted; only you see it"
CLOSED_THANKS: Final = "{name} appreciated"
CLOSED_NEXT: Final = "The next step, for {name}"
CLOSED_SETTLED: Final = "You settled it."
CLOSED_OPEN: Final = "It stays open, and that is fine."

# Translators: what can be done next, at the foot of a page; the commands stay as they are.
NEXT: Final = {
    "accept": "To say yes: nook talk accept",
    "counter": "Another time: nook talk counter --at WHEN",
    "decline": "Not this one: nook talk decline",
    "open": "To begin: nook talk open",
    "say": "To speak: nook talk say",
    "close": "To close, settled or not: nook talk close",
    "hear": "To say back what you heard: nook talk hear",
    "confirm": "If that was it: nook talk confirm",
    "correct": "If you meant something else: nook talk correct",
    "validate": "To say why it makes sense: nook talk validate",
    "answer": "There is room for an answer: nook talk answer",
}
NEXT_SHARE: Final = "To share it with {partner}: nook share {id}"
NEXT_AGREE: Final = "If you agree to it: nook talk agree {id}"
NEXT_RESUME: Final = "To go on: nook pause resume. To let it rest: nook pause end"
PAUSE_ALWAYS: Final = "A pause, any time: nook pause"

PROPOSED: Final = "Proposed. {partner} can accept, suggest another time, or decline."
COUNTERED: Final = "Another time is proposed."
ACCEPTED: Final = "Agreed. It will be there in: nook talk"
DECLINED: Final = "Let go. No reason is needed."
CLOSED: Final = "Closed. Thank you for talking."
OPENED: Final = "Open. Take your time."
ASK_TOPIC: Final = "What would you like to talk about?"
ASK_WHEN: Final = "When, such as sat 19:30?"
ASK_THANKS: Final = "Something that you appreciated, or Enter"
ASK_NEXT: Final = "A next step, or Enter"

ASK_OBSERVATION: Final = "What did you see or hear, as a camera would have?"
ASK_FEELING: Final = "How did it feel? Or Enter"
ASK_EFFECT: Final = "What does it do to you? Or Enter"
ASK_WISH: Final = "What would you love to be different? Or Enter"
DRAFTED: Final = "Kept as a draft; only you see it."
DRAFTED_NEXT: Final = "To share it with {partner}: nook share {id}"
DRAFTED_WAITS: Final = "It waits with you. Once the conversation is open: nook share {id}"
HINTS: Final = {
    "always": "Just for you: “{word}” is easily argued with. Was there one time that shows it?",
    "never": "Just for you: “{word}” is easily argued with. Was there one time that shows it?",
    "you-are": (
        "Just for you: “{word}” speaks about a person. What happened, and how was it for you?"
    ),
}
HINTS_STAY: Final = "Leave it as it is if it fits: nobody else learns of this hint."
ASK_SHARE_DRAFT: Final = "{partner} will be able to read this, and may keep it. Share it now?"
SPOKEN: Final = "Said. {partner} sees it once you both have synced."
SPOKEN_HERE: Final = "Said."
SAID: Final = {
    "hear": "Said back. Now it is for the one who spoke to say whether that was it.",
    "confirm": "Good. Now there is room for an answer.",
    "correct": "Said. It can be said back once more.",
    "validate": "Said.",
    "answer": "Answered.",
    "leave": "Left here. That is always fine.",
}

PAUSED_FOR: Final = "A pause, until {time}. {minutes} are left."
PAUSED_NOT_TODAY: Final = "Not today. This rests until tomorrow."
PAUSE_PLAN: Final = "To go on: {plan}"
PAUSE_OVER: Final = "The pause is over. Go on when you both are ready."
PAUSE_RESUMED: Final = "On you go."
PAUSE_ENDED: Final = "The pause is over, and this rests."
NO_PAUSE: Final = "There is no pause at the moment. To call one: nook pause"
PAUSE_CHOICES: Final = "Longer: nook pause 20, 30, 60, not-today. On again: nook pause resume"

RULES_NONE: Final = "There are no ground rules yet. A few that have served others:"
RULES_WRITE: Final = (
    'To propose some: nook rules write "We let each other finish" "One thing at a time"'
)
RULES_SUGGESTED: Final = (
    "We let each other finish.",
    "No insults, and no names.",
    "We speak of what happened, with an example.",
    "One thing at a time.",
    "Either of us can ask for a pause, and we come back.",
)
RULES_ASKED: Final = "{name} proposes these rules"
RULES_YOURS: Final = "Proposed by you; they hold once {partner} agrees"
RULES_LET: Final = "These stand, and hold once you both agree"
RULES_AGREE: Final = "If you agree: nook rules agree"
RULES_WRITTEN: Final = "Proposed. They hold once {partner} agrees."
RULES_AGREED: Final = "You both agree to these rules now."
RULES_AGREED_ONE: Final = "You agree to them."
RULES_REVOKED: Final = "Taken back. The rules don't hold until you both agree again."

GOAL_NAMED: Final = "Named. It is a goal for both once {partner} agrees."
GOAL_AGREED: Final = "This is a goal for both of you now."
GOAL_AGREED_ONE: Final = "You agree to it."
GOAL_REVOKED: Final = "Taken back."
POINTED: Final = "Said."

# Beginnings that show that something arrived; the rest is for the one who answers.
STARTERS: Final = (
    "It makes sense that you feel this way, because",
    "I can see how much this matters to you. What I see is",
    "From where you stood, I would have felt it too:",
    "I hadn't known that it was like this for you. Now I understand that",
    "What I hear is",
    "Thank you for telling me. It helps me to",
    "I am with you. What would do you good right now is perhaps",
    "I'd like to understand more about",
)
STARTER_LINE: Final = "{number}  {starter} …"
STARTERS_FIRST: Final = "A few beginnings; the words are yours:"
STARTERS_NEXT: Final = 'To use one: {command} --starter NUMBER "your words"'
STARTER_NUMBER: Final = "Which one? A number, or Enter for none of them"
STARTER_REST: Final = "Go on in your own words, or Enter to let it be"
ASK_SEND: Final = "“{text}” Send it?"
SEND_NEEDS_WORDS: Final = "A beginning is never sent by itself."
SEND_NEEDS_WORDS_STEP: Final = "Add your own words after it."
NO_SUCH_STARTER: Final = "There is no beginning with that number."
NO_SUCH_STARTER_STEP: Final = "See them with: nook reply ID --starter"

WHEN_NEEDED: Final = "When would that be?"
WHEN_NEEDED_STEP: Final = 'Say a time: --at "sat 19:30"'
