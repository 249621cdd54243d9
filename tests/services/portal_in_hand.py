"""The portal in a thread of the test, at a port where others can call it back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.db import connections


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64  # who knocks at once with nineteen others waits, and is not turned away


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


@contextmanager
def portal_at_a_port(settings: Any) -> Iterator[str]:
    """Serve the portal of this test on a port, as its proxy would find it; give its address."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    application = _closing(get_wsgi_application())
    with make_server("127.0.0.1", 0, application, _Threads, _Quiet) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
