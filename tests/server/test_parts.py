"""Parts of the relay alone: buckets, challenges, tokens, settings, chunks, memory bounds."""

import pytest

from inglenook_harness.wire import Couple, derived
from inglenook_protocol.codec import Point
from inglenook_protocol.limits import CHALLENGE_SECONDS, TOKEN_SECONDS
from inglenook_protocol.messages import LogPoints, Page, decode_page
from inglenook_protocol.runs import Item, make_runs
from inglenook_server import auth
from inglenook_server.core import chunks
from inglenook_server.core.chunks import CHUNK_ITEMS, array_header, cut, make_chunk, part
from inglenook_server.core.logs import Branch, IdQuery, lacking, locate, open_queries
from inglenook_server.core.ops import AppendChunk
from inglenook_server.hub import Feed
from inglenook_server.rates import Buckets
from inglenook_server.settings import (
    TABLE,
    SettingsError,
    is_loopback,
    make_settings,
    normal_origin,
    settings_page,
)
from inglenook_server.spaces import RecentChunks


def test_buckets_fill_again():
    buckets = Buckets(per_second=2, burst=3)
    assert [buckets.take("a", 0.0) for _ in range(5)] == [0, 0, 0, 1, 1]
    assert buckets.take("b", 0.0) == 0
    assert [buckets.take("a", 1.0) for _ in range(3)] == [0, 0, 1]
    assert [buckets.take("a", 99.0) for _ in range(4)] == [0, 0, 0, 1]
    slow = Buckets(per_second=0.1, burst=1)
    assert [slow.take("a", 0), slow.take("a", 4)] == [0, 6]


def test_buckets_are_bounded():
    buckets = Buckets(1, 1, max_keys=10)
    for n in range(100):
        buckets.take(n, 0.0)
    assert len(buckets._buckets) == 10


class Random:
    def __init__(self):
        self.n = 0

    def __call__(self, size):
        self.n += 1
        return derived(self.n, size)


def test_challenges_are_single_use_and_forget_what_expired(monkeypatch):
    monkeypatch.setattr(auth, "MAX_USED", 3)
    challenges = auth.Challenges(b"k" * 32, Random())
    nonces = [challenges.make(100.5) for _ in range(6)]
    assert len(set(nonces)) == 6
    assert {len(nonce) for nonce in nonces} == {32}
    assert [challenges.take(nonce, 101) for nonce in nonces[:3]] == [True] * 3
    assert challenges.take(nonces[0], 101) is False
    assert challenges.take(nonces[3], 101) is None, "too many within a minute"
    assert challenges.take(nonces[3], 100 + CHALLENGE_SECONDS) is False
    fresh = challenges.make(200)
    assert challenges.take(fresh, 201) is True
    assert len(challenges._used) == 1
    flipped = fresh[:20] + bytes([fresh[20] ^ 1]) + fresh[21:]
    assert challenges.take(flipped, 201) is False
    assert auth.Challenges(b"j" * 32, Random()).take(challenges.make(200), 201) is False


def test_login_tokens():
    tokens = auth.LoginTokens(b"k" * 32, Random())
    token = tokens.make(b"s" * 32, b"d" * 32, 100)
    login = tokens.read(token, 100)
    assert login is not None
    assert (login.space, login.signer) == (b"s" * 32, b"d" * 32)
    assert tokens.read(token, 100 + TOKEN_SECONDS - 1) is not None
    assert tokens.read(token, 100 + TOKEN_SECONDS) is None
    assert auth.LoginTokens(b"j" * 32, Random()).read(token, 100) is None
    again = tokens.read(tokens.make(b"s" * 32, b"d" * 32, 100), 100)
    assert again is not None
    assert again.session != login.session
    assert token.isprintable()
    assert len(token.encode("ascii")) < 300


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("https://Relay.Example", "https://relay.example"),
        ("https://relay.example:443/", "https://relay.example"),
        ("https://relay.example:8443", "https://relay.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:7420", "http://[::1]:7420"),
    ],
)
def test_origins(given, normal):
    assert normal_origin(given) == normal


@pytest.mark.parametrize(
    "given",
    ["relay.example", "ftp://x", "https://", "https://x/path", "https://u@x", "https://x:y", ""],
)
def test_what_is_no_origin(given):
    with pytest.raises(SettingsError):
        normal_origin(given)


def test_loopback():
    assert all(map(is_loopback, ("127.0.0.1", "127.8.0.9", "::1", "[::1]", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.0.2.1", "relay.example", "")))


def test_the_table_of_settings_is_the_record_of_settings(tmp_path):
    settings = make_settings({"data": tmp_path})
    for setting in TABLE[1:]:
        assert getattr(settings, setting.name) == setting.default, setting.name
    assert [setting.name for setting in TABLE] == list(settings.__struct_fields__)
    page = settings_page()
    assert page.count("\n") == len(TABLE) + 1
    assert "`NOOK_RELAY_MAX_BYTES`" in page


def test_settings_hide_themselves(tmp_path):
    settings = make_settings({"data": tmp_path, "registration_token": "secret"})
    assert "secret" not in repr(settings)


def test_array_headers_are_canonical():
    import msgspec

    for count in (0, 1, 15, 16, 255, 256, 65_535, 65_536):
        assert (
            array_header(count) == msgspec.msgpack.encode([0] * count)[: len(array_header(count))]
        )
        assert array_header(count) + msgspec.msgpack.encode([0] * count)[
            len(array_header(count)) :
        ] == msgspec.msgpack.encode([0] * count)


COUPLE = Couple("parts")
LOG = COUPLE.devices[0]
LOG.append(3 * CHUNK_ITEMS + 7, 60)


def test_cutting_ends_at_signatures_that_hold():
    pieces = list(cut(LOG.envelopes, LOG.info.sign))
    assert [len(piece) for piece in pieces] == [CHUNK_ITEMS] * 3 + [7]
    import msgspec

    spoilt = list(LOG.envelopes)
    at = CHUNK_ITEMS - 1
    spoilt[at] = msgspec.structs.replace(spoilt[at], signature=bytes(64))
    pieces = list(cut(spoilt, LOG.info.sign))
    assert [len(piece) for piece in pieces] == [2 * CHUNK_ITEMS, CHUNK_ITEMS, 7]
    large = LOG.fork_at(0, "large")
    large.append(10, 60_000)
    assert [len(piece) for piece in cut(large.envelopes, LOG.info.sign)] == [2] * 5


def test_parts_of_a_chunk_are_what_a_run_would_be():
    log = LOG.fork_at(0, "keys")
    for n in range(30):
        log.key_id = derived(("key", n // 7))
        log.append(1, 20)
    chunk = make_chunk(log.envelopes)
    for first, last in ((1, 30), (5, 9), (14, 14), (20, 30)):
        (run,) = make_runs(log.envelopes[first - 1 : last])
        piece = part(chunk, first, last)
        assert chunks.decode_items(piece) == run.items
        assert chunks.split_keys(piece.keys) == run.keys
        assert piece.ids == b"".join(e.id for e in log.envelopes[first - 1 : last])


def test_erasing_leaves_what_the_chain_needs():
    chunk = make_chunk(LOG.envelopes[:5])
    erased = chunks.erase(chunk, [2, 4])
    items = chunks.decode_items(erased)
    assert [item.body is None for item in items] == [False, True, False, True, False]
    envelope = LOG.envelopes[1]
    assert items[1] == Item(0, 0, envelope.signature, None, envelope.body_hash)
    assert chunks.erase(erased, [2]) == erased
    before = chunks.headers(chunk, COUPLE.space_id, LOG.id, bytes(32))
    assert chunks.headers(erased, COUPLE.space_id, LOG.id, bytes(32)) == before


def tree():
    """Main 1-10; a branch from 6 to 8 on; from that a branch from 7 on; one from seq 1."""

    def branch(no, parent, start, head):
        return Branch(no, b"d" * 32, parent, start, b"p" * 32, head, derived((no, head)), 0)

    return {b"d" * 32: [branch(1, None, 1, 10), branch(2, 1, 6, 8), branch(5, 2, 8, 9),
                        branch(7, None, 1, 2)]}  # fmt: skip


def spans(logs, reach):
    return [(s.branch.no, s.first_seq, s.last_seq) for s in lacking(logs, [b"d" * 32], reach)]


def have(*points):
    return [LogPoints(b"d" * 32, [Point(seq, id_) for seq, id_ in points])]


def test_what_a_reader_lacks_of_a_forked_log():
    logs = tree()
    assert spans(logs, {}) == [(1, 1, 10), (2, 6, 8), (5, 8, 9), (7, 1, 2)]
    reach = locate(logs, have((9, derived((5, 9)))), {})
    assert reach == {5: 9, 2: 7, 1: 5}
    assert spans(logs, reach) == [(1, 6, 10), (2, 8, 8), (7, 1, 2)]
    everything = have(*((b.head_seq, b.head_id) for b in logs[b"d" * 32]))
    assert spans(logs, locate(logs, everything, {})) == []
    # Below another branch's head: 8 and 9 in the main one, 8 in the one from 8 on; 2 in it.
    queries = [(query.branch, query.seq) for query in open_queries(logs, everything)]
    assert sorted(queries) == [(1, 2), (1, 8), (1, 9), (5, 8)]
    deep = have((7, b"in branch 2"))
    assert set(open_queries(logs, deep)) == {IdQuery(1, 7), IdQuery(2, 7)}
    found = locate(logs, deep, {IdQuery(1, 7): b"other", IdQuery(2, 7): b"in branch 2"})
    assert found == {2: 7, 1: 5}
    assert locate(logs, have((7, b"nowhere")), {IdQuery(1, 7): b"other"}) == {}
    assert spans(logs, {}) == spans({**logs, b"e" * 32: []}, {})
    assert lacking(logs, [], {}) == []


def test_own_pushes_are_passed_over_only_where_all_before_them_was_sent():
    chunk = make_chunk(LOG.envelopes[5:9])
    stored = [AppendChunk(Branch(3, LOG.id, None, 1, bytes(32), 9, chunk.last_id, 0), chunk)]
    opened = [AppendChunk(Branch(4, LOG.id, 3, 6, bytes(32), 9, chunk.last_id, 0), chunk)]
    for before, pushed, after in (
        ({3: 5}, stored, {3: 9}),
        ({3: 4}, stored, {3: 4}),
        ({}, stored, {}),
        ({3: 7}, stored, {3: 7}),
        ({3: 7}, opened, {3: 7, 4: 9}),
    ):
        feed = Feed(COUPLE.pull_request(), before)
        feed.pass_over(pushed)
        assert feed.reach == after


def test_recent_chunks_are_bounded_and_exact():
    recent = RecentChunks(3_000)
    pieces = [make_chunk(LOG.envelopes[at : at + 5]) for at in range(0, 25, 5)]
    for piece in pieces:
        recent.add(1, b"before", piece)
    assert recent._size <= 3_000
    assert recent.cover(1, 1, 25) is None, "the oldest gave way"
    assert [chunk for _, chunk in recent.cover(1, 16, 25) or ()] == pieces[3:]
    assert recent.cover(1, 17, 25) is None
    assert recent.cover(1, 16, 24) is None
    assert recent.cover(2, 16, 20) is None
    recent.drop(1, 16)
    assert recent.cover(1, 16, 25) is None
    for at in (21, 11, 6, 1):
        recent.drop(1, at)
    assert recent._size == 0


def test_a_page_made_of_pieces_is_canonical():
    from inglenook_protocol.codec import encode
    from inglenook_server.core.logs import Span
    from inglenook_server.core.page import PageFrame, build_page

    log = LOG.fork_at(0, "page")
    for n in range(40):
        log.key_id = derived(("key", n // 9))
        log.append(1, 20)
    stored = [make_chunk(log.envelopes[at : at + 6]) for at in range(0, 40, 6)]
    head = log.head
    branch = Branch(1, log.id, None, 1, bytes(32), head.seq, head.id, 0)
    heads = [LogPoints(log.id, [head])]
    frame = PageFrame(
        encode(COUPLE.statements), encode(heads), encode(b"r" * 32) + encode(b"e" * 32)
    )
    page = build_page(
        COUPLE.space_id,
        frame,
        [Span(branch, 4, 40)],
        1 << 20,
        lambda _, seq: [c for c in stored if c.last_seq >= seq],
        lambda _, seq: log.envelopes[seq - 1].id,
        lambda _: log.info.sign,
    )
    decoded = decode_page(page.body)
    assert decoded == Page(COUPLE.statements, decoded.runs, heads, False, b"r" * 32, b"e" * 32)
    items = [item for run in decoded.runs for item in run.items]
    assert [item.body for item in items] == [e.body for e in log.envelopes[3:]]
    assert (page.reach, page.more, page.events) == ({1: 40}, False, 37)
