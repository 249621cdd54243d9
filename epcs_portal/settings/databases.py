"""How the two databases are spoken to: SQLite in a file, and PostgreSQL."""

from __future__ import annotations

from typing import Any

import environ

SQLITE_OPTIONS = {
    # A transaction that will write says so at once, so that two of them queue up
    # instead of one failing half-way ("database is locked").
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,  # seconds
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}

# A server that vanished without a word is noticed within a minute, and not by a person waiting.
KEEPALIVES = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}  # seconds


def from_url(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgres://…`` or ``sqlite:///…``."""
    database: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        # A new connection costs 4 ms of database CPU, so connections are kept.
        database |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
        # Statements are prepared when they come again: half of the database's CPU.
        prepared = {"server_side_binding": True, "prepare_threshold": 2}
        database["ENGINE"] = "epcs_portal.postgresql"
        database["OPTIONS"] = {**KEEPALIVES, **database.get("OPTIONS", {}), **prepared}
    return database


def leaves_this_machine(host: str | None) -> bool:
    """Return whether what is sent to ``host`` crosses a network. A path is a socket."""
    return bool(host) and host not in {"localhost", "127.0.0.1", "::1"} and "/" not in str(host)


def is_encrypted(database: dict[str, Any]) -> bool:
    """Return whether a PostgreSQL connection is refused where it cannot be encrypted."""
    mode = database.get("OPTIONS", {}).get("sslmode")
    return mode in {"require", "verify-ca", "verify-full"}
