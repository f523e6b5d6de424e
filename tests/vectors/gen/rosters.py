"""statements.json and roster.json: section 7, and the heads that count (11.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from gen.base import MAX_SEQ, draw, sign, small_order_keys
from gen.cases import Count, File, Pool, Recipe, Repeat
from gen.msgpack import Raw, pack
from gen.resolve import erasures_hash, in_set, resolve
from gen.world import (
    A1,
    A2,
    ADA,
    B1,
    BEN,
    DEVICES,
    GENESIS,
    OTHER_SPACE,
    SPACE,
    STRANGER,
    Statement,
    added,
    erased,
    removed,
)

A3, A4, A5, B2 = (DEVICES[name] for name in ("a3", "a4", "a5", "b2"))
POINTS = sorted((seq, draw(f"head {seq}")) for seq in (1, 9, 40, 300))


def statements() -> File:
    before = [s.record for s in (added(A1, ADA), added(A2, A1), added(B1, BEN))]
    out = File(
        "statements",
        pool={"genesis": GENESIS, "before": before, "KEM": A2.kem, "KEM of a5": A5.kem},
    )
    keeps = sorted(draw(f"keep {i}") for i in range(3))
    refs = sorted((d.id, seq, draw(f"erase {seq}")) for d in (A1, A2) for seq in (2, 70000))
    fork = sorted((5, draw(f"branch {i}")) for i in range(3))
    good = {
        "added by the root": added(A5, ADA), "added by a device": added(A5, A1),
        "added again, by another": added(A2, ADA),
        "removed by the root, nothing named": removed(A2, ADA),
        "removed by a device, four heads, three keeps": removed(A2, A1, POINTS, keeps),
        "removed with a fork's heads": removed(A2, A1, fork),
        "removed by itself": removed(A1, A1, POINTS[:1], keeps[:1]),
        "removed at the highest seq": removed(A2, A1, [(MAX_SEQ, draw("head"))]),
        "erased by a device": erased(refs, A1), "erased by the root": erased(refs[:1], ADA),
        "erased by another device of the member": erased(refs[:1], A2),
    }  # fmt: skip
    for name, s in good.items():
        fields: dict[str, object] = {"kind": s.kind, "id": s.id, "by": s.by, "content": s.content}
        if s.kind == "added":
            fields |= {"member": s.member, "signing": s.signing, "device": s.device}
        if s.kind == "removed":
            fields |= {"device": s.device, "heads": s.heads, "keeps": s.keeps}
        if s.kind == "erased":
            fields |= {"refs": s.refs}
        given = {"genesis": Pool("genesis"), "before": Pool("before"), "statement": s.record}
        out.expect("7.1", "statement.read", name, given, fields)
    _bad_statements(out, keeps, refs)
    _erasures(out)
    return out


def _bad_statements(
    out: File, keeps: Sequence[bytes], refs: Sequence[tuple[bytes, int, bytes]]
) -> None:
    def record(fields: object, **change: object) -> bytes:
        content = fields if isinstance(fields, bytes) else pack(fields)
        seed = change.get("seed", A1.signing_seed)
        label = change.get("label", "statement-sig")
        if not isinstance(seed, bytes) or not isinstance(label, str):
            raise TypeError
        return pack([content, sign(label, seed, content)])

    def bad(name: str, reject: str, data: object) -> None:
        given = {"genesis": Pool("genesis"), "before": Pool("before"), "statement": data}
        out.reject("7.1", "statement.read", name, given, reject)

    good: list[object] = ["removed", SPACE, A2.id, POINTS, list(keeps), A1.id]
    content = pack(good)
    signature = sign("statement-sig", A1.signing_seed, content)

    def at(index: int, value: object) -> list[object]:
        return [*good[:index], value, *good[index + 1 :]]

    bad("another space", "wrong-space", record(at(1, OTHER_SPACE)))
    bad("another space, added", "wrong-space", added(A2, A1, OTHER_SPACE).record)
    bad("another space, erased", "wrong-space", erased(refs, A1, OTHER_SPACE).record)
    bad("signed by another device", "bad-statement", record(good, seed=A2.signing_seed))
    bad("signed by the root in a device's name", "bad-statement",
        record(good, seed=ADA.signing_seed))  # fmt: skip
    bad("signed under another label", "bad-statement", record(good, label="envelope-sig"))
    bad("signature flipped", "bad-statement",
        pack([content, bytes([signature[0] ^ 1]) + signature[1:]]))  # fmt: skip
    for index, name, value in (
        (2, "device", A3.id), (3, "heads", POINTS[:3]), (4, "keeps", []), (5, "by", A2.id),
    ):  # fmt: skip
        changed = pack(at(index, value))
        bad(f"{name} changed after signing", "bad-statement", pack([changed, signature]))
    bad("by nobody known", "bad-statement", record(at(5, STRANGER.id), seed=STRANGER.signing_seed))
    stranger = [(A3.id, 2, draw("r")), *refs]
    for name, s in {
        "the other member's device adds": added(A5, B1),
        "the other member's root adds": added(A5, BEN),
        "the other member's device removes": removed(A2, B1),
        "the other member's root removes": removed(A2, BEN),
        "the other member's device erases": erased(refs, B1),
        "the other member's root erases": erased(refs, BEN),
        "added for a member that is not there": added(STRANGER, ADA),
        "removes a device that nothing names": removed(A3, ADA),
        "erases of a device that nothing names": erased(stranger, ADA),
        "erases of both members": erased([refs[0], (B1.id, 2, draw("r"))], A1),
    }.items():
        bad(name, "bad-statement", s.record)

    bad("content as array", "malformed", pack([good, signature]))
    bad("signature of 63 bytes", "malformed", pack([content, signature[:-1]]))
    bad("three fields around", "malformed", pack([content, signature, None]))
    bad("trailing byte around", "malformed", pack([content, signature]) + b"\0")
    bad("trailing byte in the content", "malformed", record(content + b"\0"))
    bad("nothing in the content", "malformed", record(b""))
    bad("content with a longer header around", "malformed",
        pack([Raw(b"\xc6" + len(content).to_bytes(4, "big") + content), signature]))  # fmt: skip
    bad("another first field", "malformed", record(["banished", *good[1:]]))
    bad("first field in capitals", "malformed", record(["Removed", *good[1:]]))
    bad("first field as bin", "malformed", record([b"removed", *good[1:]]))
    bad("five fields", "malformed", record(good[:-1]))
    bad("seven fields", "malformed", record([*good, None]))
    bad("fields of added under removed", "malformed",
        record(["removed", SPACE, A2.member, A2.signing, A2.kem, A1.id]))  # fmt: skip
    for index, name in ((1, "space"), (2, "device"), (5, "by")):
        bad(f"{name} of 31 bytes", "malformed", record(at(index, draw(name, 31))))
    bad("heads unsorted", "malformed", record(at(3, POINTS[::-1])))
    bad("heads twice the same", "malformed", record(at(3, [POINTS[0], POINTS[0]])))
    fork = sorted((5, draw(f"branch {i}")) for i in range(2))
    bad("a fork's heads unsorted", "malformed", record(at(3, fork[::-1])))
    bad("a head at seq 0", "malformed", record(at(3, [(0, draw("head"))])))
    bad("a head at seq 2^53", "malformed", record(at(3, [(MAX_SEQ + 1, draw("head"))])))
    bad("a head of three fields", "malformed", record(at(3, [[A2.id, 1, draw("head")]])))
    bad("a head's seq 9 in two bytes", "malformed",
        record(at(3, [[Raw(b"\xcc\x09"), draw("head")]])))  # fmt: skip
    bad("a head's id of 33 bytes", "malformed", record(at(3, [(1, draw("head", 33))])))
    bad("keeps unsorted", "malformed", record(at(4, list(reversed(keeps)))))
    bad("keeps twice the same", "malformed", record(at(4, [keeps[0], keeps[0]])))
    bad("a keep of 31 bytes", "malformed", record(at(4, [keeps[0][1:]])))
    bad("heads as nil", "malformed", record(at(3, None)))
    plain = ["erased", SPACE, list(refs), A1.id]
    bad("refs unsorted", "malformed", record([*plain[:2], list(reversed(refs)), A1.id]))
    bad("refs twice the same", "malformed", record([*plain[:2], [refs[0], refs[0]], A1.id]))
    bad("a ref at seq 0", "malformed", record([*plain[:2], [(A1.id, 0, draw("r"))], A1.id]))
    bad("no refs", "malformed", record([*plain[:2], [], A1.id]))
    bad("a ref at seq 2^53", "malformed",
        record([*plain[:2], [(A1.id, MAX_SEQ + 1, draw("r"))], A1.id]))  # fmt: skip

    new = ["added", SPACE, A2.member, A2.signing, A2.kem, A1.id]
    bad("signing key of 31 bytes", "malformed", record([*new[:3], A2.signing[1:], *new[4:]]))
    bad("KEM key of 1215 bytes", "malformed", record([*new[:4], A2.kem[1:], A1.id]))
    bad("KEM key of 1217 bytes", "malformed", record([*new[:4], A2.kem + b"\0", A1.id]))
    for i in (0, 3, 7):
        bad(f"device key of small order, {i}", "small-order-key",
            record([*new[:3], small_order_keys()[i], *new[4:]]))  # fmt: skip

    for name, index, part in (
        ("65 heads", 3, Count(b"\x92\x01\xc4\x20" + draw("h", 28), b"", 65)),
        ("257 keeps", 4, Count(b"\xc4\x20" + draw("k", 28), b"", 257)),
    ):
        head = b"\xdc" + part.times.to_bytes(2, "big")
        bad(name, "malformed", Recipe(record(at(index, Raw(head + part.data()))), part))
    part = Count(b"\x93\xc4\x20" + draw("e", 28), b"\x01\xc4\x20" + draw("id"), 513)
    many = record([*plain[:2], Raw(b"\xdc\x02\x01" + part.data()), A1.id])
    bad("513 refs", "malformed", Recipe(many, part))
    for size, reject in ((65536, "malformed"), (65537, "too-large")):
        long = Repeat(b"\0", size)
        bad(f"content of {size} bytes", reject, Recipe(record(long.data()), long))


def _erasures(out: File) -> None:
    roots = (ADA, BEN)
    first = erased([(A1.id, 2, draw("x"))], A1)
    second = erased([(A1.id, 3, draw("y"))], A2)
    third = erased([(B1.id, 4, draw("z"))], BEN)
    lost = erased([(A1.id, 5, draw("v"))], STRANGER)
    by_a4 = erased([(A1.id, 6, draw("u"))], A4)
    roster = [added(A1, ADA), added(A2, A1), added(B1, BEN)]
    wrong = replace(first, signature=second.signature)
    late = added(A4, A2)
    for name, given in (
        ("none", []), ("one", [first]), ("three, any order", [third, first, second]),
        ("one by nobody known", [first, lost]), ("one not signed well", [second, wrong]),
        ("of the other member's words", [first, erased([(A1.id, 3, draw("y"))], BEN)]),
        ("of a device that nothing names", [first, erased([(A3.id, 3, draw("y"))], ADA)]),
        ("two of one ref", [first, erased([(A1.id, 2, draw("x"))], A2)]),
        ("by a device that the other removed", [second, removed(A2, A1)]),
        ("by a device that the root removed", [second, removed(A2, ADA)]),
        ("by a device that the root removed, kept",
         [second, removed(A2, ADA, keeps=[second.id])]),
        ("by a device that the other member's root removed", [second, removed(A2, BEN)]),
        ("by a device whose addition is struck", [by_a4, late, removed(A2, ADA)]),
        ("by a device whose addition is void", [by_a4, late, removed(A2, A1)]),
    ):  # fmt: skip
        every = [*roster, *given]
        names = [f"{s.kind} {hashlib.sha256(s.record).hexdigest()[:12]}" for s in every]
        out.pool |= dict(zip(names, [s.record for s in every], strict=True))
        counted = [s for s in in_set(every, roots) if s.kind == "erased"]
        out.expect(
            "7.6", "erasures", name,
            {"genesis": Pool("genesis"), "statements": [Pool(n) for n in names]},
            {
                "counted": sorted({s.id for s in counted}),
                "erased": sorted({ref for s in counted for ref in s.refs}),
                "erasures_hash": erasures_hash(every, roots),
            },
        )  # fmt: skip


def rosters() -> File:
    out = File("roster")
    pool: dict[str, Statement] = {}

    def put(name: str, s: Statement) -> str:
        if pool.setdefault(name, s) != s:
            raise ValueError(name)
        return name

    def add(new: str, by: str) -> str:
        signer = {"ada": ADA, "ben": BEN}.get(by) or DEVICES[by]
        return put(f"{by} adds {new}", added(DEVICES[new], signer))

    def heads(*seqs: int) -> list[tuple[int, bytes]]:
        return [(seq, draw(f"head {seq}")) for seq in seqs]

    def remove(old: str, by: str, keeps: Sequence[str] = (), seqs: Sequence[int] = ()) -> str:
        signer = {"ada": ADA, "ben": BEN}.get(by) or DEVICES[by]
        name = f"{by} removes {old}"
        if keeps:
            name += f", keeps [{', '.join(keeps)}]"
        if seqs:
            name += f", heads {list(seqs)}"
        kept = [pool[keep].id for keep in keeps]
        return put(name, removed(DEVICES[old], signer, heads(*seqs), kept))

    def case(name: str, *names: str, clause: str = "7.3") -> None:
        chosen = [pool[n] for n in names]
        found = resolve(chosen, (ADA, BEN))
        for order in (chosen[::-1], sorted(chosen, key=lambda s: s.id)):
            if resolve(order, (ADA, BEN)) != found:
                raise AssertionError(name)
        out.expect(
            clause, "roster", name,
            {"genesis": Pool("genesis"), "statements": [Pool(n) for n in names]},
            {
                "known": sorted(found.known), "valid": sorted(found.valid),
                "standing": sorted(found.standing), "heads": dict(sorted(found.heads.items())),
                "roster_hash": found.roster_hash,
            },
        )  # fmt: skip

    a1, b1 = add("a1", "ada"), add("b1", "ben")
    a2, a3, a4 = add("a2", "a1"), add("a3", "a2"), add("a4", "a3")
    case("nothing")
    case("one device each", a1, b1)
    case("a chain of additions", a1, a2, a3, a4, b1)
    case("a chain without its beginning", a2, a3, b1)
    case("a device added twice", a1, a2, add("a2", "ada"), b1)
    case("a device that adds itself", a1, put("a2 adds a2", added(A2, A2)), b1)
    case("two devices that add each other", add("a3", "a4"), a4, b1)

    case("a peer removes", a1, a2, b1, remove("a2", "a1", seqs=[9]))
    case("a peer removes and voids what was added", a1, a2, a3, b1, remove("a2", "a1"))
    case("a peer removes and keeps one of two", a1, a2, a3, add("a5", "a2"), b1,
         remove("a2", "a1", [a3]))  # fmt: skip
    case("voiding goes on down the chain", a1, a2, a3, a4, b1, remove("a2", "a1", seqs=[1, 9]))
    case("keeping goes on down the chain", a1, a2, a3, a4, b1, remove("a2", "a1", [a3]))
    case("voided, but added by the root too", a1, a2, a3, add("a3", "ada"), a4, b1,
         remove("a2", "a1"))  # fmt: skip
    case("what a voided device removed stays removed", a1, a2, a3, add("a5", "a1"), b1,
         remove("a2", "a1"), remove("a5", "a3", seqs=[40]))  # fmt: skip
    case("a removed device's removal stands", a1, a2, add("a5", "a1"), b1, remove("a2", "a1"),
         remove("a5", "a2", seqs=[1]))  # fmt: skip
    case("two peers remove each other", a1, a2, a3, b1, remove("a2", "a1", seqs=[9]),
         remove("a1", "a2", seqs=[40]))  # fmt: skip
    case("three remove each other in a ring", a1, add("a2", "ada"), add("a3", "ada"), b1,
         remove("a2", "a1"), remove("a3", "a2"), remove("a1", "a3"))  # fmt: skip
    case("two peer removals, only one keeps", a1, a2, a3, add("a5", "ada"), b1,
         remove("a2", "a1", [a3]), remove("a2", "a5"))  # fmt: skip

    case("the root removes and strikes", a1, a2, a3, b1, remove("a2", "ada", seqs=[9]))
    case("the root removes and keeps", a1, a2, a3, a4, b1, remove("a2", "ada", [a3]))
    a1_by_a2 = remove("a1", "a2", seqs=[40])
    case("a thief's removal is struck", a1, a2, a3, b1, a1_by_a2, remove("a2", "ada"))
    case("the root keeps a removal", a1, a2, b1, a1_by_a2, remove("a2", "ada", [a1_by_a2]))
    case("two root removals with different keeps", a1, a2, a3, add("a5", "a2"), b1,
         remove("a2", "ada", [a3]), remove("a2", "ada", [add("a5", "a2")], [300]))  # fmt: skip
    case("two root removals keep the same, one more", a1, a2, a3, add("a5", "a2"), b1,
         remove("a2", "ada", [a3], [9]),
         remove("a2", "ada", [a3, add("a5", "a2")], [1]))  # fmt: skip
    case("the root keeps what a peer does not", a1, a2, a3, b1, remove("a2", "ada", [a3]),
         remove("a2", "a1"))  # fmt: skip
    case("struck: the remover's removal falls, the removed stands", a1, add("a2", "ada"), a3, b1,
         remove("a3", "a2", seqs=[1]), remove("a2", "ada", [a3]))  # fmt: skip
    case("what a device removed whose addition is struck stands", a1, add("a2", "ada"), a3, b1,
         remove("a1", "a3", seqs=[9]), remove("a2", "ada"))  # fmt: skip
    case("a struck device's own additions fall with it", a1, a2, a3, a4, b1, remove("a4", "a3"),
         remove("a2", "ada"))  # fmt: skip
    case("the root removes a device that nothing names", b1, remove("a1", "ada"), clause="7.5")
    case("removes the device that added it, and keeps itself", a1, a2, b1,
         remove("a1", "a2", [a2], [9]))  # fmt: skip
    case("removes the device that added it, and does not", a1, a2, b1, remove("a1", "a2"))
    case("removes the device behind the one that added it, and keeps that", a1, a2, a3, b1,
         remove("a1", "a3", [a2]))  # fmt: skip
    case("the root removes every device", a1, a2, b1, remove("a1", "ada", [a2], [9]),
         remove("a2", "ada", seqs=[1]))  # fmt: skip

    a2_restored = add("a2", "a1")
    own = remove("a1", "a1", [a2_restored], [40])
    case("a restored device removes itself", a1, a2_restored, own, b1, clause="17.1")
    case("a restored device removes itself and keeps nothing", a1, a2, remove("a1", "a1"), b1,
         clause="17.1")  # fmt: skip
    case("a restored device, later removed by the root", a1, a2_restored, own, b1,
         remove("a1", "ada"), clause="17.1")  # fmt: skip
    case("a restored device, later removed by the root, kept", a1, a2_restored, own, b1,
         remove("a1", "ada", [a2_restored, own]), clause="17.2")  # fmt: skip
    case("two clones restore themselves", a1, a2_restored, add("a5", "a1"), own, b1,
         remove("a1", "a1", [add("a5", "a1")], [9]), clause="17.1")  # fmt: skip

    third = put("ben adds a5 for Ada", added(A5, BEN))
    case("the other member's root adds", a1, b1, third, clause="7.5")
    third = put("b1 adds a5 for Ada", added(A5, B1))
    case("the other member's device adds", a1, b1, third, clause="7.5")
    case("the other member's root removes", a1, a2, b1, remove("a2", "ben", seqs=[9]))
    case("the other member's device removes", a1, a2, b1, remove("a2", "b1", seqs=[9]))
    case("the other member's root strikes nothing", a1, a2, a3, b1, remove("a2", "ben"))
    nobody = put("ada adds a device for a member that is not there", added(STRANGER, ADA))
    case("a member that is not in the genesis", a1, b1, nobody, clause="7.5")
    case("a stranger's statements", a1, b1, put("stranger adds a5", added(A5, STRANGER)),
         put("stranger removes a1", removed(A1, STRANGER)))  # fmt: skip
    forged = added(A5, A1, seed=A2.signing_seed)
    case("a statement that is not signed by whom it names", a1, b1,
         put("a2 signs that a1 adds a5", forged), clause="7.5")  # fmt: skip
    case("both members' chains", a1, a2, b1, add("b2", "b1"), remove("b1", "b2", seqs=[300]))

    by_root, by_peer = remove("a3", "ada", seqs=[1]), remove("a3", "a1", seqs=[9])
    by_self = remove("a3", "a3", seqs=[40])
    three = (a1, a2, add("a3", "a1"), b1)
    case("heads of a self-removal", *three, by_self, clause="11.3")
    case("heads: a standing peer's count before others", *three, by_peer, by_self, clause="11.3")
    case("heads: the root's count before a peer's", *three, by_peer, by_root, clause="11.3")
    case("heads: union of two standing peers", *three, by_peer, remove("a3", "a2", seqs=[1, 300]),
         clause="11.3")  # fmt: skip
    case("heads: union of two root removals", *three, by_root, remove("a3", "ada", seqs=[300]),
         clause="11.3")  # fmt: skip
    case("heads: a removed peer's do not count beside a standing one's", *three, by_peer,
         remove("a3", "a2", seqs=[40]), remove("a2", "a1"), clause="11.3")  # fmt: skip
    case("heads: removed peers only", *three, remove("a3", "a2", seqs=[40]), remove("a2", "a1"),
         clause="11.3")  # fmt: skip
    case("heads: an empty root removal counts before all", *three, by_peer, remove("a3", "ada"),
         clause="11.3")  # fmt: skip
    case("heads: a void device has none", *three[:2], a3, b1, remove("a2", "a1", seqs=[9]),
         clause="11.3")  # fmt: skip
    out.pool = {"genesis": GENESIS, **{name: s.record for name, s in pool.items()}}
    return out
