"""A stand-in for Twilio in a process of its own, and the portal at a port it can call back."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests import factories
from tests.parts import ROOT, WORK
from tests.services.portal_in_hand import portal_at_a_port
from tests.services.serving import free_port, served

LOGS = WORK / "logs" / "delivery"
TWILIO = {
    "text": "epcs_portal.delivery.twilio_gateway.TwilioTexts",
    "call": "epcs_portal.delivery.twilio_gateway.TwilioCalls",
    "email": "epcs_portal.delivery.mail_gateway.Mail",
}


@pytest.fixture
def portal(cloned_db, settings) -> Iterator[str]:
    with portal_at_a_port(settings) as address:
        yield address


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
