"""Days, times and lengths: as people type them, and what is said of them."""

from typing import Final

# Translators: what somebody may type besides the English words; in small letters. Days of the
# week are understood by their beginnings, two letters at least.
SAID_TODAY: Final = "today"
SAID_YESTERDAY: Final = "yesterday"
SAID_TOMORROW: Final = "tomorrow"
# Translators: the word before a length, as in "in 2 hours".
SAID_IN: Final = "in"
# Translators: all words for hours and for minutes that somebody may type, with spaces between.
SAID_HOURS: Final = "h hour hours"
SAID_MINUTES: Final = "m min minute minutes"

NOT_A_DATE: Final = "“{date}” is not a date."
NOT_A_DATE_STEP: Final = "Write it as year-month-day, or as today, yesterday, or sat."
NOT_A_DAY_STEP: Final = "Write it as sat, tomorrow, or 2026-11-27."
NOT_A_MOMENT: Final = "“{given}” is not a day and a time."
NOT_A_MOMENT_STEP: Final = (
    "Write it as 19:30, fri 20:00, tomorrow 19:30, in 2 hours, or 2026-11-27T20:00."
)
NOT_A_LENGTH: Final = "“{given}” is not a length."
NOT_A_LENGTH_STEP: Final = "Write minutes, such as 45, or 1h30; a week is the longest."
NO_SUCH_TIME: Final = "There is no such time on that day: the clocks change then."
COMES_TWICE: Final = (
    "The clocks go back that night, and {time} comes twice: this is the first. For the second: "
    "{second}"
)

# Translators: a time that both keep, where the reader's clock shows another one.
ALSO_HERE: Final = "{when} ({here} here)"
