"""Names as they are searched for: Muñoz is found by munoz. Pure."""

from __future__ import annotations

import unicodedata


def plain_name(name: str) -> str:
    """Return the name in small letters, without accents and without blanks around it."""
    letters = unicodedata.normalize("NFKD", name.strip())
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()[:160]
