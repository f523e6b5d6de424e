"""The report on pinned packages: what is known, or plainly that nothing could be asked."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from inglenook_harness.checkout import ROOT

pytestmark = pytest.mark.long

SCRIPT = ROOT / ".ci" / "audit.py"
FLAWED = {"msgspec": "GHSA-made-up-0001"}


class Service(HTTPServer):
    """An advisory service on this machine. ``wrong``: what it answers instead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict] = []
        self.wrong: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/querybatch"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked = question["queries"]
        names = [query["package"]["name"] for query in question["queries"]]
        known = [{"vulns": [{"id": FLAWED[n]}]} if n in FLAWED else {} for n in names]
        body = json.dumps({"results": known}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body if self.server.wrong is None else self.server.wrong)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service():
    server = Service()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_what_is_known_is_reported(service):
    done = audit("--service", service.url)
    assert done.returncode == 0, "a report, no verdict"
    assert FLAWED["msgspec"] in done.stdout
    assert "1 with known flaws" in done.stdout
    asked = {query["package"]["name"]: query["version"] for query in service.asked}
    pins = (ROOT / "constraints.txt").read_text()
    assert len(asked) == pins.count("==") > 50
    assert f"cryptography=={asked['cryptography']}" in pins
    assert audit("--service", service.url, "--strict").returncode == 1


def test_without_an_answer_it_says_so_and_goes_on(service):
    for wrong in (b"no JSON", b"[]", b'{"results": []}', b'{"results": 5}'):
        service.wrong = wrong
        done = audit("--service", service.url, "--strict")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "NOT DONE" in done.stdout
        assert "no all-clear" in done.stdout
    url = service.url
    service.server_close()
    done = audit("--service", url, "--strict", "--seconds", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "NOT DONE" in done.stdout


def test_the_build_asks_and_never_depends_on_the_answer():
    assert "audit" in (ROOT / ".ci" / "run").read_text()
    makefile = (ROOT / "Makefile").read_text()
    assert ".ci/audit.py" in makefile.partition("\naudit:")[2].partition("\n\n")[0]
