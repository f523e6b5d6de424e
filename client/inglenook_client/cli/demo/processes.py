"""The demo's processes: one relay, and ``nook`` on behalf of two people."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from inglenook_client.cli.texts import demo as texts
from inglenook_client.language import spoken
from inglenook_protocol.errors import InglenookError

_WAIT_S: Final = 30.0


class DemoStoppedError(InglenookError):
    """A step of the demo did not come out as it should."""

    default_next_step = "Run it again; if it stays so, please report it with what stands above."


def _environment(extra: dict[str, str]) -> dict[str, str]:
    # Whatever the caller has set up for a journal of their own stays out of the demo.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NOOK_")}
    ours = {"PYTHONIOENCODING": "utf-8", "COLUMNS": "84", "NOOK_LANGUAGE": spoken()}
    return {**kept, **ours, **extra}


class RelayProcess:
    """``nook-relay serve`` on this computer."""

    def __init__(self, folder: Path, port: int, origin: str) -> None:
        """``origin``: where clients reach it; ``port``: where it listens itself."""
        self.folder = folder
        self.port = port
        self._origin = origin
        self._process: asyncio.subprocess.Process | None = None
        self.token = ""

    async def start(self) -> None:
        """Start it and wait until it listens; the first time it says its token."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "inglenook_server",
            "serve",
            "--data",
            str(self.folder),
            "--port",
            str(self.port),
            "--origin",
            self._origin,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=None,
            env=_environment({}),
            start_new_session=True,
        )
        lines = []
        try:
            async with asyncio.timeout(_WAIT_S):
                while True:
                    line = (await _stdout(self._process).readline()).decode()
                    if not line:
                        raise DemoStoppedError(texts.RELAY_DID_NOT_START)
                    lines.append(line)
                    if found := re.search(r"[Tt]oken[^:]*: (\S+)", line):
                        self.token = found[1]
                    if "Listening" in line:
                        self.port = int(line.rsplit(":", 1)[1])
                        return
        except TimeoutError:
            raise DemoStoppedError(texts.RELAY_TOO_SLOW) from None

    async def stop(self) -> None:
        """Take it away, gently, as the operator would."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_WAIT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def holds(self) -> dict[str, Any]:
        """What lies on the relay, as its operator can list it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "inglenook_server",
            "holds",
            "--data",
            str(self.folder),
            "--json",
            stdout=asyncio.subprocess.PIPE,
            env=_environment({}),
        )
        out, _ = await process.communicate()
        if process.returncode:
            raise DemoStoppedError(texts.RELAY_LISTS_NOTHING)
        listing: dict[str, Any] = msgspec.json.decode(out)
        return listing


def _briefly(arguments: Sequence[str]) -> str:
    """The command as a person would see it: without addresses, ids and what is for scripts."""
    shown = [a for a in arguments if a not in ("--json", "--confirm", "stdin", "--relay")]
    kept = [a for a in shown if not re.match(r"https?:|inglenook:|[0-9a-f]{64}$", a)]
    return " ".join(f'"{a}"' if " " in a else a for a in kept)


class Person:
    """Somebody with a profile on this computer, who types commands."""

    def __init__(
        self, name: str, home: Path, passphrase_file: Path, on_step: Callable[[str], None]
    ) -> None:
        """``on_step`` is told of each command, in words."""
        self.name = name
        self._on_step = on_step
        self.home = home
        self._passphrase_file = passphrase_file
        self.written: list[str] = []
        """Texts that this person wrote, to look for where they must not be."""

    @property
    def environment(self) -> dict[str, str]:
        """What makes ``nook`` in a shell this person's."""
        return {
            "NOOK_HOME": str(self.home),
            "NOOK_PASSPHRASE_FILE": str(self._passphrase_file),
        }

    async def _start(
        self, arguments: Sequence[str], extra: dict[str, str]
    ) -> asyncio.subprocess.Process:
        self._on_step(texts.STEP.format(name=self.name, command=_briefly(arguments)))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "inglenook_client",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment({**self.environment, **extra}),
            limit=1 << 24,
        )

    async def nook(self, *arguments: str, text: str | None = None) -> Any:
        """Run a command with ``--json``; ``text`` goes to its standard input.

        Gives the document. Raises ``DemoStoppedError`` with what the command said.
        """
        code, out, error = await self.attempt(*arguments, "--json", text=text)
        if code:
            raise DemoStoppedError(
                texts.COMMAND_ENDED.format(command=arguments[0], name=self.name, said=error)
            )
        return msgspec.json.decode(out)

    def says(self, words: str) -> str:
        """Words that go into a command's arguments; they are looked for as others are."""
        self.written.append(words)
        return words

    async def shown(self, *arguments: str) -> str:
        """What a command shows to a person."""
        code, out, error = await self.attempt(*arguments)
        if code:
            raise DemoStoppedError(
                texts.COMMAND_ENDED.format(command=arguments[0], name=self.name, said=error)
            )
        return out

    async def attempt(self, *arguments: str, text: str | None = None) -> tuple[int, str, str]:
        """Run a command: exit code, output, what it said."""
        if text is not None:
            self.written.append(text)
        process = await self._start(arguments, {})
        out, error = await process.communicate(None if text is None else text.encode())
        return process.returncode or 0, out.decode(), error.decode()

    @asynccontextmanager
    async def pairing(
        self, *arguments: str, **extra: str
    ) -> AsyncIterator[tuple[asyncio.StreamWriter, AsyncIterator[dict[str, Any]]]]:
        """A pairing command: where answers go, and its events as they come."""
        process = await self._start([*arguments, "--confirm", "stdin", "--json"], extra)
        if process.stdin is None:
            raise DemoStoppedError(texts.NO_INPUT)
        try:
            yield process.stdin, _events(process, self.name)
        finally:
            with contextlib.suppress(ProcessLookupError, BrokenPipeError):
                process.stdin.close()
            if process.returncode is None:
                try:
                    async with asyncio.timeout(_WAIT_S):
                        await process.wait()
                except TimeoutError:
                    process.kill()
                    await process.wait()


async def _events(process: asyncio.subprocess.Process, name: str) -> AsyncIterator[dict[str, Any]]:
    try:
        async with asyncio.timeout(2 * _WAIT_S):
            while line := await _stdout(process).readline():
                event: dict[str, Any] = msgspec.json.decode(line)
                yield event
                if event.get("event") == "paired":
                    return
    except TimeoutError:
        raise DemoStoppedError(texts.PAIRING_TOO_SLOW) from None
    said = b"" if process.stderr is None else await process.stderr.read()
    raise DemoStoppedError(texts.PAIRING_ENDED_OF.format(name=name, said=said.decode().strip()))


def _stdout(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise DemoStoppedError(texts.NO_OUTPUT)
    return process.stdout
