"""What is measured: which page is opened, what is sent, and how the answer must look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests import factories
from tests.bench.browsers import Answer, Connections, Request
from tests.bench.forms import fields_of
from tests.bench.people import PIN, Person
from tests.services.installing import ComponentMissing

AHEAD = 900
Typed = Callable[[Person], dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One request a person makes. What goes before it is done before the clock runs."""

    name: str
    page: Callable[[Person], str]  # its address, asked for after ``before``
    answered: Callable[[Answer], bool]
    typed: Typed | None = None  # into the form of that page, which is then posted; None is a GET
    before: Callable[[Person], object] = lambda _person: None

    def prepare(self, people: Sequence[Person], connections: Connections) -> list[Request]:
        """Return the requests to measure: every form opened and filled, none sent."""
        for person in people:
            self.before(person)
        opening = [Request(browser=each.browser, path=self.page(each)) for each in people]
        if self.typed is None:
            return opening
        pages = connections.send(opening)
        return [
            Request(
                browser=request.browser,
                path=request.path,
                fields={**fields_of(page.text), **self.typed(person)},
            )
            for person, request, page in zip(people, opening, pages, strict=True)
        ]

    def check(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            if not self.answered(answer):
                text = " ".join(answer.text.split())
                raise WrongAnswer(f"{self.name}: {answer.status} {answer.location} {text[:300]}")


class WrongAnswer(ComponentMissing):
    """The portal did not do what was to be measured, so there is no figure."""


def verification() -> Scenario:
    """A right password, which nobody has used."""
    return Scenario(
        name="verification",
        page=_test_page,
        typed=lambda person: {"otp": person.fob.press()},
        answered=_went_well,
    )


def refusal() -> Scenario:
    """A wrong password. Once between two right ones, so no token ever locks."""
    return Scenario(
        name="refusal",
        page=_test_page,
        typed=lambda person: {"otp": person.fob.wrong()},
        answered=lambda answer: answer.status == 200 and "is not right" in answer.text,
    )


def resync() -> Scenario:
    """Two passwords in a row of a token that was pressed 900 times in a pocket."""

    def press_in_pocket(person: Person) -> None:
        person.fob.press(AHEAD)

    return Scenario(
        name="resync",
        before=press_in_pocket,
        page=lambda person: f"/epcs/token/{person.token}/resync/",
        typed=lambda person: person.fob.press_twice(),
        answered=_went_well,
    )


def signing() -> Scenario:
    """PIN and password together, for one prescription of a patient of its own."""
    patients: dict[str, str] = {}

    def compose(person: Person) -> None:
        rx = factories.a_prescription(person.user)
        patients[person.token] = str(rx.patient_id)

    return Scenario(
        name="signing",
        before=compose,
        page=lambda person: f"/rx/sign/?patient={patients[person.token]}",
        typed=lambda person: {"pin": PIN, "otp": person.fob.press()},
        answered=_went_well,
    )


def card_page() -> Scenario:
    """My Settings, EPCS: the cards of what one signs with."""
    return Scenario(
        name="card page",
        page=lambda _person: "/settings/epcs/",
        answered=lambda answer: answer.status == 200 and "Hardware Token" in answer.text,
    )


def _test_page(person: Person) -> str:
    return f"/epcs/token/{person.token}/test/"


def _went_well(answer: Answer) -> bool:
    return answer.status == 302 and "done=" in answer.location


ALL = (verification(), refusal(), resync(), signing(), card_page())
