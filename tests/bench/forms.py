"""Reading the form of a page as a browser would: what it sends along without being asked."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.services.installing import ComponentMissing

MARK = "form_key"


class NoForm(ComponentMissing):
    """The page shows something else: what it said is in the text."""


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields and the first checkbox of the form that has a form key."""
    reader = _Inputs()
    reader.feed(page)
    found = next((form for form in reader.forms.values() if MARK in form), None)
    if found is None:
        raise NoForm(f"There is no form on this page: {' '.join(page.split())[-1500:]}")
    return found


class _Inputs(HTMLParser):
    """The inputs by form. One that stands elsewhere names its form by id."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._current = ""
        self._ticked: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._current = attributes.get("id") or f"form {len(self.forms)}"
            self.forms.setdefault(self._current, {})
        if tag == "input" and "name" in attributes:
            form, kind = attributes.get("form", self._current), attributes.get("type", "text")
            if kind == "hidden" or (kind == "checkbox" and form not in self._ticked):
                default = "on" if kind == "checkbox" else ""
                self.forms.setdefault(form, {})[attributes["name"]] = (
                    attributes.get("value") or default
                )
            if kind == "checkbox":
                self._ticked.add(form)
