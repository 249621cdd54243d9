"""A door with TLS in front of a server that speaks none: what `rediss://` leads to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def tls_in_front(of: int, *, certificate: Path) -> Iterator[int]:
    """Yield a port on 127.0.0.1; what is said there in TLS is passed on to the port ``of``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_let_in, args=(door, context, of), daemon=True).start()
        yield door.getsockname()[1]


def _let_in(door: socket.socket, context: ssl.SSLContext, of: int) -> None:
    with suppress(OSError):  # the door was closed
        while True:
            plain, _address = door.accept()
            threading.Thread(target=_pass_on, args=(plain, context, of), daemon=True).start()


def _pass_on(plain: socket.socket, context: ssl.SSLContext, of: int) -> None:
    with (
        suppress(OSError),
        context.wrap_socket(plain, server_side=True) as outside,
        socket.create_connection(("127.0.0.1", of)) as inside,
    ):
        back = threading.Thread(target=_copy, args=(inside, outside), daemon=True)
        back.start()
        _copy(outside, inside)
        back.join(timeout=1)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
