"""The demo's broker: kombu's queue of files, without the moment in which a file is still empty.

Kombu writes a message into the queue's own folder, where the worker may take it before it is
whole; about one in 2,000 then ends the worker. Here it gets its name when it is complete.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}"  # no queue is called so
        unfinished.write_text(dumps(payload))
        unfinished.rename(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel
