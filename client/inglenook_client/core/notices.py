"""What a person reads when something odd was noticed (SPEC 11.5): what it is, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inglenook_client.core.model import Notice

_GO_ON_ELSEWHERE: Final = (
    "Go on at another computer of yours. To use this one again, begin in a new folder: "
    "`nook device add` there and `nook device link` here; or `nook recover` if you have no other."
)

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "fork": (
        "One device's history came in two versions. Both are kept and shown.",
        "If that device was restored from a backup or copied, this explains it. If not, somebody "
        "may hold a copy of it: talk about it, and compare the digest in `nook status`. "
        "`nook proof FILE` keeps the proof.",
    ),
    "other-history": (
        "The other side saw one device's history differently from what came here.",
        "Run `nook sync` again. If it stays so, the relay tells each of you another story, or "
        "somebody holds a copy of a device: compare the digest in `nook status` with each other.",
    ),
    "restored": (
        "This device was restored from a backup. If you didn't do this, someone may hold a copy.",
        "If you restored or copied it yourself, all is well: go on here, and let the other copy "
        "rest. If not, look at your devices, and ask for help if you are worried.",
    ),
    "relay-set-back": (
        "The relay lost things that it had confirmed, as after a restored backup.",
        "Nothing is lost here: your devices send it all again by themselves.",
    ),
    "relay-withholds": (
        "The relay speaks of entries that it does not hand over.",
        "Run `nook sync` again later. If it stays so, ask whoever runs the relay.",
    ),
    "not-yet-here": (
        "The other side has seen something that the relay did not hand over here.",
        "Run `nook sync` again later. If it stays so, the relay may be keeping it back or have "
        "lost it: ask whoever runs it, and let the other side sync as well.",
    ),
    "devices-elsewhere": (
        "The other side knows of a change of your devices that did not come here.",
        "Run `nook sync` again. If it stays so, the relay may be keeping it back: tell each other "
        "which devices you use, and share nothing tender until this is gone.",
    ),
    "relay-garbled": (
        "What answers at the relay's address does not make sense. What did not hold was left out.",
        "Check the address in `nook status` and run `nook sync` again. If it stays so, ask "
        "whoever runs the relay.",
    ),
    "bad-statement": (
        "The relay sent something about your devices that neither of you signed. It was left out.",
        "Run `nook sync` again. If it stays so, ask whoever runs the relay.",
    ),
    "bad-signature": (
        "The relay sent entries whose signatures do not hold. They were left out.",
        "Run `nook sync` again. If it stays so, ask whoever runs the relay.",
    ),
    "bad-run": (
        "The relay sent something that is not a journal. It was left out.",
        "Run `nook sync` again. If it stays so, ask whoever runs the relay.",
    ),
    "unknown-device": (
        "The relay sent entries of a device that neither of you added. They were left out.",
        "Compare your devices in `nook status` with each other.",
    ),
    "too-many-branches": (
        "One device's history came in more versions than can be kept.",
        "Ask its owner to write on another device, and compare your digests.",
    ),
    "no-key": (
        "Some entries wait for a key that has not arrived yet.",
        "Run `nook sync`; they appear by themselves when the key comes.",
    ),
    "unreadable": (
        "Some entries that arrived can't be read by any device. The rest is as it should be.",
        "Ask who wrote them to update Inglenook and to write them anew.",
    ),
    "clock-set-back": (
        "This computer's clock stood later before than it does now.",
        "Check its date and time. Nothing is lost; what this device writes goes on after what it "
        "wrote before.",
    ),
    "clock-ahead": (
        "Something here was written at a time that is still to come by this computer's clock.",
        "Check this computer's date and time; if they are right, the clock of the other device "
        "was ahead. Nothing is lost.",
    ),
    "removed-here": (
        "This computer was removed from the journal, by another computer of yours or with your "
        "recovery phrase. What is here stays readable.",
        _GO_ON_ELSEWHERE,
    ),
    "refused-here": (
        "The relay takes nothing from this computer any more: it says that the computer was "
        "removed from the journal. What is here stays readable.",
        f"{_GO_ON_ELSEWHERE} If nobody removed it, look at `nook device` on another computer of "
        "yours: where this one is still in use there, the relay is mistaken.",
    ),
    "pairing-unfinished": (
        "Pairing isn't finished on both sides yet.",
        "Run `nook sync` to finish it, or begin again with a new invite.",
    ),
}


_UNKNOWN: Final = ("Something unusual was noticed during sync.", "Run `nook sync` again later.")


def notice(what: str, about: Sequence[bytes] = ()) -> Notice:
    """The words for one thing noticed; a name that has none yet still says something."""
    message, step = _TEXTS.get(what, _UNKNOWN)
    return Notice(what, message, step, [device.hex() for device in about])


def notices(
    evidence: list[tuple[str, bytes]], unreadable: dict[str, int], *, standing: bool
) -> list[Notice]:
    """All that a space has to say, each thing once. ``evidence``: names, each with the device
    that it is about or with nothing."""
    about: dict[str, list[bytes]] = {}
    for what, device in evidence:
        about.setdefault(what, []).extend([device] if device else [])
    names = list(about)
    if unreadable.get("no-key"):
        names.append("no-key")
    if any(count for reject, count in unreadable.items() if reject != "no-key"):
        names.append("unreadable")
    if not standing:
        names.append("removed-here")
    return [notice(name, about.get(name, ())) for name in names]
