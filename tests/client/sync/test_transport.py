"""What the transport makes of a relay's answers: values or typed errors, nothing else."""

import asyncio
import socket
import ssl
import subprocess
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from inglenook_client.sync import errors
from inglenook_client.sync.errors import (
    RelayAddressError,
    RelayProtocolError,
    RelayRefusedError,
    RelayUnreachableError,
)
from inglenook_client.sync.transport import RelayTransport, SpaceLogin, Timeouts
from inglenook_harness.answers import SPACE, record, refusal
from inglenook_harness.tone import unkind_words
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import (
    InglenookError,
    LocalProtocolError,
    Reject,
    RemoteProtocolError,
)
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.limits import MAX_MESSAGE_BYTES
from inglenook_protocol.login import NO_SPACE, verify_login
from inglenook_protocol.messages import (
    MEDIA_TYPE,
    STATUS_BY_CODE,
    Accepted,
    Challenge,
    Empty,
    Found,
    Mail,
    Token,
    decode_find_request,
    decode_login_request,
    decode_put_mail,
    decode_register_request,
)

ERROR_BY_CODE = {
    "malformed": errors.RelayRefusedError,
    "bad-statement": errors.RelayRefusedError,
    "wrong-space": errors.RelayRefusedError,
    "login": errors.RelayRefusedError,
    "registration": errors.RegistrationNeededError,
    "not-a-member": errors.NotAMemberError,
    "unknown-space": errors.UnknownSpaceError,
    "unknown-invite": errors.InviteUnknownError,
    "conflict": errors.RelayRefusedError,
    "invite-used": errors.InviteUsedError,
    "invite-expired": errors.InviteExpiredError,
    "too-large": errors.RelayRefusedError,
    "quota": errors.RelayFullError,
    "slow-down": errors.SlowDownError,
    "full": errors.RelayFullError,
    "stopping": errors.RelayUnreachableError,
}


@pytest.mark.parametrize("code", STATUS_BY_CODE)
async def test_each_code_is_a_typed_error_with_a_next_step_of_ours(answers, transport, code):
    answers.give("pull", lambda: refusal(code, STATUS_BY_CODE[code], 7))
    with pytest.raises(InglenookError) as caught:
        await transport.pull(b"")
    error = caught.value
    assert type(error) is ERROR_BY_CODE[code]
    assert error.message
    assert error.next_step
    assert "words of the relay" not in str(error)
    assert not unkind_words(str(error))
    if isinstance(error, RelayRefusedError):
        assert error.code == code
    if isinstance(error, errors.SlowDownError | RelayUnreachableError):
        assert error.retry_after_s == 7


async def test_a_login_is_signed_for_this_relay_and_reused(answers, transport):
    seen: list[Any] = []

    async def login(request):
        seen.append(decode_login_request(await request.read()))
        return record(Token("one", 3600))

    async def pull(request):
        seen.append(request.headers["Authorization"])
        assert request.headers["Content-Type"] == MEDIA_TYPE
        assert "User-Agent" not in request.headers
        return record("page")

    answers.by_name |= {"login": login, "pull": pull}
    signed = []

    def sign(*args):
        signed.append(args)
        return b"x" * 64

    transport._login = SpaceLogin(SPACE, b"s" * 32, sign)
    assert await transport.pull(b"") == encode("page")
    await transport.pull(b"")
    assert signed == [(answers.origin, bytes(32))]
    request, *bearers = seen
    assert (request.space, request.signer, request.signature) == (SPACE, b"s" * 32, b"x" * 64)
    assert bearers == ["Bearer one", "Bearer one"]


async def test_calls_at_one_time_share_one_login(answers, transport):
    answers.give("pull", lambda: record("page"))
    await asyncio.gather(*(transport.pull(b"") for _ in range(5)))
    assert answers.logins == 1


async def test_a_token_that_is_not_known_any_more_leads_to_one_new_login(answers, transport):
    async def pull(request):
        if request.headers["Authorization"] == "Bearer token-1":
            return refusal("login", 401)
        return record("page")

    answers.by_name["pull"] = pull
    assert await transport.pull(b"") == encode("page")
    assert answers.logins == 2


async def test_a_relay_that_never_accepts_its_own_token_is_asked_twice_only(answers, transport):
    answers.give("pull", lambda: refusal("login", 401))
    with pytest.raises(RelayRefusedError) as caught:
        await transport.pull(b"")
    assert caught.value.code == "login"
    assert answers.calls.count("pull") == 2


async def test_a_token_that_is_about_to_run_out_is_replaced_first(answers):
    now = [0.0]
    login = SpaceLogin(SPACE, bytes(32), lambda *_: bytes(64))
    answers.give("pull", lambda: record("page"))
    async with RelayTransport(answers.origin, login, clock=lambda: now[0]) as transport:
        await transport.pull(b"")
        now[0] = 3500
        await transport.pull(b"")
        now[0] = 3590
        await transport.pull(b"")
    assert answers.logins == 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(text="<html>welcome</html>", content_type="text/html"),
        lambda: web.Response(body=b"\xc1", content_type=MEDIA_TYPE),
        lambda: web.Response(body=b"", content_type=MEDIA_TYPE),
        lambda: record([["accepted", 1, 2]]),
        lambda: record([["gone", 1]]),
        lambda: web.Response(
            body=encode([]), content_type=MEDIA_TYPE, headers={"Content-Encoding": "gzip"}
        ),
        lambda: web.Response(status=302, headers={"Location": "https://elsewhere.example"}),
        lambda: web.Response(status=404, text="no such page"),
        lambda: web.Response(status=400, body=b"\x91\x01", content_type=MEDIA_TYPE),
        lambda: web.Response(status=500, text="oh"),
    ],
    ids=range(10),
)
async def test_answers_that_are_none_are_protocol_errors(answers, transport, answer):
    answers.give("push", answer)
    with pytest.raises(RelayProtocolError) as caught:
        await transport.push(b"")
    assert isinstance(caught.value, RemoteProtocolError)
    assert caught.value.reject is Reject.MALFORMED


@pytest.mark.parametrize("told", [True, False], ids=["length told", "chunked"])
async def test_an_oversized_answer_is_never_read_to_its_end(answers, transport, told):
    sent = []

    async def pull(request):
        length = MAX_MESSAGE_BYTES * 8
        headers = {"Content-Type": MEDIA_TYPE} | ({"Content-Length": str(length)} if told else {})
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        try:
            for _ in range(length // 262_144):
                await response.write(bytes(262_144))
                sent.append(262_144)
        except ConnectionError:
            pass
        return response

    answers.by_name["pull"] = pull
    with pytest.raises(RelayProtocolError) as caught:
        await transport.pull(b"")
    assert caught.value.reject is Reject.TOO_LARGE
    assert sum(sent) < MAX_MESSAGE_BYTES * 4


async def test_a_page_of_the_largest_size_fits(answers, transport):
    answers.give(
        "pull", lambda: web.Response(body=bytes(MAX_MESSAGE_BYTES), content_type=MEDIA_TYPE)
    )
    assert len(await transport.pull(b"")) == MAX_MESSAGE_BYTES


async def test_a_proxy_without_its_relay_is_unreachable(answers, transport):
    answers.give("pull", lambda: web.Response(status=502, text="bad gateway"))
    with pytest.raises(RelayUnreachableError):
        await transport.pull(b"")


async def test_a_dropped_connection_is_tried_once_more(answers, transport):
    drops = [1]

    async def pull(request):
        if drops:
            drops.pop()
            request.transport.abort()
        return record("page")

    answers.by_name["pull"] = pull
    assert await transport.pull(b"") == encode("page")
    drops += [1, 1]
    with pytest.raises(RelayUnreachableError):
        await transport.pull(b"")


async def test_nobody_listening_is_unreachable():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        async with RelayTransport(f"127.0.0.1:{port}") as transport:
            with pytest.raises(RelayUnreachableError) as caught:
                await transport.find(RootKeys(bytes(32), "private"))
    assert caught.value.next_step


async def test_a_name_that_is_none_is_unreachable():
    async with RelayTransport("https://relay.invalid") as transport:
        with pytest.raises(RelayUnreachableError):
            await transport.find(RootKeys(bytes(32), "private"))


async def test_silence_is_unreachable(answers):
    async def challenge(request):
        await asyncio.sleep(5)
        return record(Challenge(bytes(32)))

    answers.by_name["challenge"] = challenge
    login = SpaceLogin(SPACE, bytes(32), lambda *_: bytes(64))
    async with RelayTransport(answers.origin, login, timeouts=Timeouts(silence_s=0.1)) as transport:
        with pytest.raises(RelayUnreachableError, match="in time"):
            await transport.pull(b"")


async def test_what_is_no_http_is_a_protocol_error():
    async def babble(reader, writer):
        await reader.read(100)
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server, RelayTransport(f"127.0.0.1:{server.sockets[0].getsockname()[1]}") as wire:
        with pytest.raises(RelayProtocolError):
            await wire.find(RootKeys(bytes(32), "private"))


async def test_a_token_that_could_not_stand_in_a_header_is_refused(answers, transport):
    answers.give("login", lambda: record(Token("a\r\nX-Evil: 1", 3600)))
    with pytest.raises(RelayProtocolError):
        await transport.pull(b"")


async def test_plain_http_to_another_computer_is_refused_before_anything_is_sent():
    with pytest.raises(RelayAddressError):
        RelayTransport("http://relay.example")


async def test_a_call_for_a_space_needs_a_login(answers):
    async with RelayTransport(answers.origin) as transport:
        with pytest.raises(LocalProtocolError):
            await transport.pull(b"")


async def test_certificates_are_checked(tmp_path):
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subject = "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -days 2"
    making = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    subprocess.run(
        [*making.split(), *subject.split(), "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(cert, key)

    async def find(request):
        return record(Challenge(bytes(32)) if "challenge" in request.path else Found([b"g"]))

    app = web.Application()
    app.router.add_post("/{path:.*}", find)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=served)
    origin = f"https://127.0.0.1:{server.port}"
    try:
        async with RelayTransport(origin) as transport:
            with pytest.raises(RelayUnreachableError, match="certificate"):
                await transport.find(RootKeys(bytes(32), "private"))
        trusting = ssl.create_default_context(cafile=cert)
        async with RelayTransport(origin, ssl_context=trusting) as transport:
            assert await transport.find(RootKeys(bytes(32), "private")) == [b"g"]
    finally:
        await server.close()


async def test_find_proves_the_root(answers, transport):
    seen = []

    async def find(request):
        seen.append(decode_find_request(await request.read()))
        return record(Found([b"genesis"]))

    answers.by_name["find"] = find
    root = RootKeys(bytes(32), "private")
    assert await transport.find(root) == [b"genesis"]
    [request] = seen
    assert verify_login(
        root.sign.public, answers.origin, NO_SPACE, root.member_id, bytes(32), request.signature
    )


async def test_registration_and_mail_travel_as_records(answers, transport):
    seen: dict[str, Any] = {}

    async def spaces(request):
        seen["spaces"] = decode_register_request(await request.read())
        return record(Empty(), 201)

    async def put(request):
        seen["put"] = request.path, decode_put_mail(await request.read())
        return record(Empty())

    answers.by_name |= {"spaces": spaces, "put": put}
    answers.give("get", lambda: record(Mail(b"sealed")))
    await transport.register("token", b"genesis", [])
    await transport.put_mail(b"m" * 16, b"c" * 32, b"", 2, b"sealed")
    assert (seen["spaces"].token, seen["spaces"].genesis) == ("token", b"genesis")
    path, put_record = seen["put"]
    assert path == f"/v1/mailboxes/{(b'm' * 16).hex()}/put"
    assert (put_record.slot, put_record.message, put_record.claim) == (2, b"sealed", b"")
    assert await transport.get_mail(b"m" * 16, b"c" * 32, b"", 2, 0) == b"sealed"


async def test_a_push_answers_for_each_run(answers, transport):
    answers.give("push", lambda: record([Accepted(3)]))
    assert await transport.push(b"") == [Accepted(3)]


# --- the stream -------------------------------------------------------------------------------


def _stream(answers, talk):
    async def stream(request):
        assert request.headers["Authorization"].startswith("Bearer ")
        wire = web.WebSocketResponse(compress=False, max_msg_size=0)
        await wire.prepare(request)
        await talk(wire, await wire.receive_bytes())
        await wire.close()
        return wire

    answers.by_name["stream"] = stream


async def test_a_stream_gives_pages_and_takes_further_questions(answers, transport):
    async def talk(wire, first):
        await wire.send_bytes(b"page of " + first)
        await wire.send_bytes(b"page of " + await wire.receive_bytes())

    _stream(answers, talk)
    async with transport.stream() as stream:
        await stream.ask(b"one")
        assert await anext(stream) == b"page of one"
        await stream.ask(b"two")
        assert await anext(stream) == b"page of two"
        with pytest.raises(RelayUnreachableError):
            await anext(stream)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (4403, errors.NotAMemberError),
        (4429, errors.SlowDownError),
        (1001, RelayUnreachableError),
        (1013, RelayUnreachableError),
        (1011, RelayUnreachableError),
        (4999, RelayUnreachableError),
    ],
)
async def test_a_stream_that_is_closed_says_why(answers, transport, code, error):
    async def talk(wire, first):
        await wire.close(code=code)

    _stream(answers, talk)
    async with transport.stream() as stream:
        await stream.ask(b"one")
        with pytest.raises(error):
            await anext(stream)


async def test_a_stream_dropped_in_the_middle_is_unreachable(answers, transport):
    async def talk(wire, first):
        wire._req.transport.abort()

    _stream(answers, talk)
    async with transport.stream() as stream:
        await stream.ask(b"one")
        with pytest.raises(RelayUnreachableError):
            await anext(stream)


@pytest.mark.parametrize("kind", ["text", "large"])
async def test_what_is_no_page_ends_a_stream(answers, transport, kind):
    async def talk(wire, first):
        if kind == "text":
            await wire.send_str("hello")
        else:
            await wire.send_bytes(bytes(MAX_MESSAGE_BYTES + 1))

    _stream(answers, talk)
    async with transport.stream() as stream:
        await stream.ask(b"one")
        with pytest.raises(RelayProtocolError):
            await anext(stream)


async def test_the_largest_page_fits_a_stream(answers, transport):
    async def talk(wire, first):
        await wire.send_bytes(bytes(MAX_MESSAGE_BYTES))

    _stream(answers, talk)
    async with transport.stream() as stream:
        await stream.ask(b"one")
        assert len(await anext(stream)) == MAX_MESSAGE_BYTES


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, errors.NotAMemberError),
        (404, errors.UnknownSpaceError),
        (429, errors.SlowDownError),
        (503, RelayUnreachableError),
        (200, RelayProtocolError),
        (301, RelayProtocolError),
        (500, RelayProtocolError),
    ],
)
async def test_a_stream_that_does_not_open_says_why(answers, transport, status, error):
    answers.give("stream", lambda: web.Response(status=status, headers={"Retry-After": "9"}))
    with pytest.raises(error) as caught:
        async with transport.stream():
            pass
    if status == 429:
        assert caught.value.retry_after_s == 9


async def test_a_stream_logs_in_again_once(answers, transport):
    first: list[int] = []

    async def stream(request):
        if not first:
            first.append(1)
            return refusal("login", 401)
        wire = web.WebSocketResponse()
        await wire.prepare(request)
        await wire.send_bytes(b"page")
        await wire.close()
        return wire

    answers.by_name["stream"] = stream
    async with transport.stream() as open_stream:
        assert await anext(open_stream) == b"page"
    assert answers.logins == 2


async def test_a_closed_transport_opens_again(answers, transport):
    answers.give("pull", lambda: record("page"))
    await transport.pull(b"")
    await transport.close()
    await transport.close()
    assert await transport.pull(b"") == encode("page")
