"""The plain page that stands before pairing and is always there, offline.

Numbers change and differ from country to country; a wrong one is worse than none. Named is
only what is sure to exist, and the local emergency number always comes first.
"""

from typing import Final

TITLE: Final = "Before you share a journal"

# One string for each paragraph; faces wrap them. Leading spaces are the indent of all lines.
PARAGRAPHS: Final = (
    "This journal is for two people who both want to be closer, and who both feel free to say no.",
    "It does not fit a relationship in which one of you is afraid of the other. If someone "
    "hurts or threatens you, forces or pressures you, watches where you go or whom you talk "
    "to, controls your money, or asks to read everything you write, then exercises for couples "
    "can make things harder. That is not your fault, and it is not something to solve by "
    "writing more openly.",
    "What this means here",
    "  Your journal works alone. You never have to pair it with anyone.",
    "  What you share can be kept by the other person, even if you withdraw it later.",
    "  Somebody who can use this computer while the journal is unlocked can read what is in "
    "it. Your passphrase and your recovery phrase are yours alone; nobody has a right to them.",
    "  You may stop syncing at any time. Nothing is sent, and to the other side it looks the "
    "same as being offline.",
    "  If someone may be looking at this computer, use another device for finding help: one at "
    "a library, at work, or of a friend.",
    "Where help is",
    "  In danger right now: call your local emergency number. In the countries of the European "
    "Union and many others it is 112, in the United States and Canada 911, in the United "
    "Kingdom 999 or 112, in Australia 000, in New Zealand 111.",
    "  To talk to someone who knows these situations: most countries have a national helpline "
    "for domestic violence, often free and open at all hours. Search for the name of your "
    "country and “domestic violence helpline”, or ask a doctor, a nurse or a social worker.",
    "    United States: National Domestic Violence Hotline, 1-800-799-7233, thehotline.org",
    "    United Kingdom: National Domestic Abuse Helpline, 0808 2000 247",
    "    European Union: 116 016 for women, in the countries that offer this common number",
    "    Australia: 1800RESPECT, 1800 737 732",
    "  If you hurt the person you live with, or are afraid that you might: there are helplines "
    "for that too, and asking is a good step.",
    "  If you think of ending your life: findahelpline.com lists free lines for emotional "
    "support in many countries.",
    "Numbers change. If one doesn't answer, the emergency number and a search will help on.",
    "This page is always here, without a network: nook safety",
)
