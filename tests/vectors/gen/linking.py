"""linking.json: a second device of one's own (16.6)."""

from __future__ import annotations

from gen.base import draw, h, kdf, small_order_keys, u8, u32
from gen.cases import File, tagged
from gen.msgpack import pack
from gen.pairing import EXPIRES, MAILBOX, SECRET, _words, invite_text
from gen.world import (
    ADA,
    ADA_ENTROPY,
    BEN,
    GENESIS,
    SPACE,
    Device,
    Root,
    added,
    genesis,
    removed,
    root,
    word_list,
)

PREFIX = "inglenook-device:1:"
MINE = root(ADA_ENTROPY, "private", 0)
PRIVATE_GENESIS = genesis("private", kdf("private-salt", ADA_ENTROPY, u32(0)), [MINE])
PRIVATE = h("space-id", PRIVATE_GENESIS)
RELAY = "https://relay.example"


def _device(name: str, space: bytes, owner: Root) -> Device:
    return Device(space, owner.member, draw(f"signing {name}"), draw(f"kem {name}"))


OLD = [_device("old private", PRIVATE, MINE), _device("old shared", SPACE, ADA)]
NEW = [_device("new private", PRIVATE, MINE), _device("new shared", SPACE, ADA)]
_L3 = [draw("nonce new"), "Laptop", [[d.signing, d.kem] for d in NEW]]


def _spaces(private_origin: str = "") -> list[list[object]]:
    return [
        [PRIVATE_GENESIS, MINE.member, 0, private_origin, OLD[0].signing, OLD[0].kem],
        [GENESIS, ADA.member, 0, RELAY, OLD[1].signing, OLD[1].kem],
    ]


def _l2(spaces: list[list[object]], name: str = "Desk") -> bytes:
    return pack([draw("nonce old"), name, spaces])


def linking() -> File:
    out = File("linking")
    out.pool |= {
        "KEM of Ada": ADA.kem, "KEM of Ben": BEN.kem, "KEM of Ada's private root": MINE.kem,
        "KEM old private": OLD[0].kem, "KEM old shared": OLD[1].kem,
        "KEM new private": NEW[0].kem, "KEM new shared": NEW[1].kem,
        "L2": _l2(_spaces()), "L3": pack(_L3),
    }  # fmt: skip
    _invites(out)
    _transcripts(out)
    _slots(out)
    _offers(out)
    return out


def _invites(out: File) -> None:
    text = PREFIX + invite_text(pack([RELAY, MAILBOX, SECRET, EXPIRES])).split(":")[-1]
    expected = {"origin": RELAY, "mailbox": MAILBOX, "secret": SECRET, "expires_at": EXPIRES}
    out.expect("16.6", "invite.device", "by TLS", {"text": text}, expected)
    pasted = text[:50] + "\n " + text[50:]
    out.expect("16.6", "invite.device", "white space inside", {"text": pasted}, expected)
    for name, op, wrong, reject in (
        ("nothing", "invite.device", "", "malformed"),
        ("prefix only", "invite.device", PREFIX, "malformed"),
        ("an invite for two people", "invite.device", text.replace("-device", ""), "malformed"),
        ("a device invite where two people pair", "invite", text, "malformed"),
        ("version 2", "invite.device", text.replace(":1:", ":2:"), "wrong-version"),
        ("cut by four letters", "invite.device", text[:-4], "malformed"),
    ):
        out.reject("16.6", op, name, {"text": wrong}, reject)


def _seen(l2: bytes, l3: bytes) -> tuple[bytes, bytes, list[bytes]]:
    commitment = h("link-commit", l3)
    digest = h("link-words", MAILBOX + commitment + l2 + l3)
    return commitment, digest, [kdf("link-confirm", SECRET, u8(role) + digest) for role in (0, 1)]


def _given(l2: bytes, l3: bytes) -> dict[str, object]:
    return {"mailbox": MAILBOX, "secret": SECRET, "l2": l2, "l3": l3}


def _transcripts(out: File) -> None:
    for name, spaces in (
        ("private at no relay, and shared", _spaces()),
        ("both at relays", _spaces("https://another.example")),
        ("before pairing", _spaces()[:1]),
    ):
        l2, l3 = _l2(spaces), pack(_L3)
        commitment, digest, macs = _seen(l2, l3)
        indices = _words(digest)
        out.expect(
            "16.6", "link", name, _given(l2, l3),
            {
                "commitment": commitment, "words_digest": digest, "indices": indices,
                "words": [word_list()[i] for i in indices], "inviter_mac": macs[0],
                "joiner_mac": macs[1], "origins": [space[3] for space in spaces],
                "inviters": [d.id for d in OLD[: len(spaces)]],
                "joiners": [d.id for d in NEW[: len(spaces)]],
            },
        )  # fmt: skip


def _slots(out: File) -> None:
    l2, l3 = _l2(_spaces()), pack(_L3)
    commitment, _, macs = _seen(l2, l3)
    good = [added(new, old, old.space) for new, old in zip(NEW, OLD, strict=True)]
    records = [[s.content, s.signature] for s in good]
    chain = added(OLD[0], MINE, PRIVATE)
    values: dict[str, list[object]] = {
        "slot 1": [commitment],
        "slot 4": [records, macs[0]], "slot 4 where one stands": [[None, records[1]], macs[0]],
        "slot 5": [macs[1]],
        "slot 6": ["Ada", ["", "right"], [[chain.content, chain.signature], records[0]]],
    }  # fmt: skip
    for name, value in values.items():
        out.expect("16.6", "link.message", name, {"slot": int(name[5]), "value": tagged(value)},
                   {"encoded": pack(value)})  # fmt: skip

    def check(name: str, reject: str = "", **change: object) -> None:
        base = {**_given(l2, l3), "commitment": commitment, "slot": 4,
                "message": pack([records, macs[0]]), **change}  # fmt: skip
        if reject:
            out.reject("16.6", "link.check", name, base, reject)
        else:
            out.expect("16.6", "link.check", name, base, {})

    check("slot 4")
    check("slot 4 where one stands already", message=pack([[None, records[1]], macs[0]]))
    check("slot 5", slot=5, message=pack([macs[1]]))
    check("slot 6", slot=6, message=pack(values["slot 6"]))
    check("L3 is not what was committed to", "bad-key", commitment=draw("another"))
    check("the MAC of the other role", "bad-signature", message=pack([records, macs[1]]))
    check("the MAC of the inviter as the joiner's", "bad-signature", slot=5,
          message=pack([macs[0]]))  # fmt: skip
    check("the MAC under another secret", "bad-signature", secret=draw("another"))
    check("words of another mailbox", "bad-signature", mailbox=draw("another", 16))
    check("one statement for two spaces", "malformed", message=pack([records[:1], macs[0]]))
    check("three statements", "malformed", message=pack([[*records, None], macs[0]]))
    check("the MAC cut", "malformed", message=pack([records, macs[0][:-1]]))
    check("slot 5 with a field more", "malformed", slot=5, message=pack([macs[1], None]))
    check("one token for two spaces", "malformed", slot=6, message=pack(["Ada", [""], []]))
    check("a token of 257 letters", "malformed", slot=6,
          message=pack(["Ada", ["", "t" * 257], []]))  # fmt: skip
    spare = _device("spare", PRIVATE, MINE)
    for name, wrong in {
        "of another device": added(spare, OLD[0], PRIVATE),
        "by the root": added(NEW[0], MINE, PRIVATE),
        "by the new device itself": added(NEW[0], NEW[0], PRIVATE),
        "signed by another key": added(NEW[0], OLD[0], PRIVATE, seed=OLD[1].signing_seed),
        "a removal": removed(NEW[0], OLD[0], space=PRIVATE),
        "of the other space": good[1],
    }.items():
        message = pack([[[wrong.content, wrong.signature], records[1]], macs[0]])
        check(f"statement: {name}", "bad-statement", message=message)


def _offers(out: File) -> None:
    def bad(name: str, reject: str, l2: bytes = b"", l3: bytes = b"") -> None:
        l2, l3 = l2 or _l2(_spaces()), l3 or pack(_L3)
        out.reject("16.6", "link", name, _given(l2, l3), reject)

    def space(at: int, field: int, value: object) -> bytes:
        spaces = _spaces()
        spaces[at][field] = value
        return _l2(spaces)

    bad("no space", "malformed", _l2([]))
    bad("three spaces", "malformed", _l2([*_spaces(), _spaces()[1]]))
    bad("the shared space first", "malformed", _l2(_spaces()[::-1]))
    bad("the shared space alone", "malformed", _l2(_spaces()[1:]))
    bad("the private space twice", "malformed", _l2([_spaces()[0]] * 2))
    bad("the shared space at no relay", "malformed", space(1, 3, ""))
    bad("an index of 2^32", "malformed", space(0, 2, 2**32))
    bad("a genesis that is none", "malformed", space(0, 0, b"\x90"))
    bad("a member of another space", "bad-key", space(0, 1, ADA.member))
    bad("the joiner's keys as the inviter's", "bad-key",
        _l2([[*_spaces()[0][:4], NEW[0].signing, NEW[0].kem]]))  # fmt: skip
    bad("the inviter's key of small order", "small-order-key", space(1, 4, small_order_keys()[2]))
    weak = [_L3[0], _L3[1], [[small_order_keys()[3], NEW[0].kem], [NEW[1].signing, NEW[1].kem]]]
    bad("the joiner's key of small order", "small-order-key", l3=pack(weak))
    bad("one device", "malformed", l3=pack([*_L3[:2], [[NEW[0].signing, NEW[0].kem]]]))
    bad(
        "a name of 1026 bytes in 513 letters",
        "malformed",
        l3=pack([_L3[0], "\u00e9" * 513, _L3[2]]),
    )
    bad("a field more", "malformed", l3=pack([*_L3, None]))
