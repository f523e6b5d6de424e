"""The real command in its own process: starting, stopping, crashing, its subcommands."""

import asyncio
import os
import signal
import sqlite3
import ssl
import stat
from contextlib import asynccontextmanager

import aiohttp
import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry, generate_latest

from inglenook_harness.relay import TOKEN, Answered, RelayClient, RelayProcess, next_page
from inglenook_harness.tone import unkind_words
from inglenook_harness.wire import Couple, Reader
from inglenook_protocol.messages import Accepted, Duplicate
from inglenook_server.__main__ import main
from inglenook_server.http import HttpServer
from inglenook_server.metrics import RelayCollector
from inglenook_server.settings import TABLE, make_settings
from inglenook_server.storage.sqlite import DATABASE_NAME, SqliteStorage


def run(*arguments, env=None, code=0):
    """What the command prints, run inside this process."""
    outside = {name: None for name in os.environ if name.startswith("NOOK_")}
    done = CliRunner().invoke(main, [str(word) for word in arguments], env=outside | (env or {}))
    assert done.exit_code == code, done.output
    assert not unkind_words(done.output)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.output


async def in_thread(*arguments, **more):
    """``run``, beside this test's own event loop."""
    return await asyncio.to_thread(run, *arguments, **more)


async def read_all(client, couple):
    reader = Reader(couple)
    while True:
        page = await client.pull(reader.request())
        reader.take(page)
        if not page.more:
            return reader


@pytest.fixture
def relay(tmp_path):
    with RelayProcess(tmp_path / "relay") as process:
        yield process


async def test_first_start_stop_and_start_again(relay):
    couple = Couple()
    couple.devices[0].append(3)
    assert relay.token
    assert stat.S_IMODE(relay.data.stat().st_mode) == 0o700
    for path in relay.data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    async with RelayClient(relay.url) as client:
        await client.register(couple, relay.token)
        await client.login(couple.devices[0])
        await client.push(couple.devices[0].runs())
        socket = await client.stream(couple.pull_request())
        await next_page(socket)
        assert relay.stop() == 0
        message = await socket.receive(5)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)
        token, relay.token = relay.token, ""
        relay.output.clear()
        relay.start()
        assert relay.token == "", "the token is shown once"
        assert len((await read_all(client, couple)).held) == 3
        await client.register(Couple("another"), token)
    assert relay.errors() == ""
    assert token not in "".join(p.read_bytes().decode("latin1") for p in relay.data.iterdir())


@pytest.mark.long
async def test_requests_under_way_are_finished_when_stopping(relay):
    couple = Couple()
    one = couple.devices[0]
    one.append(400)
    accepted = 0
    async with RelayClient(relay.url) as client:
        await client.register(couple, relay.token)
        await client.login(one)
        stopping = None
        for at in range(0, 400, 2):
            if at == 60:
                stopping = asyncio.create_task(asyncio.to_thread(relay.stop))
            try:
                (result,) = await client.push([one.run(at, at + 2)])
            except (Answered, aiohttp.ClientError):
                break
            assert result == Accepted(at + 2)
            accepted = at + 2
        assert stopping is not None
        assert await stopping == 0
        relay.start()
        held = len((await read_all(client, couple)).held)
        assert 60 <= accepted <= held < 400


@pytest.mark.long
async def test_killed_under_load_it_loses_nothing_acknowledged(relay):
    couples = [Couple(n) for n in range(4)]
    acknowledged = {couple.devices[0].id: 0 for couple in couples}

    async def write(couple, client):
        device = couple.devices[0]
        at = acknowledged[device.id]
        while True:
            device.append(3)
            try:
                await client.push([device.run(at)])
            except aiohttp.ClientError:
                return
            at = len(device.envelopes)
            acknowledged[device.id] = at

    for moment in (0.03, 0.2):
        clients = [RelayClient(relay.url) for _ in couples]
        for couple, client in zip(couples, clients, strict=True):
            await client.register(couple, relay.token)
            await client.login(couple.devices[0])
        before = sum(acknowledged.values())
        pairs = zip(couples, clients, strict=True)
        writing = [asyncio.create_task(write(*pair)) for pair in pairs]
        while sum(acknowledged.values()) == before:
            await asyncio.sleep(0.005)
        await asyncio.sleep(moment)
        relay.kill()
        await asyncio.gather(*writing)
        await in_thread("check", "--data", relay.data)
        relay.start()
        for couple, client in zip(couples, clients, strict=True):
            device = couple.devices[0]
            reader = await read_all(client, couple)
            assert len(reader.held) >= acknowledged[device.id] > 0
            # Refilling what may or may not have arrived is idempotent.
            for _ in range(2):
                results = await client.push(device.runs(items=50))
                assert {type(result) for result in results} <= {Accepted, Duplicate}
            reader = await read_all(client, couple)
            assert reader.bodies(device) == {e.seq: [e.body] for e in device.envelopes}
            acknowledged[device.id] = len(device.envelopes)
            await client.close()


async def test_one_process_for_each_directory_and_port(relay, tmp_path):
    said = await in_thread("serve", "--data", relay.data, "--port", 0, code=1)
    assert "Another relay serves" in said
    assert "choose another --data" in said
    said = await in_thread("serve", "--data", tmp_path / "other", "--port", relay.port, code=1)
    assert "Try another --port" in said
    relay.process.send_signal(signal.SIGINT)
    assert relay.process.wait(10) == 0


async def test_tokens_while_it_runs(make_host, tmp_path):
    data = tmp_path / "data"
    host = await make_host(SqliteStorage(data), registration_token=None)
    token = (await in_thread("token", "--data", data, "--label", "for Kim")).strip()
    listed = (await in_thread("token", "--data", data, "--list")).splitlines()
    assert sorted(line.split(maxsplit=1)[1] for line in listed) == ["first", "for Kim"]
    assert token not in "".join(listed)
    client = host.client()
    await client.register(Couple(1), token)
    (id_,) = [line.split()[0] for line in listed if "Kim" in line]
    await in_thread("token", "--data", data, "--revoke", id_)
    with pytest.raises(Answered, match="registration"):
        await client.register(Couple(2), token)
    await in_thread("token", "--data", data, "--revoke", id_, code=1)
    await in_thread("token", "--data", data, "--revoke", "", code=1)
    assert len(await host.relay.storage.read(lambda s: s.tokens())) == 1


async def test_status_and_check(make_host, tmp_path):
    data = tmp_path / "data"
    host = await make_host(SqliteStorage(data))
    couple = Couple()
    one = couple.devices[0]
    one.append(300)
    fork = one.fork_at(100)
    fork.append(2)
    client = await host.member(couple)
    await client.push([one.run(), fork.run(100)], [couple.erase(one, [7])])
    said = await in_thread("status", "--data", data)
    status = dict(line.split() for line in said.splitlines())
    assert (status["spaces"], status["logs"], status["events"]) == ("1", "2", "302")
    assert int(status["bytes"]) > 302 * 600
    assert "302 events" in await in_thread("check", "--data", data)
    await host.relay.close()
    body = one.envelopes[150].body or b""
    connection = sqlite3.connect(data / DATABASE_NAME)
    rows = connection.execute("SELECT no, items FROM chunk").fetchall()
    ((no, items),) = [row for row in rows if body in row[1]]
    changed = items.replace(body, bytes(len(body)))
    connection.execute("UPDATE chunk SET items = ? WHERE no = ?", (changed, no))
    connection.commit()
    connection.close()
    said = await in_thread("check", "--data", data, code=1)
    assert "space 1, log 1: changed at 151" in said
    assert "refill" in said


def test_commands_without_a_store(tmp_path):
    for command in ("status", "check"):
        assert "There is no relay's store" in run(command, "--data", tmp_path / "x", code=1)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--host", "0.0.0.0"], "--tls-proxy"),
        (["--tls-proxy"], "--origin"),
        (["--host", "0.0.0.0", "--tls-proxy"], "--origin"),
        (["--origin", "relay.example"], "https://relay.example"),
        (["--tls-cert", "x"], "--tls-key"),
        (["--max-streams", "0"], "--max-streams"),
        (["--log-level", "loud"], "--log-level"),
    ],
)
def test_settings_that_do_not_go_together(tmp_path, flags, says):
    assert says in run("serve", "--data", tmp_path / "x", *flags, code=1)
    assert not (tmp_path / "x").exists()


def test_every_setting_has_a_flag_and_a_variable(tmp_path):
    shown = " ".join(run("serve", "--help").split())
    for setting in TABLE:
        assert setting.flag in shown
        assert setting.variable.replace("_", "") in shown.replace("_", "").replace(" ", "")
    env = {"NOOK_RELAY_DATA": str(tmp_path / "x"), "NOOK_RELAY_HOST": "0.0.0.0"}
    assert "--tls-proxy" in run("serve", env=env, code=1)


def test_version():
    assert run("--version").startswith("nook-relay ")


async def test_logs_name_nobody(tmp_path):
    couple = Couple()
    one = couple.devices[0]
    one.append(3)
    with RelayProcess(tmp_path / "relay", log_level="debug") as relay:
        async with RelayClient(relay.url) as client:
            await client.register(couple, relay.token)
            await client.login(one)
            await client.push(one.runs())
            for path in (client.space_path("pull"), "/v1/login", "/nowhere"):
                with pytest.raises(Answered):
                    await client.post(path, b"junk")
            # Requests that are not even HTTP.
            for junk in (b"\x16\x03\x01\x00junk\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 90):
                reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
                writer.write(junk)
                writer.write_eof()
                await reader.read()
                writer.close()
        assert relay.stop() == 0
        said = relay.errors() + "\n".join(relay.output[2:])
        for name in (couple.space_id, one.id, one.info.member):
            assert name.hex() not in said
        assert "127.0.0.1" not in said
        assert "Traceback" not in said
        assert str(relay.data) not in said


async def test_metrics_are_sums(make_host):
    host = await make_host()
    couple = Couple()
    couple.devices[0].append(3)
    client = await host.member(couple)
    await client.push(couple.devices[0].runs())
    with pytest.raises(Answered):
        await client.post("/v1/login", b"junk")
    registry = CollectorRegistry()
    registry.register(RelayCollector(host.relay))
    text = generate_latest(registry).decode()
    assert "nook_relay_events_stored_total 3.0" in text
    assert 'nook_relay_refusals_total{code="malformed"} 1.0' in text
    assert couple.space_id.hex() not in text


@asynccontextmanager
async def listening(host, **settings):
    """A second, real listener of the host's relay; gives its port."""
    values = {"data": host.http.settings.data, "port": 0, "address_rate": 1_000}
    server = HttpServer(host.relay, make_settings(values | settings))
    port = await server.start()
    try:
        yield port
    finally:
        await server.stop()


async def test_tls_without_a_proxy(host, tmp_path):
    certificate, key = make_certificate(tmp_path)
    couple = Couple()
    origin = "https://localhost:1"
    async with listening(host, tls_cert=certificate, tls_key=key, origin=origin) as port:
        context = ssl.create_default_context(cafile=certificate)
        async with RelayClient(f"https://localhost:{port}", origin) as client:
            connector = aiohttp.TCPConnector(ssl=context)
            client._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
            await client.register(couple, TOKEN)
            await client.login(couple.devices[0])
            assert (await client.pull(couple.pull_request())).more is False
        async with RelayClient(f"http://localhost:{port}") as plain:
            with pytest.raises(aiohttp.ClientError):
                await plain.challenge()


def make_certificate(folder):
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


async def test_connections_are_bounded(host):
    async with listening(host, max_connections=3) as port:
        open_ = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.05)
        async with RelayClient(f"http://127.0.0.1:{port}") as client:
            with pytest.raises(Answered, match="slow-down"):
                await client.challenge()
        for _, writer in open_:
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.05)
        async with RelayClient(f"http://127.0.0.1:{port}") as client:
            await client.challenge()
