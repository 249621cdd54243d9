"""Writing a manufacturer's file, and bringing it to the portal."""

from __future__ import annotations

from io import StringIO

from django.core.management import CommandError, call_command

from tests import factories

HEADER = "serial,secret_hex,counter\n"


def line(serial: str, counter: int | str = 0) -> str:
    return f"{serial},{factories.seed_for(serial).hex()},{counter}\n"


def bring(file, content: str | bytes, *options: str) -> str:
    """Import the file and return what was printed, whether or not it was taken."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    printed = StringIO()
    try:
        call_command("import_seed_records", str(file), *options, stdout=printed, stderr=printed)
    except CommandError as error:
        printed.write(f"Error: {error}\n")
    return printed.getvalue()
