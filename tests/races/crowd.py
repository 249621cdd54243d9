"""Many browsers that send their forms in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connections
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.tokens.reading import form_key_in

SIZE = 20
PATIENCE = 60.0  # seconds

AtOnce = Callable[[Sequence[Callable[[], Any]]], list[Any]]


@contextmanager
def crowd(size: int = SIZE) -> Iterator[AtOnce]:
    """Give a function that runs so many acts, started together, each with its own connection."""
    barrier = Barrier(size)

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(size) as pool:

        def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
            assert len(acts) == size
            return [future.result() for future in [pool.submit(run, act) for act in acts]]

        try:
            yield at_once
        finally:
            at_once([connections.close_all] * size)


class _PlainClient(Client):
    """Django's client, without its notes of every template rendered: in any thread, by anybody."""

    def request(self, **request: Any) -> HttpResponse:
        answer = self.handler(self._base_environ(**request))
        self.cookies.update(answer.cookies)
        return answer


def plain_client(person: User) -> Client:
    """A browser of this person that any thread may use."""
    client = _PlainClient(raise_request_exception=False)
    client.force_login(person)
    return client


class Browser:
    """A browser with a session of its own, on a page with a form."""

    def __init__(self, person: User, page: str) -> None:
        self._client = plain_client(person)
        self._page = page
        self._shown: HttpResponse | None = None

    def ready(self) -> Browser:
        """Have a form on the page that was not sent yet: a refusal shows a new one."""
        if self._shown is None:
            self._shown = self._client.get(self._page)
        return self

    def go_to(self, page: str) -> None:
        """Send the form that is shown to another page: what a forger does."""
        self._page = page

    def send(self, **fields: str) -> HttpResponse:
        assert self._shown is not None
        form = {"form_key": form_key_in(self._shown), **fields}
        answer = self._client.post(self._page, form)
        # A page that says the token is locked shows no form.
        self._shown = answer if 'name="form_key"' in answer.text else None
        return answer
