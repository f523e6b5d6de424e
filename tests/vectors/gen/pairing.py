"""pairing.json, reveal.json and blobs.json: 16, 18 and 19."""

from __future__ import annotations

import base64
import datetime

from gen.base import draw, h, kdf, seal, small_order_keys, u8, u64
from gen.cases import File, tagged
from gen.msgpack import Raw, pack
from gen.records import NOW
from gen.world import (
    ADA,
    BEN,
    DEVICES,
    SPACE,
    Device,
    Statement,
    added,
    genesis,
    removed,
    word_list,
)

MAILBOX, SECRET = draw("pairing mailbox", 16), draw("pairing secret")
EXPIRES = 1_790_003_600


def invite_text(record: bytes) -> str:
    return "inglenook:1:" + base64.urlsafe_b64encode(record).rstrip(b"=").decode()


def _words(digest: bytes) -> list[int]:
    bits = int.from_bytes(digest, "big") >> (256 - 55)
    return [bits >> 11 * (4 - i) & 2047 for i in range(5)]


def pairing() -> File:
    out = File("pairing")
    _invites(out)
    _mail(out)
    _transcript(out)
    for i in range(4):
        digest = [bytes(32), b"\xff" * 32, draw("words 2"), draw("words 3")][i]
        indices = _words(digest)
        out.expect("16.4", "words", f"words of digest {i}", {"digest": digest},
                   {"indices": indices, "words": [word_list()[w] for w in indices]})  # fmt: skip
    return out


def _invites(out: File) -> None:
    good: list[object] = ["https://relay.example", MAILBOX, SECRET, EXPIRES]
    for name, origin in (("by TLS", good[0]), ("on loopback", "http://127.0.0.1:8080"),
                         ("a longer origin", "https://nook.relay.example:8443")):  # fmt: skip
        text = invite_text(pack([origin, *good[1:]]))
        out.expect(
            "16.2", "invite", name, {"text": text},
            {"origin": origin, "mailbox": MAILBOX, "secret": SECRET, "expires_at": EXPIRES},
        )  # fmt: skip
    reader = kdf("invite-reader", SECRET, MAILBOX)
    owner = draw("owner capability")
    out.expect(
        "16.2", "capabilities", "hashes that the relay keeps",
        {"secret": SECRET, "mailbox": MAILBOX, "owner_capability": owner},
        {
            "reader_capability": reader, "reader_hash": h("invite-owner", reader),
            "owner_hash": h("invite-owner", owner), "seal_key": kdf("invite-seal", SECRET, MAILBOX),
        },
    )  # fmt: skip

    text = invite_text(pack(good))

    def bad(name: str, wrong: str, reject: str = "malformed") -> None:
        out.reject("16.2", "invite", name, {"text": wrong}, reject)

    def fields(index: int, value: object) -> str:
        return invite_text(pack([*good[:index], value, *good[index + 1 :]]))

    bad("nothing", "")
    bad("prefix only", "inglenook:1:")
    bad("another prefix", text.replace("inglenook", "ingleside"))
    bad("version 2", text.replace(":1:", ":2:"), "wrong-version")
    bad("version 12", text.replace(":1:", ":12:"), "wrong-version")
    bad("no version", text.replace(":1:", "::"))
    bad("prefix in capitals", text.replace("inglenook", "Inglenook"))
    data = pack([*good[:3], 1])
    spare = next(
        d for d in (pack(["https://relay.example" + "x" * i, *good[1:]]) for i in range(3))
        if len(d) % 3
    )  # fmt: skip
    bad("padded base64", "inglenook:1:" + base64.urlsafe_b64encode(spare).decode())
    loose = invite_text(spare)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    bad("spare bits of base64 not zero", loose[:-1] + letters[letters.index(loose[-1]) ^ 1])
    pasted = f"  {text[:40]}\r\n  {text[40:]}\n"
    out.expect(
        "16.2", "invite", "white space before, after and inside", {"text": pasted},
        {"origin": good[0], "mailbox": MAILBOX, "secret": SECRET, "expires_at": EXPIRES},
    )  # fmt: skip
    bad("a letter outside base64url", text[:40] + "+" + text[41:])
    bad("cut by four letters", text[:-4])
    bad("trailing byte", invite_text(pack(good) + b"\0"))
    bad("mailbox of 15 bytes", fields(1, MAILBOX[1:]))
    bad("secret of 31 bytes", fields(2, SECRET[1:]))
    bad("origin as bin", fields(0, b"https://relay.example"))
    bad("expires as float", fields(3, Raw(b"\xca\0\0\0\0")))
    bad("expires below zero", fields(3, -1))
    bad("origin of 1025 letters", fields(0, "https://" + "r" * 1017))
    bad("expires 1 in two bytes", invite_text(data[:-1] + b"\xcc\x01"))
    bad("three fields", invite_text(pack(good[:3])))
    bad("five fields", invite_text(pack([*good, None])))


def _mail(out: File) -> None:
    key, nonce = kdf("invite-seal", SECRET, MAILBOX), draw("mail nonce", 12)
    message = pack([draw("commitment")])
    for slot in (1, 2, 8):
        out.expect(
            "16.2", "mail.seal", f"slot {slot}",
            {"secret": SECRET, "mailbox": MAILBOX, "slot": slot, "nonce": nonce,
             "message": message},
            {"sealed": nonce + seal(key, nonce, message, u8(slot))},
        )  # fmt: skip
    sealed = nonce + seal(key, nonce, message, u8(1))
    given = {"secret": SECRET, "mailbox": MAILBOX, "slot": 1, "sealed": sealed}
    out.expect("16.2", "mail.open", "slot 1", given, {"message": message})
    flipped = sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:]
    changes: dict[str, dict[str, object]] = {
        "another slot": {"slot": 3}, "another secret": {"secret": draw("another")},
        "another mailbox": {"mailbox": draw("another", 16)}, "flipped": {"sealed": flipped},
        "cut": {"sealed": sealed[:-1]}, "27 bytes": {"sealed": sealed[:27]},
        "nothing": {"sealed": b""},
    }  # fmt: skip
    for name, change in changes.items():
        out.reject("16.2", "mail.open", name, {**given, **change}, "bad-seal")


def _transcript(out: File) -> None:
    a1, b1 = DEVICES["a1"], DEVICES["b1"]
    m2 = pack([ADA.signing, ADA.kem, a1.signing, a1.kem, draw("nonce of Ada")])
    m3 = pack([BEN.signing, BEN.kem, b1.signing, b1.kem, draw("nonce of Ben")])
    out.pool |= {
        "M2": m2, "M3": m3, "KEM of Ada": ADA.kem, "KEM of Ben": BEN.kem, "KEM of a1": a1.kem,
        "KEM of b1": b1.kem,
    }  # fmt: skip
    commitment = h("pair-commit", m3)
    salt = h("pair-salt", MAILBOX + m2 + m3)
    made = genesis("shared", salt, [ADA, BEN])
    space = h("space-id", made)
    digest = h("pair-words", MAILBOX + commitment + m2 + m3 + made)
    indices = _words(digest)
    roles = [kdf("pair-confirm", SECRET, u8(role) + digest) for role in (0, 1)]
    given: dict[str, object] = {"mailbox": MAILBOX, "secret": SECRET, "m2": m2, "m3": m3}
    out.expect(
        "16.3-16.5", "pairing", "Ada invites, Ben joins", given,
        {
            "commitment": commitment, "salt": salt, "genesis": made, "space": space,
            "words_digest": digest, "indices": indices,
            "words": [word_list()[i] for i in indices], "inviter_mac": roles[0],
            "joiner_mac": roles[1],
        },
    )  # fmt: skip
    first = Device(space, ADA.member, a1.signing_seed, a1.kem_seed)
    statement = added(first, ADA, space)
    values: dict[str, list[object]] = {
        "slot 1": [commitment], "slot 2": list(_fields(ADA.signing, ADA.kem, a1, "Ada")),
        "slot 3": list(_fields(BEN.signing, BEN.kem, b1, "Ben")),
        "slot 4": [[statement.content, statement.signature], roles[0]], "slot 6": [],
    }  # fmt: skip
    for name, value in values.items():
        out.expect("16.3", "mail.message", name, {"slot": int(name[-1]), "value": tagged(value)},
                   {"encoded": pack(value)})  # fmt: skip

    second = Device(space, BEN.member, b1.signing_seed, b1.kem_seed)
    joined = added(second, BEN, space)

    def slot(s: Statement, mac: bytes) -> bytes:
        return pack([[s.content, s.signature], mac])

    def check(name: str, reject: str = "", **change: object) -> None:
        base = {
            **given, "commitment": commitment, "role": 1, "message": slot(joined, roles[1]),
            **change,
        }  # fmt: skip
        if reject:
            out.reject("16.3-16.5", "pairing.check", name, base, reject)
        else:
            out.expect("16.3-16.5", "pairing.check", name, base, {})

    check("slot 5")
    check("slot 4", role=0, message=slot(statement, roles[0]))
    check("M3 is not what was committed to", "bad-key", commitment=draw("another"))
    check("both sides showed one root", "bad-key", m3=m2, commitment=h("pair-commit", m2))
    check("the MAC of the other role", "bad-signature", message=slot(joined, roles[0]))
    flipped = roles[1][:-1] + bytes([roles[1][-1] ^ 1])
    check("the MAC flipped", "bad-signature", message=slot(joined, flipped))
    check("the MAC under another secret", "bad-signature", secret=draw("another"))
    check("words of another mailbox", "bad-signature", mailbox=draw("another", 16))
    check("the MAC cut", "malformed", message=slot(joined, roles[1][:-1]))
    check("no MAC", "malformed", message=pack([[joined.content, joined.signature]]))
    spare = Device(space, BEN.member, draw("signing spare"), draw("kem spare"))
    for name, wrong in {
        "another device of the root": added(spare, BEN, space),
        "the inviter's device": statement,
        "signed by the device itself": added(second, second, space),
        "signed by another key": added(second, BEN, space, seed=ADA.signing_seed),
        "the device's removal": removed(second, BEN, space=space),
        "of another space": added(second, BEN),
    }.items():
        check(f"statement: {name}", "bad-statement", message=slot(wrong, roles[1]))
    for name, at, wrong_key in (
        ("root", 0, small_order_keys()[2]), ("device", 2, small_order_keys()[5]),
    ):  # fmt: skip
        fields = list(_fields(BEN.signing, BEN.kem, b1, "Ben"))
        fields[at] = wrong_key
        weak = pack(fields)
        check(f"{name} key of small order", "small-order-key", m3=weak,
              commitment=h("pair-commit", weak))  # fmt: skip


def _fields(signing: bytes, kem: bytes, device: Device, name: str) -> tuple[bytes, ...]:
    return signing, kem, device.signing, device.kem, draw(f"nonce of {name}")


# --- Mutual reveal (18)


def iso_week(date: datetime.date) -> str:
    """By the rule itself: a week belongs to the year that holds its Thursday."""
    thursday = date + datetime.timedelta(days=3 - date.weekday())
    first = datetime.date(thursday.year, 1, 1)
    return f"{thursday.year:04d}-W{(thursday - first).days // 7 + 1:02d}"


def reveal() -> File:
    out = File("reveal")
    for text in ("2026-09-21", "2024-12-30", "2021-01-03", "2020-12-31", "2026-01-01", "2027-01-01",
                 "2023-01-01", "2016-01-04"):  # fmt: skip
        out.expect("18.1", "iso_week", text, {"date": text},
                   {"week": iso_week(datetime.date.fromisoformat(text))})  # fmt: skip
    for practice, week in (("week-review", "2026-W39"), ("week-review", "2026-W40"),
                           ("setback", "2026-W39"), ("setback/2", "2026-W39"),
                           ("step-review/" + draw("step").hex(), "2026-W39"),
                           ("caf\u00e9", "2020-W53"), ("", "2026-W39")):  # fmt: skip
        round_id = h("reveal-round", SPACE + practice.encode() + b"\0" + week.encode())
        out.expect("18.1", "reveal.round", f"{practice} {week}",
                   {"space": SPACE, "practice": practice, "week": week},
                   {"round": round_id})  # fmt: skip
    round_id = h("reveal-round", SPACE + b"week-review\x002026-W39")
    clocks = {"Ada": (NOW + 7, 3), "Ben": (NOW + 2, 9)}
    for who, root in (("Ada", ADA), ("Ben", BEN)):
        salt = draw(f"reveal salt {who}")
        parts = [["appreciated", f"What {who} noticed \u2026"], ["recommit", ""]]
        half = pack(["week-review", "2026-W39", None, parts])
        commitment = h("reveal-ready", salt + half)
        nonce = h("reveal-nonce", round_id + root.member)[:16]
        payloads = {
            "reveal.ready": [round_id, commitment],
            "reveal.taken_back": [round_id],
            "reveal.opened": [round_id, salt, half],
        }
        out.expect(
            "18.2-18.3", "reveal", who,
            {"round": round_id, "member": root.member, "salt": salt, "half": half,
             "ready_hlcs": list(clocks.values())},
            {
                "commitment": commitment, "core_nonce": nonce, "hlc": (NOW + 7, 4),
                "payloads": {kind: pack(value) for kind, value in payloads.items()},
            },
        )  # fmt: skip
    for name, hlcs, hlc in (
        ("of one ms", [(NOW, 3), (NOW, 8)], (NOW, 9)),
        ("the count is full", [(NOW, 2**32 - 1), (NOW - 1, 8)], (NOW + 1, 0)),
    ):
        out.expect("18.3", "reveal.hlc", name, {"ready_hlcs": hlcs}, {"hlc": hlc})
    _halves(out)
    salt = draw("reveal salt Ada")
    commitment = h("reveal-ready", salt + b"words")
    good = {"commitment": commitment, "salt": salt, "half": b"words"}
    out.expect("18.5", "reveal.check", "good", good, {})
    changes: dict[str, dict[str, object]] = {
        "another half": {"half": b"word"}, "another salt": {"salt": draw("another")},
        "a byte moved from salt to half": {"salt": salt[:-1], "half": b"\xe9words"},
    }  # fmt: skip
    for name, change in changes.items():
        out.reject("18.5", "reveal.check", name, {**good, **change}, "malformed-payload")
    return out


def _halves(out: File) -> None:
    good: list[object] = ["week-review", "2026-W39", None, [["appreciated", "tea"]]]
    about = [*good[:2], draw("step"), []]
    for name, value in (("a week review", good), ("about a step", about)):
        out.expect("18.2", "reveal.half", name, {"half": pack(value)},
                   {"value": tagged(value)})  # fmt: skip

    def bad(name: str, *fields: object) -> None:
        out.reject("18.2", "reveal.half", name, {"half": pack(fields)}, "malformed")

    bad("one field less", *good[:3])
    bad("one field more", *good, None)
    bad("a week without its W", good[0], "2026-39", *good[2:])
    bad("a week of one digit", good[0], "2026-W3", *good[2:])
    bad("a number for the week", good[0], 39, *good[2:])
    bad("a practice of 1025 letters", "p" * 1025, *good[1:])
    bad("about is short", *good[:2], b"step", good[3])
    bad("a part without its text", *good[:3], [["appreciated"]])
    bad("a part's name is too long", *good[:3], [["n" * 1025, "tea"]])
    bad("17 parts", *good[:3], [["a", "b"]] * 17)
    bad("parts are nil", *good[:3], None)


# --- Blobs (19)


def blobs() -> File:
    out = File("blobs")
    key = draw("blob key")
    subkey = kdf("blob-seal", key, SPACE)
    out.expect("19", "blob.key", "subkey", {"space": SPACE, "key": key}, {"subkey": subkey})
    for index, last in ((0, False), (0, True), (1, True), (255, False), (2**32 + 7, True)):
        nonce = u64(index) + b"\0\0\0" + u8(int(last))
        out.expect("19", "blob.nonce", f"chunk {index}{', last' if last else ''}",
                   {"index": index, "last": last}, {"nonce": nonce})  # fmt: skip
    for size in (0, 1, 1000):
        data = draw(f"blob {size}", size)
        out.expect("19", "blob.id", f"ciphertext of {size} bytes", {"ciphertext": data},
                   {"blob": h("blob-id", data)})  # fmt: skip
    chunk = draw("chunk", 100)
    nonce = u64(0) + b"\0\0\0\x01"
    out.expect("19", "blob.chunk", "sealed with no AAD",
               {"space": SPACE, "key": key, "index": 0, "last": True, "chunk": chunk},
               {"sealed": seal(subkey, nonce, chunk, b"")})  # fmt: skip
    return out
