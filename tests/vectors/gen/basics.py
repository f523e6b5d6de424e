"""hashing.json, identity.json, envelope.json: sections 1 to 5."""

from __future__ import annotations

import hashlib

from gen.base import (
    LABELS,
    MAX_BODY_BYTES,
    MAX_SEQ,
    ZERO,
    draw,
    ed_public,
    event_body,
    h,
    header,
    holds,
    kdf,
    kem_public,
    non_canonical_keys,
    pad,
    padded_length,
    prefix,
    seal,
    sign,
    sign_bit_keys,
    small_order_keys,
    tag,
    u32,
)
from gen.cases import File, Recipe, Repeat
from gen.msgpack import Raw, pack
from gen.world import (
    A1,
    ADA,
    ADA_ENTROPY,
    BEN,
    BEN_ENTROPY,
    DEVICES,
    EPOCH_KEYS,
    GENESIS,
    KEY_IDS,
    SPACE,
    Root,
    genesis,
    phrase,
    root,
)

_ED_ORDER = 2**252 + 27742317777372353535851937790883648493


def hashing() -> File:
    out = File("hashing")
    message = draw("hash message", 40)
    for label in LABELS:
        given: dict[str, object] = {"label": label, "message": message}
        expect = {"tag": tag(label), "hash": h(label, message)}
        out.expect("2", "hash", f"H under {label}", given, expect)
    out.expect(
        "1.3", "hash", "H of nothing", {"label": "timeline", "message": b""},
        {"tag": tag("timeline"), "hash": h("timeline", b"")},
    )  # fmt: skip

    seed, label = draw("sign seed"), "envelope-sig"
    public = ed_public(seed)
    for other in ("envelope-sig", "statement-sig", "login-sig"):
        out.expect(
            "1.4", "sign", f"SIGN under {other}",
            {"label": other, "seed": seed, "message": message},
            {"public": public, "signature": sign(other, seed, message)},
        )  # fmt: skip
    good = sign(label, seed, message)

    def check(name: str, **change: object) -> None:
        given = {"label": label, "public": public, "message": message, "signature": good}
        out.reject("1.4", "verify", name, {**given, **change}, "bad-signature")

    out.expect(
        "1.4", "verify", "a good signature",
        {"label": label, "public": public, "message": message, "signature": good}, {},
    )  # fmt: skip
    check("another message", message=message[:-1] + b"\0")
    check("another label", label="statement-sig")
    check("another key", public=ed_public(draw("another seed")))
    check("R flipped", signature=bytes([good[0] ^ 1]) + good[1:])
    check("S flipped", signature=good[:32] + bytes([good[32] ^ 1]) + good[33:])
    scalar = int.from_bytes(good[32:], "little") + _ED_ORDER
    check("S not reduced", signature=good[:32] + scalar.to_bytes(32, "little"))
    check("all zero", signature=bytes(64))

    forged = bytes.fromhex("58" + "66" * 31) + (1).to_bytes(32, "little")
    identity = (1).to_bytes(32, "little")
    if not holds(label, identity, message, forged):
        raise AssertionError("a lenient verifier takes this one: that is its point")
    out.reject(
        "1.4", "verify", "any message holds under the identity",
        {"label": label, "public": identity, "message": message, "signature": forged},
        "small-order-key",
    )  # fmt: skip
    out.expect("1.4", "key", "a good key", {"public": public}, {})
    for i, key in enumerate(small_order_keys()):
        out.reject("1.4", "key", f"small order {i + 1} of 8", {"public": key}, "small-order-key")
    for name, key in non_canonical_keys().items():
        out.reject("1.4", "key", name, {"public": key}, "small-order-key")
    for name, key in sign_bit_keys().items():
        out.reject("1.4", "key", name, {"public": key}, "small-order-key")

    for label in ("root-sign", "event-seal", "epoch-seal", "pair-confirm"):
        for size in (0, 32, 100):
            key, context = draw(f"kdf {label}"), draw("kdf context", size)
            out.expect(
                "1.5", "kdf", f"KDF under {label}, {size} bytes of context",
                {"label": label, "key": key, "context": context},
                {"key": kdf(label, key, context)},
            )  # fmt: skip
    for i in range(3):
        seed = draw(f"xwing {i}")
        out.expect(
            "1.6", "kem.public", f"X-Wing public key {i}", {"seed": seed},
            {"public": kem_public(seed)},
        )  # fmt: skip
    return out


def identity() -> File:
    out = File("identity", pool={"Ada's KEM key": ADA.kem, "Ben's KEM key": BEN.kem})
    for name, entropy in (
        ("Ada", ADA_ENTROPY), ("Ben", BEN_ENTROPY), ("zeros", ZERO), ("ones", b"\xff" * 32),
    ):  # fmt: skip
        out.expect(
            "4.1", "phrase", f"phrase of {name}", {"words": phrase(entropy)}, {"entropy": entropy}
        )
    words = phrase(ADA_ENTROPY).split()
    swapped = [words[1], words[0], *words[2:]]
    for name, mistyped in (
        ("checksum", swapped), ("23 words", words[:-1]), ("a word not on the list",
        ["inglenook", *words[1:]]), ("12 words", ["abandon"] * 11 + ["about"]),
    ):  # fmt: skip
        out.reject("4.1", "phrase", name, {"words": " ".join(mistyped)}, "local")

    for kind, index in (("private", 0), ("shared", 0), ("shared", 1), ("private", 258)):
        made = root(ADA_ENTROPY, kind, index)
        out.expect(
            "4.1", "root", f"Ada, {kind} {index}",
            {"entropy": ADA_ENTROPY, "kind": kind, "index": index},
            {
                "signing_seed": made.signing_seed, "kem_seed": made.kem_seed,
                "signing": made.signing, "kem_sha256": hashlib.sha256(made.kem).digest(),
                "member": made.member,
            },
        )  # fmt: skip

    for index in (0, 7):
        made = root(ADA_ENTROPY, "private", index)
        salt = kdf("private-salt", ADA_ENTROPY, u32(index))
        data = genesis("private", salt, [made])
        out.expect(
            "4.3", "private", f"Ada's private space {index}",
            {"entropy": ADA_ENTROPY, "index": index},
            {"salt": salt, "genesis": data, "space": h("space-id", data)},
        )  # fmt: skip
    salt = draw("salt shared")
    out.expect(
        "4.3", "genesis", "shared, members in either order", {"genesis": GENESIS},
        {
            "kind": "shared", "salt": salt, "space": SPACE,
            "members": sorted([[r.signing, r.kem] for r in (ADA, BEN)]),
            "member_ids": [r.member for r in sorted((ADA, BEN), key=lambda r: r.signing)],
        },
    )  # fmt: skip

    both = sorted([r.signing, r.kem] for r in (ADA, BEN))

    def wrong(name: str, reject: str, fields: list[object]) -> None:
        out.reject("4.3", "genesis", name, {"genesis": pack(fields)}, reject)

    wrong("members unsorted", "malformed", [1, "shared", salt, both[::-1]])
    wrong("one member in shared", "malformed", [1, "shared", salt, both[:1]])
    wrong("no member", "malformed", [1, "private", salt, []])
    wrong("two members in private", "malformed", [1, "private", salt, both])
    wrong("the same member twice", "malformed", [1, "shared", salt, [both[0], both[0]]])
    third = root(draw("entropy third"), "shared", 0)
    three = sorted([*both, [third.signing, third.kem]])
    wrong("three members", "malformed", [1, "shared", salt, three])
    wrong("another kind", "malformed", [1, "public", salt, both])
    wrong("salt of 31 bytes", "malformed", [1, "shared", salt[1:], both])
    wrong("salt as text", "malformed", [1, "shared", "s" * 32, both])
    wrong("version 2", "wrong-version", [2, "shared", salt, both])
    wrong("version as text", "malformed", ["1", "shared", salt, both])
    wrong("version in two bytes", "malformed", [Raw(b"\xcc\x01"), "shared", salt, both])
    wrong("a fifth field", "malformed", [1, "shared", salt, both, None])
    wrong("KEM key of 1215 bytes", "malformed", [1, "private", salt, [[ADA.signing, ADA.kem[1:]]]])
    wrong("signing key of 33 bytes", "malformed",
          [1, "private", salt, [[ADA.signing + b"\0", ADA.kem]]])  # fmt: skip
    wrong("small-order root key", "small-order-key",
          [1, "private", salt, [[small_order_keys()[3], ADA.kem]]])  # fmt: skip

    for name in ("a1", "b1"):
        one = DEVICES[name]
        out.expect(
            "4.4", "device", f"device {name}",
            {
                "space": SPACE, "member": one.member, "signing_seed": one.signing_seed,
                "kem_seed": one.kem_seed,
            },
            {
                "signing": one.signing, "kem_sha256": hashlib.sha256(one.kem).digest(),
                "device": one.id,
            },
        )  # fmt: skip
    claimed = Root(A1.signing_seed, A1.kem_seed)
    out.expect(
        "4.4", "device", "a1's keys claimed by Ben make another device",
        {
            "space": SPACE, "member": BEN.member, "signing_seed": A1.signing_seed,
            "kem_seed": A1.kem_seed,
        },
        {
            "signing": claimed.signing, "kem_sha256": hashlib.sha256(claimed.kem).digest(),
            "device": h("device-id", SPACE + BEN.member + claimed.signing + claimed.kem),
        },
    )  # fmt: skip
    return out


def envelope() -> File:
    out = File("envelope")
    previous = draw("previous")
    for name, seq, before, flags in (
        ("first", 1, ZERO, 0), ("second", 2, previous, 0), ("key envelope", 3, previous, 1),
        ("highest seq", MAX_SEQ, previous, 0),
    ):  # fmt: skip
        body = draw(f"body {name}", 48)
        start = prefix(SPACE, A1.id, seq, before, KEY_IDS[0], flags)
        whole = header(start, body)
        out.expect(
            "5.1-5.3", "header", name,
            {
                "space": SPACE, "device": A1.id, "seq": seq, "previous": before,
                "key_id": KEY_IDS[0], "flags": flags, "body": body,
                "signing_seed": A1.signing_seed,
            },
            {
                "prefix": start, "body_hash": h("body-hash", body), "header": whole,
                "id": h("envelope-id", whole),
                "signature": sign("envelope-sig", A1.signing_seed, whole),
            },
        )  # fmt: skip

    largest = 258044
    lengths = {
        0, 1, 4, 507, 508, 509, 539, 540, 541, 1019, 1020, 1021, 1051, 1052, 1053, 2043, 2044,
        2045, 4091, 4092, 4093, 8188, 16380, 32764, 65531, 65532, 65533, 65536, 100000, 131068,
        131069, 200000, 253948, 253949, largest - 1, largest,
    }  # fmt: skip
    for length in sorted(lengths):
        out.expect(
            "5.5", "padded_length", f"content of {length} bytes", {"content_length": length},
            {"padded_length": padded_length(length)},
        )  # fmt: skip
    if 12 + padded_length(largest) + 16 > MAX_BODY_BYTES:
        raise AssertionError
    if 12 + padded_length(largest + 1) + 16 <= MAX_BODY_BYTES:
        raise AssertionError
    for length in (largest + 1, 300000):
        out.reject(
            "5.5", "padded_length", f"content of {length} bytes makes too large a body",
            {"content_length": length}, "too-large",
        )  # fmt: skip
    for length in (0, 1, 508, 509, 3000):
        content = draw(f"content {length}", length)
        padded = pad(content)
        fill = Repeat(b"\0", len(padded) - 4 - length)
        given = {"padded": Recipe(padded, fill) if fill.times > 40 else padded}
        out.expect("5.5", "unpad", f"pad {length} bytes", given, {"content": content})

    def bad(name: str, data: bytes) -> None:
        out.reject("5.5", "unpad", name, {"padded": data}, "padding")

    small = pad(b"words")
    bad("last byte not zero", small[:-1] + b"\x01")
    bad("first padding byte not zero", small[:9] + b"\x80" + small[10:])
    bad("512 for 509", (u32(509) + draw("p", 509))[:512])
    bad("544 for 508", (u32(508) + draw("p", 508)).ljust(544, b"\0"))
    bad("576 for 509", (u32(509) + draw("p", 509)).ljust(576, b"\0"))
    bad("unpadded", u32(5) + b"words")
    bad("one byte short", small[:-1])
    bad("one byte more", small + b"\0")
    bad("length beyond the end", u32(509) + small[4:])
    bad("length 2^32-1", u32(2**32 - 1) + small[4:])
    bad("nothing", b"")
    bad("three bytes", b"\0\0\0")

    start = prefix(SPACE, A1.id, 1, ZERO, KEY_IDS[0])
    nonce, key, content = draw("nonce", 12), EPOCH_KEYS[0], b"a fire, a chair, an evening"
    body = event_body(key, SPACE, nonce, start, pad(content))
    base = {"space": SPACE, "epoch_key": key, "prefix": start}
    out.expect(
        "5.4", "seal", "a short content",
        {**base, "nonce": nonce, "content": content},
        {"subkey": kdf("event-seal", key, SPACE), "body": body},
    )  # fmt: skip
    nothing = event_body(key, SPACE, nonce, start, pad(b""))
    out.expect("5.4", "seal", "an empty content", {**base, "nonce": nonce, "content": b""},
               {"subkey": kdf("event-seal", key, SPACE), "body": nothing})  # fmt: skip
    out.expect("5.4", "open", "a short content", {**base, "body": body}, {"content": content})

    def shut(name: str, reject: str = "bad-seal", **change: object) -> None:
        given = {**base, "body": body, **change}
        out.reject("5.4", "open", name, given, reject)

    def flip(data: bytes, at: int, bit: int = 1) -> bytes:
        at %= len(data)
        return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]

    shut("nonce flipped", body=flip(body, 0))
    shut("ciphertext flipped", body=flip(body, 40))
    shut("tag flipped", body=flip(body, -1))
    shut("cut by one byte", body=body[:-1])
    shut("one byte more", body=body + b"\0")
    shut("27 bytes", body=body[:27])
    shut("nothing", body=b"")
    for name, at in (
        ("version", 0), ("flags", 1), ("space", 2), ("device", 34), ("seq", 73), ("previous", 74),
        ("key id", 106),
    ):  # fmt: skip
        shut(f"{name} flipped in the prefix", prefix=flip(start, at))
    shut("subkey of another space", space=draw("another space"))
    shut("another epoch key", epoch_key=EPOCH_KEYS[1])
    shut("sealed under the epoch key itself", body=nonce + seal(key, nonce, pad(content), start))
    for name, padded in (
        ("padding not zero", pad(content)[:-1] + b"\x01"),
        ("unpadded", u32(len(content)) + content),
        ("544 for 512", pad(content).ljust(544, b"\0")),
    ):  # fmt: skip
        shut(name, "padding", body=event_body(key, SPACE, nonce, start, padded))
    return out
