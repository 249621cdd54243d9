"""How many statements signing costs: fixed, however much there is in the tables."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
from tests.prescriptions import signing
from tests.tokens.test_statements import statements

SIGNING, REVIEWING, RESULT = 22, 11, 4


def spent_on_signing(desk) -> list[str]:
    page, otp = desk.open(), desk.fob.press()
    return statements(lambda: desk.send(page, pin=signing.PIN, otp=otp))


def fill(desk) -> None:
    """Prescriptions of other patients, signed ones of this patient, and what the trail adds."""
    for _ in range(10):
        factories.a_prescription(desk.user)
        factories.a_hard_token(factories.a_prescriber(practice=desk.user.practice))
        rx = factories.a_prescription(desk.user, desk.patient)
        page = desk.open()
        desk.send(page, ready=[page.boxes[rx.reference]], pin=signing.PIN, otp=desk.fob.press())


def test_signing_costs_as_much_with_many_prescriptions(desk):
    spent_on_signing(desk)  # the first also stores the signing state and the certificate
    factories.a_prescription(desk.user, desk.patient)
    few = spent_on_signing(desk)
    factories.a_prescription(desk.user, desk.patient)
    fill(desk)

    many = spent_on_signing(desk)

    assert len(few) == SIGNING, "\n".join(few)
    assert len(many) == SIGNING, "\n".join(many)


def test_signing_five_at_once_costs_as_much_as_one(desk):
    spent_on_signing(desk)
    for _ in range(5):
        factories.a_prescription(desk.user, desk.patient)

    together = spent_on_signing(desk)

    assert len(together) == SIGNING, "\n".join(together)


def test_review_and_result_cost_as_much_with_many_prescriptions(desk):
    response = desk.sign()
    result = reverse("rx_detail", args=[desk.rx.reference])
    assert response.url.startswith(result)
    factories.a_prescription(desk.user, desk.patient)
    fill(desk)
    for _ in range(5):
        factories.a_prescription(desk.user, desk.patient)

    reviewing = statements(lambda: desk.client.get(signing.address(desk.patient)))
    shown = statements(lambda: desk.client.get(result))

    assert len(reviewing) == REVIEWING, "\n".join(reviewing)
    assert len(shown) == RESULT, "\n".join(shown)
