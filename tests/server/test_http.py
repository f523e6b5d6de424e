"""Registration, login, limits and bad traffic against the real application (SPEC 14)."""

import asyncio
import io

import aiohttp
import msgspec
import pytest

from inglenook_harness.relay import TOKEN, Answered, RelayClient
from inglenook_harness.tone import unkind_words
from inglenook_harness.wire import Couple, derived
from inglenook_protocol import messages
from inglenook_protocol.codec import encode
from inglenook_protocol.limits import CHALLENGE_SECONDS, MAX_MESSAGE_BYTES, TOKEN_SECONDS
from inglenook_protocol.messages import (
    STATUS_BY_CODE,
    Accepted,
    Duplicate,
    Empty,
    PushRequest,
    RegisterRequest,
)
from inglenook_server.core.ops import DropToken, PutToken
from inglenook_server.errors import _MESSAGES, RelayError
from inglenook_server.storage.port import StorageError
from inglenook_server.storage.sqlite import SqliteStorage


async def refused(call, code):
    """The relay's error; it must have this code and its status."""
    with pytest.raises(Answered) as caught:
        await call
    answered = caught.value
    assert (answered.code, answered.status) == (code, STATUS_BY_CODE[code])
    assert answered.error.message
    assert not unkind_words(answered.error.message)
    after = answered.error.retry_after_seconds
    assert answered.headers.get("Retry-After") == (None if after is None else str(after))
    return answered


# --- registration ---------------------------------------------------------------------------


async def test_registration_needs_a_right(host):
    couple = Couple()
    client = host.client()
    for token in ("", "guess", TOKEN + " "):
        await refused(client.register(couple, token), "registration")
    await refused(client.login(couple.devices[0]), "unknown-space")
    await client.register(couple, TOKEN)
    await client.login(couple.devices[0])


async def test_a_known_space_registers_again_without_a_right(host):
    couple = Couple()
    client = await host.member(couple)
    phone = couple.add_device(0, by=couple.devices[0])
    await refused(client.login(phone), "login")
    await client.register(couple, "")
    await client.login(phone)


async def test_registration_says_whether_it_is_new(host):
    couple = Couple()
    client = host.client()
    request = RegisterRequest(TOKEN, couple.genesis.encoded, couple.statements)
    statuses = []
    for _ in range(2):
        async with client.session.post(host.url + "/v1/spaces", data=encode(request)) as answer:
            statuses.append(answer.status)
            assert await answer.read() == encode(Empty())
    assert statuses == [201, 200]


async def test_registering_at_once_makes_one_space(make_host, tmp_path):
    host = await make_host(SqliteStorage(tmp_path / "data"))
    couple = Couple()
    await asyncio.gather(*(host.client().register(couple, TOKEN) for _ in range(8)))
    totals = await host.relay.storage.read(lambda s: s.totals())
    assert totals.spaces == 1


async def test_tokens_made_and_revoked_while_running(make_host):
    host = await make_host(registration_token=None)
    client = host.client()
    from inglenook_server.auth import hash_registration_token

    hash_ = hash_registration_token("fresh")
    await refused(client.register(Couple(1), "fresh"), "registration")
    await host.relay.storage.commit([PutToken(hash_, "for the two")])
    await client.register(Couple(1), "fresh")
    await host.relay.storage.commit([DropToken(hash_)])
    await refused(client.register(Couple(2), "fresh"), "registration")
    await client.register(Couple(1), "fresh")


async def test_statements_of_a_registration_must_hold(host):
    couple = Couple()
    bad = msgspec.structs.replace(couple.statements[0], signature=bytes(64))
    await refused(host.client().register(couple, TOKEN, [bad]), "bad-statement")
    await refused(host.client().login(couple.devices[0]), "unknown-space")


async def test_a_space_is_begun_by_all_its_members(host):
    """Else anybody with a right to register surrounds a person's root with spaces (SPEC 14.2)."""
    couple = Couple()
    for said in ([], couple.statements[:1], couple.statements[1:]):
        await refused(host.client().register(couple, TOKEN, said), "bad-statement")
    await refused(host.client().login(couple.devices[0]), "unknown-space")
    assert (await host.client().find(couple, 0)).genesis == []
    await host.client().register(couple, TOKEN)


async def test_a_genesis_must_hold(host):
    couple = Couple()
    client = host.client()
    for genesis in (b"", b"junk", couple.genesis.encoded + b"\x00"):
        request = RegisterRequest(TOKEN, genesis, [])
        await refused(client.post("/v1/spaces", request), "malformed")


# --- login ----------------------------------------------------------------------------------


async def test_login_by_device_and_by_root(host):
    couple = Couple()
    client = await host.member(couple)
    assert (await client.pull(couple.pull_request())).more is False
    root = host.client()
    await root.login_root(couple, 1)
    assert len((await root.pull(couple.pull_request())).statements) == 2
    found = await root.find(couple, 0)
    assert found.genesis == [couple.genesis.encoded]
    assert (await root.find(Couple("elsewhere"), 0)).genesis == []


async def test_a_challenge_is_good_once(host):
    couple = Couple()
    client = await host.member(couple)
    nonce = await client.challenge()
    proof = couple.devices[0].login(host.url, nonce)
    await client.prove(proof)
    await refused(client.prove(proof), "login")
    await refused(client.prove(couple.devices[1].login(host.url, nonce)), "login")
    await refused(
        client.post("/v1/find", couple.find(0, host.url, nonce)),
        "login",
    )


async def test_a_challenge_expires(host):
    couple = Couple()
    client = await host.member(couple)
    for wait, fine in ((CHALLENGE_SECONDS - 2, True), (CHALLENGE_SECONDS + 1, False)):
        proof = couple.devices[0].login(host.url, await client.challenge())
        host.clock.now += wait
        if fine:
            await client.prove(proof)
        else:
            await refused(client.prove(proof), "login")


async def test_proofs_that_do_not_hold(host):
    couple = Couple()
    one, two = couple.devices
    client = await host.member(couple)
    origin = host.url
    spoils = [
        lambda nonce: one.login("https://elsewhere.example", nonce),
        lambda nonce: one.login(origin + "/", nonce),
        lambda nonce: couple.prove(two.keys.sign, one.id, origin, nonce),
        lambda nonce: couple.prove(one.keys.sign, derived("nobody"), origin, nonce),
        lambda nonce: one.login(origin, bytes(32)),
        lambda nonce: msgspec.structs.replace(one.login(origin, nonce), signature=bytes(64)),
    ]
    for spoil in spoils:
        await refused(client.prove(spoil(await client.challenge())), "login")
    wrong = msgspec.structs.replace(
        couple.find(0, origin, await client.challenge()), sign=bytes(32)
    )
    await refused(client.post("/v1/find", wrong), "login")
    wrong = couple.find(0, "http://x.example", await client.challenge())
    await refused(client.post("/v1/find", wrong), "login")


async def test_logins_are_bound_to_the_configured_origin(make_host):
    host = await make_host(origin="https://Relay.Example:443/")
    couple = Couple()
    assert host.http.settings.origin == "https://relay.example"
    client = await host.member(couple)
    local = RelayClient(host.url)
    host.clients.append(local)
    await refused(local.login(couple.devices[0]), "login")
    assert client.bearer


async def test_without_an_origin_only_local_names_are_believed(host):
    couple = Couple()
    client = await host.member(couple)
    for name, fine in (("localhost:81", True), ("[::1]:82", True), ("relay.example", False)):
        proof = couple.devices[0].login(f"http://{name}", await client.challenge())
        call = client.post("/v1/login", proof, headers={"Host": name})
        if fine:
            await call
        else:
            await refused(call, "login")


async def test_tokens_end(host):
    couple = Couple()
    client = await host.member(couple)
    host.clock.now += TOKEN_SECONDS - 1
    await client.pull(couple.pull_request())
    host.clock.now += 2
    await refused(client.pull(couple.pull_request()), "login")


async def test_tokens_outlive_a_restart_but_challenges_do_not(make_host, tmp_path):
    couple = Couple()
    first = await make_host(SqliteStorage(tmp_path / "data"), origin="https://r.example")
    client = await first.member(couple)
    nonce = await client.challenge()
    await first.relay.close()
    second = await make_host(SqliteStorage(tmp_path / "data"), origin="https://r.example")
    client.url = second.url
    await client.pull(couple.pull_request())
    # Entropy is the same for both hosts here, so the keys of challenges are made to differ.
    second.relay._challenges._key = b"another process"
    await refused(client.prove(couple.devices[0].login(client.origin, nonce)), "login")


@pytest.mark.parametrize("bearer", ["", "x", "x" * 150, "é"])
async def test_tokens_that_are_none(host, bearer):
    couple = Couple()
    client = await host.member(couple)
    client.bearer = bearer
    await refused(client.pull(couple.pull_request()), "login")


async def test_a_changed_token_is_none(host):
    couple = Couple()
    client = await host.member(couple)
    good = client.bearer
    for at in range(0, len(good) - 1, 7):
        client.bearer = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        await refused(client.pull(couple.pull_request()), "login")


async def test_one_spaces_token_opens_no_other(host):
    couple, other = Couple(1), Couple(2)
    client = await host.member(couple)
    await host.member(other)
    client.couple = other
    await refused(client.pull(other.pull_request()), "not-a-member")
    await refused(client.push(), "not-a-member")
    await refused(client.stream(), "not-a-member")


async def test_a_removed_device_is_shown_out(host):
    couple = Couple()
    client = await host.member(couple)
    other = await host.member(couple, 1)
    await other.push(statements=[couple.remove(couple.devices[0])])
    await refused(client.pull(couple.pull_request()), "not-a-member")
    await refused(client.push(), "not-a-member")
    await refused(client.stream(), "not-a-member")
    await client.login(couple.devices[0])
    await refused(client.pull(couple.pull_request()), "not-a-member")


# --- limits ---------------------------------------------------------------------------------


async def test_addresses_are_slowed_down(make_host):
    host = await make_host(address_rate=6)
    client = host.client()
    for _ in range(6):
        await client.challenge()
    answered = await refused(client.challenge(), "slow-down")
    assert answered.error.retry_after_seconds == 10
    host.clock.now += 10
    await client.challenge()
    await refused(client.challenge(), "slow-down")


async def test_with_a_proxy_in_front_its_word_on_addresses_counts(make_host):
    host = await make_host(address_rate=1, tls_proxy=True, origin="https://r.example")
    client = host.client()

    def ask(address):
        return client.post("/v1/challenge", Empty(), headers={"X-Forwarded-For": address})

    await ask("192.0.2.1")
    await ask("192.0.2.2")
    await refused(ask("spoofed, 192.0.2.1"), "slow-down")
    await ask("2001:db8:1:2::3")
    await refused(ask("2001:db8:1:2:4::5"), "slow-down")


async def test_what_a_client_says_of_its_address_does_not_count(make_host):
    host = await make_host(address_rate=1)
    client = host.client()
    await client.post("/v1/challenge", Empty(), headers={"X-Forwarded-For": "192.0.2.1"})
    call = client.post("/v1/challenge", Empty(), headers={"X-Forwarded-For": "192.0.2.2"})
    await refused(call, "slow-down")


async def test_devices_are_slowed_down_one_by_one(make_host):
    host = await make_host(device_rate=60)
    couple = Couple()
    one, two = await host.member(couple, 0), await host.member(couple, 1)
    for _ in range(10):
        await one.pull(couple.pull_request())
    await refused(one.pull(couple.pull_request()), "slow-down")
    await two.pull(couple.pull_request())


async def test_bodies_end_at_their_limit(host):
    couple = Couple()
    client = await host.member(couple)
    push = client.space_path("push")
    await refused(client.post(push, bytes(MAX_MESSAGE_BYTES + 1)), "too-large")
    await refused(client.post(push, bytes(MAX_MESSAGE_BYTES)), "malformed")
    await refused(client.post(client.space_path("pull"), bytes(1_048_577)), "too-large")
    await refused(client.post("/v1/login", bytes(20_000)), "too-large")


async def test_a_body_without_a_length_ends_at_its_limit_too(host):
    couple = Couple()
    client = await host.member(couple)
    sent = 0

    async def endless():
        nonlocal sent
        while sent < 50_000_000:
            sent += 65_536
            yield bytes(65_536)

    url = host.url + client.space_path("push")
    try:
        async with client.session.post(url, data=endless(), headers=client.headers) as answer:
            assert answer.status == 413
    except aiohttp.ClientConnectionError:
        pass  # the relay had answered and closed while this side still wrote
    assert sent < 20_000_000


async def test_compressed_bodies_are_not_taken(host):
    import gzip

    bomb = gzip.compress(bytes(50_000_000))
    call = host.client().post("/v1/challenge", bomb, headers={"Content-Encoding": "gzip"})
    await refused(call, "malformed")


async def test_bodies_in_memory_are_bounded(make_host):
    host = await make_host(max_inflight_bytes=8 << 20)
    couple = Couple()
    client = await host.member(couple)
    url = host.url + client.space_path("push")
    gate = asyncio.Event()

    async def held_back():
        yield bytes(5_000_000)
        await gate.wait()
        yield b"x"

    first = asyncio.ensure_future(
        client.session.post(url, data=held_back(), headers=client.headers).__aenter__()
    )
    while host.http._inflight_bytes < 5_000_000:
        await asyncio.sleep(0.005)
    await refused(client.post(client.space_path("push"), bytes(5_000_000)), "slow-down")
    gate.set()
    (await first).release()
    while host.http._inflight_bytes:
        await asyncio.sleep(0.005)
    await refused(client.post(client.space_path("push"), bytes(5_000_000)), "malformed")


async def test_requests_that_do_not_arrive_are_let_go(make_host):
    host = await make_host(read_seconds=1)

    async def never():
        yield b"\x90"
        await asyncio.sleep(30)

    async with host.client().session.post(host.url + "/v1/challenge", data=never()) as answer:
        assert answer.status == 429


async def test_a_relay_that_stops_says_so(host):
    couple = Couple()
    client = await host.member(couple)
    host.relay.stopping = True
    answered = await refused(client.pull(couple.pull_request()), "stopping")
    assert answered.error.retry_after_seconds


async def test_trouble_with_the_store_is_typed(host, monkeypatch, caplog):
    couple = Couple()
    client = await host.member(couple)
    couple.devices[0].append(1)

    async def broken(_ops):
        raise StorageError(f"space {couple.space_id.hex()} is broken")

    async def surprising(_ops):
        raise ZeroDivisionError(couple.space_id.hex())

    for commit in (broken, surprising):
        monkeypatch.setattr(host.relay.storage, "commit", commit)
        await refused(client.push(couple.devices[0].runs()), "stopping")
    monkeypatch.undo()
    assert len(caplog.records) == 2
    assert couple.space_id.hex() not in caplog.text
    assert len(await client.push(couple.devices[0].runs())) == 1


async def test_an_outcome_that_is_not_known_is_looked_up(host, monkeypatch):
    """The store took it and could not say so: what is in memory is not believed any more."""
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(3)
    commit = host.relay.storage.commit

    async def silent(ops):
        await commit(ops)
        raise StorageError("the answer got lost")

    monkeypatch.setattr(host.relay.storage, "commit", silent)
    await refused(client.push([one.run(0, 2)]), "stopping")
    monkeypatch.undo()
    assert await client.push([one.run()]) == [Accepted(3)]
    assert await client.push([one.run()]) == [Duplicate(3)]
    totals = await host.relay.storage.read(lambda s: s.totals())
    assert (totals.logs, totals.events) == (1, 3)


async def test_health(host):
    async with host.client().session.get(host.url + "/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
    await host.relay.storage.close()
    async with host.client().session.get(host.url + "/healthz") as answer:
        assert answer.status == 503


# --- bad traffic ----------------------------------------------------------------------------

PATHS = [
    "/v1/challenge",
    "/v1/login",
    "/v1/find",
    "/v1/spaces",
    "/v1/spaces/{space}/pull",
    "/v1/spaces/{space}/push",
    "/v1/mailboxes",
    "/v1/mailboxes/{mailbox}/enter",
    "/v1/mailboxes/{mailbox}/put",
    "/v1/mailboxes/{mailbox}/get",
    "/v1/mailboxes/{mailbox}/close",
]


def junk():
    yield from (b"", b"\xc1", b"\x90\x90", b"\x91" * 5_000, b"\xdd\xff\xff\xff\xff", b"\xc0")
    yield from (b"\x80", b"\xcb" + bytes(8), b"\x94" + b"\xc4\xff", encode([1, 2, 3]))
    yield from (encode(["\ud7ff" * 10]), encode([[], []]) + b"\x00", b'{"a": 1}')
    yield from (derived(("junk", n), 3 * n + 1) for n in range(60))


@pytest.mark.parametrize("path", PATHS)
async def test_bytes_that_are_no_record_are_malformed(host, path):
    couple = Couple()
    client = await host.member(couple)
    path = path.format(space=couple.space_id.hex(), mailbox="0" * 32)
    for body in junk():
        answered = None
        try:
            await client.post(path, body)
        except Answered as error:
            answered = error
        assert answered is not None, body
        assert answered.code == "malformed", (answered.code, body)


async def test_records_that_are_not_canonical_are_malformed(host):
    couple = Couple()
    client = await host.member(couple)
    couple.devices[0].append(1)
    good = encode(PushRequest([], couple.devices[0].runs()))
    path = client.space_path("push")
    longer_array = b"\xdc\x00\x02" + good[1:]
    assert msgspec.msgpack.decode(longer_array) == msgspec.msgpack.decode(good)
    await refused(client.post(path, longer_array), "malformed")
    for at in range(40):
        flipped = bytearray(good)
        flipped[at] ^= 1 << at % 8
        try:
            results = messages.decode_push_results(await client.post(path, bytes(flipped)))
            outcome = type(results[0]).__name__
        except Answered as answered:
            outcome = answered.code
        assert outcome in ("malformed", "Refused", "Gap")
    assert len((await client.pull(couple.pull_request())).runs) == 0


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/", "malformed"),
        ("GET", "/v1/spaces", "malformed"),
        ("PUT", "/v1/challenge", "malformed"),
        ("POST", "/v2/challenge", "malformed"),
        ("POST", "/v1/spaces/xyz/pull", "unknown-space"),
        ("POST", "/v1/spaces/" + "A" * 64 + "/pull", "unknown-space"),
        ("POST", "/v1/mailboxes/12/enter", "unknown-invite"),
        ("GET", "/v1/spaces/" + "a" * 64 + "/stream", "login"),
        ("POST", "/v1/spaces/" + "a" * 64 + "/push", "login"),
        ("GET", "/" + "x" * 5_000, "malformed"),
    ],
)
async def test_addresses_that_are_none(host, method, path, code):
    session = host.client().session
    async with session.request(method, host.url + path, data=io.BytesIO(b"")) as answer:
        error = messages.decode_error(await answer.read())
        assert (error.code, answer.status) == (code, STATUS_BY_CODE[code])


async def test_a_stream_needs_a_websocket(host):
    couple = Couple()
    client = await host.member(couple)
    url = host.url + client.space_path("stream")
    async with client.session.get(url, headers=client.headers) as answer:
        assert messages.decode_error(await answer.read()).code == "malformed"


async def test_answers_tell_nothing_of_the_software(host):
    async with host.client().session.get(host.url + "/healthz") as answer:
        assert answer.headers["Server"] == "nook-relay"
        assert answer.headers["Cache-Control"] == "no-store"


def test_every_code_has_kind_words_and_a_next_step():
    assert set(_MESSAGES) == set(STATUS_BY_CODE)
    for code in _MESSAGES:
        error = RelayError(code)
        decoded = messages.decode_error(error.encode())
        assert (decoded.code, error.status) == (code, STATUS_BY_CODE[code])
        assert error.next_step in decoded.message
        assert not unkind_words(decoded.message)
