"""The demo's own keys: drawn at the first start, kept beside its database, for nobody else."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class DemoSecrets:
    secret_key: str = field(repr=False)
    sealing_keys: str = field(repr=False)


def demo_secrets(folder: Path) -> DemoSecrets:
    """Return the keys in ``folder``, drawing them first where there are none."""
    path = folder / "demo-secrets.json"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        drawn = {
            "secret_key": secrets.token_urlsafe(50),
            "sealing_keys": f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        # Written under another name and linked into place: of two processes that start
        # at once the first wins, and neither reads half a file.
        draft = folder / f".demo-secrets.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(drawn))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return DemoSecrets(**json.loads(path.read_text()))
