"""A stand-in for Twilio's REST API, as a process of its own: tests alone talk to it.

    python -m tests.services.twilio_stand_in --port 8090 --account AC… --token …

Which answer a request gets is chosen by the last four digits of the number it is for (``FAULTS``).
Under ``/control/`` a test reads what was asked for, and plays the carrier and the phone: signed
callbacks, calls that are answered. A callback goes to the portal that ``/control/begin`` names,
whatever public name it was given for: the signature covers the name it was given for.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

SILENCE = 60.0  # seconds
# Last four digits → HTTP status, Twilio's code; a fault that is "once" is gone the second time.
FAULTS = {
    "9001": (400, 21211, False),
    "9002": (400, 21610, False),
    "9003": (400, 21614, False),
    "9004": (429, 20429, False),
    "9005": (500, 20500, False),
    "9006": (0, 0, False),  # never answers
    "9007": (429, 20429, True),
    "9008": (500, 20500, True),
    "9009": (400, 21999, False),  # something new
}


class TwilioStandIn(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", options.port), _Api)
        self.options = options
        self.begin(portal="")

    def begin(self, *, portal: str) -> None:
        """Forget everything: another test begins, with a portal of its own."""
        self.portal = portal
        self.asked: list[dict[str, Any]] = []
        self.faulted: set[str] = set()

    def send_to_portal(self, url: str, fields: dict[str, str], token: str) -> tuple[int, str]:
        """POST as Twilio does: a form, signed over the address it knows."""
        signature = RequestValidator(token).compute_signature(url, fields)  # type: ignore[no-untyped-call]
        parts, portal = urlsplit(url), urlsplit(self.portal)
        there = parts._replace(scheme=portal.scheme, netloc=portal.netloc).geturl()
        request = urllib.request.Request(there, urlencode(fields).encode())
        request.add_header("X-Twilio-Signature", signature)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""


class _Api(BaseHTTPRequestHandler):
    server: TwilioStandIn

    def do_GET(self) -> None:
        self._answer(200, self.server.asked if self.path == "/control/requests" else {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        if self.path.startswith("/control/"):
            self._control(json.loads(body or "{}"))
            return
        fields = {name: values[-1] for name, values in parse_qs(body).items()}
        account, token = self.server.options.account, self.server.options.token
        known = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        if self.headers.get("Authorization") != known:
            self._refuse(401, 20003)
        elif not self._faulted(fields.get("To", "")):
            self._take(fields)

    def _faulted(self, to: str) -> bool:
        status, code, once = FAULTS.get(to[-4:], (0, -1, False))
        if code == -1 or (once and to in self.server.faulted):
            return False
        self.server.faulted.add(to)
        if status == 0:
            time.sleep(SILENCE)
        else:
            self._refuse(status, code)
        return True

    def _take(self, fields: dict[str, str]) -> None:
        is_call = self.path.endswith("/Calls.json")
        sid = ("CA" if is_call else "SM") + secrets.token_hex(16)
        kind = "call" if is_call else "message"
        self.server.asked.append({"kind": kind, "sid": sid, "fields": fields})
        self._answer(201, {"sid": sid, "status": "queued", "to": fields["To"], "uri": self.path})

    def _control(self, wanted: dict[str, Any]) -> None:
        if self.path == "/control/begin":
            self.server.begin(portal=wanted["portal"])
            self._answer(200, {})
            return
        asked = next(each for each in self.server.asked if each["sid"] == wanted["sid"])
        fields, is_call = asked["fields"], asked["kind"] == "call"
        token = wanted.get("token", self.server.options.token)
        base = {"To": fields["To"], "AccountSid": self.server.options.account}
        if self.path == "/control/callback":
            names = ("CallSid", "CallStatus") if is_call else ("MessageSid", "MessageStatus")
            said = base | dict(zip(names, (asked["sid"], wanted["status"]), strict=True))
            said |= {"ErrorCode": wanted["error"]} if "error" in wanted else {}
            url, times = fields["StatusCallback"], wanted.get("times", 1)
            answers = [self.server.send_to_portal(url, said, token) for _time in range(times)]
            self._answer(200, {"statuses": [status for status, _words in answers]})
        else:
            said = base | {"CallSid": asked["sid"], "CallStatus": "in-progress"}
            self._answer(200, self._call(fields["Url"], said, wanted.get("digits", ""), token))

    def _call(self, url: str, said: dict[str, str], digits: str, token: str) -> dict[str, Any]:
        """Answer the phone, and press the keys that are asked for."""
        heard = [self.server.send_to_portal(url, said, token)]
        gather = ElementTree.fromstring(heard[0][1] or "<Response/>").find("Gather")
        if gather is not None and digits:
            action = urljoin(url, gather.get("action", ""))
            heard.append(self.server.send_to_portal(action, said | {"Digits": digits}, token))
        return {"statuses": [each[0] for each in heard], "heard": [each[1] for each in heard]}

    def _refuse(self, status: int, code: int) -> None:
        if status >= 500:  # what stands in front of the API answers then, and not in JSON
            self._send(status, b"Bad Gateway\n", "text/plain")
        else:
            self._answer(status, {"code": code, "message": "refused", "status": status})

    def _answer(self, status: int, body: object) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: paths name accounts, bodies hold codes."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in ("account", "token"):
        parser.add_argument(f"--{name}", required=True)
    TwilioStandIn(parser.parse_args()).serve_forever()


if __name__ == "__main__":
    main()
