"""The roster is a function of the set of statements (SPEC 7)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_harness.people import adds, device, keys, log, noise, removes, root, signer_id, space
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import FLAG_KEY
from inglenook_protocol.epochs import make_key_body, open_key_body, recipients
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError, TrustError
from inglenook_protocol.genesis import device_info
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.limits import MAX_LOGS, MAX_STATEMENTS
from inglenook_protocol.roster import (
    Roster,
    Statement,
    StatementBook,
    added,
    erased,
    removed,
    sign_statement,
)
from inglenook_protocol.sealing import EpochKey

ADAS = ("ada1", "ada2", "ada3", "ada4")
BENS = ("ben1", "ben2")
START = [adds("ada", "ada1"), adds("ben", "ben1")]


def _statement(action: tuple[str, str, str, tuple[str, ...]]) -> Statement:
    verb, by, subject, kept = action
    if verb == "adds":
        return adds(by, subject)
    heads = [Point(len(by), noise(by + subject))]
    return removes(by, subject, heads, [adds(subject, other) for other in kept])


def _actions(people: tuple[str, ...], person: str) -> st.SearchStrategy[Statement]:
    return st.tuples(
        st.sampled_from(["adds", "adds", "removes"]),
        st.sampled_from((person, *people)),
        st.sampled_from(people),
        st.lists(st.sampled_from(people), max_size=2, unique=True).map(tuple),
    ).map(_statement)


ADA_DOES = _actions(ADAS, "ada")
BEN_DOES = _actions(BENS, "ben")
STATEMENTS = st.lists(st.one_of(ADA_DOES, ADA_DOES, BEN_DOES), max_size=9)


def take(book: StatementBook, statements: list[Statement]) -> StatementBook:
    """Whatever of ``statements`` the set can hold, one by one in this order."""
    waiting = statements
    while waiting:
        left = []
        for statement in waiting:
            try:
                book.add([statement])
            except RemoteProtocolError:
                left.append(statement)
        if len(left) == len(waiting):
            break
        waiting = left
    return book


def made_of(statements: list[Statement]) -> StatementBook:
    return take(StatementBook(space()), START + statements)


@settings(max_examples=60)
@given(st.data())
def test_order_and_grouping_of_arrival_never_matter(data: st.DataObject) -> None:
    statements = data.draw(STATEMENTS)
    book = made_of(statements)
    other = StatementBook(space())
    take(other, data.draw(st.permutations(START + statements + statements[:3])))
    assert other.roster == book.roster
    assert other.roster_hash == book.roster_hash
    together = StatementBook(space())
    together.add(data.draw(st.permutations(book.statements())))
    assert together.roster == book.roster
    assert together.add(book.statements()) == []


@settings(max_examples=60)
@given(STATEMENTS, st.sampled_from(ADAS), st.sampled_from(("ada", *ADAS)))
def test_a_removal_only_shrinks_what_stands_unless_the_root_strikes(
    statements: list[Statement], old: str, by: str
) -> None:
    book = made_of(statements)
    before = book.roster
    take(book, [removes(by, old)])
    after = book.roster
    if by == "ada":
        # A strike undoes what the removed device signed, so others may stand again.
        assert device(old).id not in after.standing
    else:
        assert after.standing <= before.standing
        assert after.valid <= before.valid
    assert after.devices.keys() <= before.devices.keys()


@settings(max_examples=60)
@given(STATEMENTS, st.lists(ADA_DOES, max_size=4))
def test_what_ada_does_never_touches_bens_devices(
    statements: list[Statement], more: list[Statement]
) -> None:
    book = made_of(statements)
    before = _of(book.roster, "ben")
    take(book, more)
    assert _of(book.roster, "ben") == before


def _of(roster: Roster, person: str) -> tuple[object, ...]:
    mine = {id_ for id_, info in roster.devices.items() if info.member == root(person).member_id}
    heads = {id_: points for id_, points in roster.heads.items() if id_ in mine}
    return mine, roster.valid & mine, roster.standing & mine, heads


@settings(max_examples=60)
@given(STATEMENTS)
def test_standing_is_valid_is_known_and_the_rest_has_heads(statements: list[Statement]) -> None:
    roster = made_of(statements).roster
    assert roster.standing <= roster.valid <= roster.devices.keys()
    assert roster.heads.keys() == roster.devices.keys() - roster.standing
    for member in space().member_ids:
        listed = roster.devices_of(member)
        assert listed == sorted(listed, key=lambda info: info.id)
        assert {info.id for info in listed} <= roster.standing


@settings(max_examples=40)
@given(STATEMENTS, st.sampled_from(ADAS), st.sampled_from(("ada", *ADAS)))
def test_no_removal_undoes_an_erasure(statements: list[Statement], by: str, remover: str) -> None:
    book = made_of(statements)
    ref = Ref(device("ada1").id, 4, noise("words"))
    key = keys(by).sign
    take(book, [sign_statement(key, erased(space().space_id, [ref], device(by).id))])
    was = book.is_erased(ref), book.erasures_hash
    assert was[0] == (book.device(device(by).id) is not None)
    take(book, [removes(remover, by), removes("ada", by)])
    assert (book.is_erased(ref), book.erasures_hash) == was
    assert book.erased_refs() == ([ref] if was[0] else [])


def test_the_other_member_is_refused_and_nothing_of_the_message_is_taken() -> None:
    book = made_of([])
    before = book.roster_hash
    ben = root("ben").member_id
    theirs = sign_statement(root("ben").sign, added(space().space_id, device("ada2"), ben))
    for bad in (theirs, removes("ben1", "ada1"), removes("ben", "ada1")):
        for batch in ([bad], [adds("ada", "ada3"), bad], [bad, adds("ada", "ada3")]):
            try:
                book.add(batch)
                reject = None
            except RemoteProtocolError as error:
                reject = error.reject
            assert reject is Reject.BAD_STATEMENT
            assert book.roster_hash == before
            assert device("ada3").id not in book.roster.devices


def test_a_remover_that_keeps_itself_stands_and_one_that_does_not_falls() -> None:
    chain = [adds("ada1", "ada2")]
    kept = made_of([*chain, removes("ada2", "ada1", keeps=chain)]).roster
    assert device("ada2").id in kept.standing
    assert device("ada1").id not in kept.standing
    bare = made_of([*chain, removes("ada2", "ada1")]).roster
    assert device("ada2").id not in bare.standing


def test_two_clones_that_both_restore_both_fall_and_the_phrase_helps() -> None:
    one, two = adds("ada1", "ada2"), adds("ada1", "ada3")
    both = [one, two, removes("ada1", "ada1", keeps=[one]), removes("ada1", "ada1", keeps=[two])]
    book = made_of(both)
    assert _of(book.roster, "ada")[2] == set()
    take(book, [adds("ada", "ada4")])
    assert _of(book.roster, "ada")[2] == {device("ada4").id}


def test_verified_statements_are_taken_without_their_signature() -> None:
    forged = Statement(adds("ada", "ada2").content, bytes(64))
    book = StatementBook(space())
    assert book.add([forged], verified=True) == [forged]
    assert book.roster_hash != StatementBook(space()).roster_hash


def test_a_thief_with_a_device_cannot_use_up_the_room_that_the_phrase_needs() -> None:
    book = made_of([])
    me, thief = root("ada").member_id, device("ada1").id
    space_id = space().space_id

    def new(name: str, by: bytes) -> Statement:
        info = device_info(space_id, me, keys("ada4").sign.public, noise(name, 1216))
        return Statement(encode(added(space_id, info, by)), bytes(64))

    def fill(by: bytes) -> int:
        taken = 0
        try:
            while taken < 1100:
                book.add([new(f"{by.hex()} {taken}", by)], verified=True)
                taken += 1
        except RemoteProtocolError as error:
            rejects.append(error.reject)
        return taken

    rejects: list[Reject] = []
    assert fill(thief) == MAX_LOGS // 4 - 1
    # Removals have a limit of their own class too.
    full = range(1, MAX_STATEMENTS - MAX_LOGS // 4 + 2)
    contents = [removed(space_id, thief, [Point(i, bytes(32))], [], thief) for i in full]
    book.add([Statement(encode(c), bytes(64)) for c in contents], verified=True)
    with pytest.raises(RemoteProtocolError) as caught:
        book.add([removes("ada1", "ada1")])
    assert caught.value.reject is Reject.TOO_LARGE
    book.add([adds("ada", "ada2"), removes("ada", "ada1")])
    assert _of(book.roster, "ada")[2] == {device("ada2").id}
    # The other member has room of its own, and so has its root.
    book.add([adds("ben1", "ben2"), adds("ben", "ben3")])
    assert fill(me) == MAX_LOGS // 2 - MAX_LOGS // 4 - 1
    assert rejects == [Reject.TOO_LARGE, Reject.TOO_LARGE]


# --- Whom an epoch is wrapped for (SPEC 8.2)


def _broken(kem: bytes) -> Statement:
    me = root("ada").member_id
    info = device_info(space().space_id, me, keys("ada4").sign.public, kem)
    return sign_statement(root("ada").sign, added(space().space_id, info, me))


def test_a_key_that_cannot_be_used_blocks_no_epoch() -> None:
    good = keys("ada4").kem.public
    for kem in (b"\xff" * 1184 + good[1184:], good[:1184] + bytes(32)):
        book = made_of([_broken(kem)])
        [broken] = [i for i in book.roster.devices.values() if i.kem == kem]
        assert broken.id in book.roster.standing
        assert broken.id in recipients(space(), book.roster, device("ada1").id)
        author, key = device("ada1").id, EpochKey(space().space_id, noise("epoch"))
        [envelope] = log("ada1", [b""], key_ids=[key.key_id], flags=[FLAG_KEY])
        body = make_key_body(
            space(), book.roster, author, key, [], envelope.prefix, bytes(12), hpke_wrap
        )

        def opened_by(
            name: str, body: bytes = body, prefix: bytes = envelope.prefix, key: EpochKey = key
        ) -> bytes:
            kem_key = keys(name).kem if name[-1].isdigit() else root(name).kem
            me = signer_id(name)
            author = device("ada1").id
            opened = open_key_body(space().space_id, author, key.key_id, prefix, body, me, kem_key)
            return opened.key.key

        for name in ("ada1", "ben1", "ada", "ben"):
            assert opened_by(name) == key.key
        try:
            opened_by("ada4")
            reject = None
        except RemoteProtocolError as error:
            reject = error.reject
        assert reject is Reject.NO_KEY


def test_an_epoch_for_nobody_is_not_made() -> None:
    def refuses(public: bytes, key: bytes, info: bytes) -> bytes:
        raise TrustError(Reject.BAD_KEY, "no")

    key = EpochKey(space().space_id, noise("epoch"))
    try:
        make_key_body(
            space(), made_of([]).roster, bytes(32), key, [], bytes(138), bytes(12), refuses
        )
        message = ""
    except LocalProtocolError as error:
        message = error.message
    assert message
