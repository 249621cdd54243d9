"""Browsers behind the proxy: plain keep-alive connections, and a jar of cookies for each person."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

CONNECTIONS = 4
PATIENCE = 30.0  # seconds
ORIGIN = "https://portal.example"
HEADERS = {
    "Host": "portal.example",
    "X-Forwarded-Proto": "https",  # as the proxy that ends TLS says it
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "Connection": "keep-alive",
}


@dataclass
class Browser:
    """What one person's browser remembers."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**HEADERS, "X-Real-IP": self.address, "Cookie": cookies}

    def remember(self, answer: http.client.HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


@dataclass(frozen=True, kw_only=True)
class Request:
    browser: Browser
    path: str
    fields: dict[str, str] | None = None  # what is posted; None is a GET


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    location: str
    text: str
    took_ms: float


class Connections:
    """Four connections to one server; each has one request under way at a time."""

    def __init__(self, port: int) -> None:
        self._open = [
            http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            for _ in range(CONNECTIONS)
        ]

    def send(self, requests: Sequence[Request]) -> list[Answer]:
        """Send all, four at a time; return the answers in the order of the requests."""
        self.open_again()
        answers: dict[int, Answer] = {}
        waiting = iter(list(enumerate(requests)))

        def work(connection: http.client.HTTPConnection) -> None:
            for place, request in waiting:
                answers[place] = _send(connection, request)

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(work, self._open))
        return [answers[place] for place in range(len(requests))]

    def open_again(self) -> None:
        """Connect anew: servers close what was idle for some seconds, each after its own time."""
        for connection in self._open:
            connection.close()
            connection.connect()

    def send_one(self, request: Request) -> Answer:
        return _send(self._open[0], request)

    def close(self) -> None:
        for connection in self._open:
            connection.close()


def _send(connection: http.client.HTTPConnection, request: Request) -> Answer:
    headers, body = request.browser.headers(), None
    if request.fields is not None:
        body = urlencode(request.fields).encode()
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN}
    began = time.perf_counter()
    connection.request("GET" if body is None else "POST", request.path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took_ms = 1000 * (time.perf_counter() - began)
    request.browser.remember(answer)
    return Answer(
        status=answer.status,
        location=answer.headers.get("Location", ""),
        text=text.decode(errors="replace"),
        took_ms=took_ms,
    )
