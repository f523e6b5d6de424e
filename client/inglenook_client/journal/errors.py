"""What a journal says when something can't be done as asked; each with the next step."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.errors import InglenookError, LocalProtocolError
from inglenook_protocol.message import Message

MIN_ID_DIGITS: Final = 4
"""How much of an id has to be given to name something."""


_ONLY_PRIVATE: Final = "This is for your private journal alone; nothing was written."
_ONLY_SHARED: Final = "This is about the two of you; nothing was written."
_WHERE: Final = "Share a part of it by a second step, or write it where it belongs."


class NotPairedError(InglenookError):
    """The command is about two people, and this journal is not paired yet."""

    def __init__(self) -> None:
        super().__init__(
            "This needs the two of you, and this journal isn't paired yet.",
            "Run `nook invite`, or `nook join` with an invite. Everything else works alone.",
        )


class AlreadyPairedError(InglenookError):
    """A shared journal's two members never change."""

    def __init__(self) -> None:
        super().__init__(
            "This journal is already paired.",
            "`nook status` shows with whom. A journal for somebody else needs a profile "
            "of its own: use `nook --home`.",
        )


class LeftError(InglenookError):
    """This device left the shared journal; what is there is for reading."""

    def __init__(self, at: str) -> None:
        """``at``: when, ISO 8601."""
        super().__init__(
            Message(
                "You left the shared journal on {date}: nothing is sent, received or added to it.",
                date=at[:10],
            ),
            "What is in it stays readable here. To share a journal again: nook anew",
        )


class NotLeftError(InglenookError):
    """There is a shared journal, or room for one, already."""

    def __init__(self) -> None:
        super().__init__(
            "There is no shared journal here that you have left.",
            "Another one can begin once you left this one: nook leave. A journal that was never "
            "paired needs no more than: nook invite, or nook join",
        )


class OpenElsewhereError(InglenookError):
    """Another process has the journal's files open, and they are about to move or go."""

    def __init__(self) -> None:
        super().__init__(
            "Another nook has this journal open right now.",
            "End it first, for example a nook sync --watch in another window, then try again.",
        )


class NoRelayYetError(InglenookError):
    """Nothing to move yet."""

    def __init__(self) -> None:
        super().__init__(
            "This journal isn't paired yet, so no relay carries it.",
            "The relay is named when one of you invites: nook invite --relay URL",
        )


class PairingUnfinishedError(InglenookError):
    """Keys were compared, and the relay has not seen the space yet."""

    def __init__(self) -> None:
        super().__init__(
            "Pairing isn't finished on both sides yet.",
            "Run `nook sync` to finish it, or begin again with a new invite.",
        )


class NoSuchEntryError(InglenookError):
    """Nothing here has that id, nor, where it may be a word, that word in it."""

    def __init__(self, entry: str, *, by_word: bool = False) -> None:
        if by_word:
            super().__init__(
                Message("Nothing here is called “{named}”, and no id begins so.", named=entry),
                "A word of it names it, or four digits or more of its id; last is the latest one.",
            )
            return
        if len(entry) < MIN_ID_DIGITS:
            super().__init__(
                Message("“{entry}” is too short to name an entry.", entry=entry),
                "Give four digits or more of the id's beginning; `nook timeline` shows eight.",
            )
            return
        super().__init__(
            Message("There is nothing here whose id begins with “{entry}”.", entry=entry),
            "`nook timeline` shows the beginning of each id; four digits or more are enough.",
        )


class NothingYetError(InglenookError):
    """The last one was asked for, and there is none."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing here yet that could be meant.",
            "`nook timeline` shows what there is, each with the beginning of its id.",
        )


class AmbiguousEntryError(InglenookError):
    """Several ids begin like that."""

    def __init__(self, entry: str) -> None:
        super().__init__(
            Message("More than one thing here has an id that begins with “{entry}”.", entry=entry),
            "Give a few more of its digits.",
        )


class ManyNamedError(InglenookError):
    """A word that stands in several of what could be meant."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            Message("Which one is meant? There are {names}.", names=", ".join(names)),
            "Give another word of it, or the beginning of its id.",
        )


class NotYoursError(InglenookError):
    """Nobody edits the other's words."""

    def __init__(self) -> None:
        super().__init__(
            "These are the other person's words, and only they can change them.",
            "You can reply, or write your own account of the same moment with `nook write "
            "--beside`.",
        )


class WithdrawnError(LocalProtocolError):
    """The entry's words are gone."""

    def __init__(self) -> None:
        super().__init__(
            "This was withdrawn, so there are no words to work with.", "You can write it anew."
        )


class PartMissingError(InglenookError):
    """A file of the journal is not where it was."""

    def __init__(self) -> None:
        super().__init__(
            "Part of this journal is missing from its folder.",
            "Put back the whole folder from your latest copy; nothing was changed here.",
        )


_FILE_MISSING: Final = {
    "private": "Your private journal can't be read: its file is missing from the folder.",
    "shared": "Your shared journal can't be read: its file is missing from the folder.",
    "earlier": "Your earlier shared journal can't be read: its file is missing from the folder.",
}
_FILE_DAMAGED: Final = {
    "private": "Your private journal can't be read: its file is damaged.",
    "shared": "Your shared journal can't be read: its file is damaged.",
    "earlier": "Your earlier shared journal can't be read: its file is damaged.",
}
_SHARED_GOES_ON: Final = "The shared one can be read meanwhile, and nothing is exchanged."
_PRIVATE_GOES_ON: Final = "Your private journal goes on as before."
_PUT_BACK: Final = "Put back the file if you moved it"
_LEAVE_IT: Final = "Leave the file as it is"


class JournalUnreadableError(InglenookError):
    """One journal's file can't be read; the others go on."""

    def __init__(self, space: str, cause: InglenookError) -> None:
        """``space``: its file, without the ending; ``cause``: what came of opening it."""
        which = space if space in ("private", "shared") else "earlier"
        missing = isinstance(cause, PartMissingError)
        super().__init__(
            (_FILE_MISSING if missing else _FILE_DAMAGED)[which],
            Message(
                "{goes_on} {first}; a backup can be brought back into a new folder: "
                "nook --home FOLDER restore FILE",
                goes_on=Message(_SHARED_GOES_ON if which == "private" else _PRIVATE_GOES_ON),
                first=Message(_PUT_BACK if missing else _LEAVE_IT),
            ),
        )
        self.space = space
        self.cause = cause


class PhraseDoesNotHoldError(LocalProtocolError):
    """24 words of the list whose checksum does not hold."""

    def __init__(self) -> None:
        super().__init__(
            "These are 24 words of a phrase, but not of one that holds together.",
            "One of them is another one, or two have changed places. Compare them with your "
            "paper, word by word.",
        )


class NothingToRecoverError(InglenookError):
    """A relay knows no shared journal of a phrase."""

    def __init__(self, origin: str) -> None:
        super().__init__(
            Message("The relay at {origin} holds no shared journal of this phrase.", origin=origin),
            "Check the address. If the relay was emptied, ask your partner to run `nook sync` "
            "first: their device fills it again for both of you.",
        )


_NO_RITUAL: Final = "There is no ritual yet."


class NoRitualError(LocalProtocolError):
    """No ritual is called that."""

    def __init__(self, named: str) -> None:
        what: str = _NO_RITUAL
        if named:
            what = Message("There is no ritual called “{named}”.", named=named)
        super().__init__(what, "See yours with `nook ritual`.")


class ManyRitualsError(LocalProtocolError):
    """A beginning that several rituals share, or none said where there are several."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            Message("Which one is meant? There are {names}.", names=", ".join(names)),
            "Give the beginning of its name.",
        )


class NoTimeForTwoError(LocalProtocolError):
    """Nothing is planned that could be meant."""

    def __init__(self) -> None:
        super().__init__(
            "No time for two is planned at the moment.", "Plan one: nook time plan fri 20:00"
        )


class OtherKindError(LocalProtocolError):
    """The id names something else than what was asked for."""

    def __init__(self, entry: str) -> None:
        super().__init__(
            Message("What begins with “{entry}” is of another kind.", entry=entry),
            "Give the id of what this is about; `nook timeline` shows what is what.",
        )


class OtherJournalError(LocalProtocolError):
    """Something that belongs into the one journal was about to be put into the other."""

    def __init__(self, place: str) -> None:
        """``place``: where it belongs, private or shared."""
        super().__init__(_ONLY_PRIVATE if place == "private" else _ONLY_SHARED, _WHERE)


class ExportExistsError(InglenookError):
    """An export never replaces a file."""

    default_next_step = "It was left as it is. Name a new file, with the date in it perhaps."

    def __init__(
        self, message: str = "There is already a file of this name.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class ExportPlaceError(InglenookError):
    """The export can't be written where it was to go."""

    default_next_step = "Name a file in a folder that is yours and whose disk has space."

    def __init__(
        self, message: str = "The export can't be written there.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class NoForkError(InglenookError):
    """There is nothing that a proof could show."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to prove: no device's history came in two versions.",
            "`nook status` says so if that changes.",
        )


class ProofExistsError(InglenookError):
    """A file is never replaced."""

    def __init__(self) -> None:
        super().__init__(
            "There is a file of that name already; it was left as it is.",
            "Choose another name for the proof.",
        )


class NotCheckableError(InglenookError):
    """A file that is of no kind that ``nook verify`` knows."""

    def __init__(self) -> None:
        super().__init__(
            "This file is nothing that can be checked here.",
            "Name a file that `nook proof` wrote, whole and unchanged.",
        )


class FileUnreadableError(InglenookError):
    """A file that was named can't be read."""

    def __init__(self) -> None:
        super().__init__("The file can't be read.", "Check its path, and that it belongs to you.")


class NoSuchDeviceError(InglenookError):
    """No own computer is called that."""

    def __init__(self, device: str) -> None:
        super().__init__(
            Message("You have no computer here that is called “{device}”.", device=device),
            "Give its name, or four digits or more of its id; `nook device list` shows both.",
        )


class AmbiguousDeviceError(InglenookError):
    """Several own computers are called that."""

    def __init__(self, device: str) -> None:
        super().__init__(
            Message("More than one of your computers is called “{device}”.", device=device),
            "Give four digits or more of its id; `nook device list` shows it.",
        )


class NoSecondDeviceError(InglenookError):
    """Private sync has nobody to sync with."""

    def __init__(self) -> None:
        super().__init__(
            "This is your only computer, so your private journal has nothing to keep in step with.",
            "Link a second one first: nook device add",
        )


class AnotherJournalError(InglenookError):
    """A linked computer has a journal that is not its owner's other one."""

    def __init__(self) -> None:
        super().__init__(
            "There is another journal on this computer already.",
            "It was left as it is. Link into an empty folder: nook --home FOLDER device link",
        )


class NothingToLinkError(InglenookError):
    """Both computers have the same journals already."""

    def __init__(self) -> None:
        super().__init__(
            "This computer has everything already that the other one could bring.",
            "`nook device list` shows your computers. If one was removed, link it into an empty "
            "folder.",
        )


class PairsElsewhereError(InglenookError):
    """A linked device that was never paired holds no key to pair with."""

    def __init__(self) -> None:
        super().__init__(
            "This computer was linked to your journal, and pairing needs the one that it began on.",
            "Pair there, with `nook invite` or `nook join`; then link this computer once more for "
            "the shared journal: nook device add there, nook device link here.",
        )


class LinkUnfinishedError(InglenookError):
    """A device was added here, and could not be told all that it needs."""

    def __init__(self, cause: InglenookError) -> None:
        super().__init__(
            Message(
                "The other computer was added, but could not be given everything: {cause}",
                cause=cause.message,
            ),
            "It keeps nothing of it. Remove it here with `nook device remove`, then begin again "
            "with `nook device add`.",
        )
        self.cause = cause


class LinkIncompleteError(InglenookError):
    """A new device could not take in what it was linked to."""

    def __init__(self, cause: InglenookError) -> None:
        super().__init__(
            Message("Your journal could not be brought here: {cause}", cause=cause.message),
            "Nothing was kept here. On the other computer, remove this one with `nook device "
            "remove`, then begin again with `nook device add`.",
        )
        self.cause = cause
