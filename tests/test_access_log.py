"""One line for each request, whatever the request says."""

from __future__ import annotations

import logging


def test_a_path_cannot_write_lines_of_its_own(db, client, caplog):
    with caplog.at_level(logging.INFO, logger="epcs_portal.access"):
        client.get("/nowhere%0a[22/Nov/2026] GET /forged/ 200%0d%1b[31m/?otp=123456")

    (line,) = [
        record.getMessage() for record in caplog.records if record.name == "epcs_portal.access"
    ]
    assert line.startswith("GET /nowhere%0A")
    assert not {"\n", "\r", "\x1b"} & set(line)
    assert "123456" not in line
