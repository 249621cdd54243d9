"""A stand-in for Twilio in a process of its own, and the portal at a port it can call back."""

from __future__ import annotations

import json
import sys
import threading
import urllib.request
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from tests import factories
from tests.parts import ROOT, WORK
from tests.services.serving import free_port, served

LOGS = WORK / "logs" / "delivery"
TWILIO = {
    "text": "epcs_portal.delivery.twilio_gateway.TwilioTexts",
    "call": "epcs_portal.delivery.twilio_gateway.TwilioCalls",
    "email": "epcs_portal.delivery.mail_gateway.Mail",
}


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def _closing(application: Any) -> Any:
    def run(environ: Any, start_response: Any) -> Any:
        try:
            return application(environ, start_response)
        finally:
            connections.close_all()

    return run


@pytest.fixture
def portal(cloned_db, settings) -> Iterator[str]:
    """Serve the portal of this test on a port, as its proxy would find it."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    application = _closing(get_wsgi_application())
    with make_server("127.0.0.1", 0, application, _Threads, _Quiet) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Twilio:
    """What a test says to the stand-in, and hears from it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def begin(self, portal: str) -> None:
        self._say("POST", "begin", {"portal": portal})

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What the portal asked for, in order."""
        asked: list[dict[str, Any]] = self._say("GET", "requests")
        return asked

    def report(self, status: str, **wanted: Any) -> list[int]:
        """Let the carrier report on the newest message; return how the portal answered."""
        said = {"sid": self.asked[-1]["sid"], "status": status, **wanted}
        statuses: list[int] = self._say("POST", "callback", said)["statuses"]
        return statuses

    def answer(self, digits: str = "", **wanted: Any) -> dict[str, Any]:
        """Take the newest call, and press these digits."""
        said = {"sid": self.asked[-1]["sid"], "digits": digits, **wanted}
        heard: dict[str, Any] = self._say("POST", "answer", said)
        return heard

    def is_there(self) -> bool:
        try:
            return self._say("GET", "requests") is not None
        except OSError:
            return False

    def _say(self, method: str, what: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/control/{what}", content, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


ACCOUNT, TOKEN = "AC" + "0" * 32, "the token of the tests"


@pytest.fixture(scope="session")
def stand_in() -> Iterator[Twilio]:
    LOGS.mkdir(parents=True, exist_ok=True)
    port = free_port()
    twilio = Twilio(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "tests.services.twilio_stand_in", "--port", str(port)]
    command += ["--account", ACCOUNT, "--token", TOKEN]
    log = LOGS / f"twilio-{port}.log"
    with served(command, folder=ROOT, user=None, log=log, answers=twilio.is_there):
        yield twilio


@pytest.fixture
def twilio(stand_in, portal, settings) -> Twilio:
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKENS = ACCOUNT, [TOKEN]
    settings.TWILIO_API_URL = stand_in.address
    settings.DELIVERY_GATEWAYS = TWILIO
    stand_in.begin(portal)
    return stand_in


@pytest.fixture
def sam(cloned_db):
    return factories.a_prescriber("snguyen")
