"""How this portal says no."""

from __future__ import annotations

from typing import ClassVar, Self

Fact = str | int


class Refusal(Exception):
    """An anticipated no: the person is told why, and nothing is wrong with the portal.

    ``code`` is what the audit trail, the tests and a repeated submission use. ``sentence``
    is what the person reads: what happened, why, and what to do next. ``field`` is the form
    field it belongs to, or None for the whole form. Facts are safe to store: never
    something a person typed.
    """

    code: ClassVar[str]
    field: str | None = None
    text: ClassVar[str] = ""

    _by_code: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__ and Refusal._by_code.setdefault(cls.code, cls) is not cls:
            raise TypeError(f"Two refusals are called {cls.code!r}.")

    def __init__(self, **facts: Fact) -> None:
        super().__init__()
        self.facts = facts

    @property
    def sentence(self) -> str:
        return self.text.format(**self.facts)

    def __str__(self) -> str:
        return self.sentence

    @classmethod
    def from_record(cls, code: str, facts: dict[str, Fact]) -> Self:
        """Return the refusal that was recorded, to be told once more."""
        return cls._by_code[code](**facts)  # type: ignore[return-value]
