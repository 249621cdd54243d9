"""A page with prescriptions to sign, used as a browser does."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from prescriptions.models import Patient, Prescription
from tests import factories
from tests.in_hand import FobInHand
from tokens.possession import Offered

PIN = "4827"
WRONG_PIN = "5938"
_HIDDEN = re.compile(r'name="(form_key|ceremony)" value="([^"]+)"')
_BOX = re.compile(r'name="ready"[^>]* value="((RX-[0-9A-F]{4}-[0-9]{5}):[0-9a-f]{64})"([^>]*)>')


@dataclass
class SigningPage:
    """What stands on the page: its hidden fields, and the boxes by reference."""

    response: HttpResponse
    fields: dict[str, str]
    boxes: dict[str, str]
    ticked: set[str]


def by_token(otp: str) -> Offered:
    return Offered(source="token", otp=otp)


def address(patient: Patient) -> str:
    return f"/rx/sign/?patient={patient.pk}"


def read(response: HttpResponse) -> SigningPage:
    panel = response.text.partition('id="sign-form"')[2] or response.text
    found = list(_BOX.finditer(response.text))
    return SigningPage(
        response=response,
        fields={name: html.unescape(value) for name, value in _HIDDEN.findall(panel)},
        boxes={box[2]: box[1] for box in found},
        ticked={box[2] for box in found if "checked" in box[3]},
    )


def opened(client: Client, patient: Patient) -> SigningPage:
    page = read(client.get(address(patient)))
    assert page.fields, f"no form to sign: {page.response.status_code} {page.response.text[:3000]}"
    return page


def send(client: Client, patient: Patient, page: SigningPage, **fields: object) -> HttpResponse:
    """Tick every box, unless ``ready`` says which, and send the form."""
    ready = fields.pop("ready", list(page.boxes.values()))
    return client.post(address(patient), {**page.fields, "ready": ready, **fields})


def sign(client: Client, patient: Patient, *, pin: str = PIN, otp: str) -> HttpResponse:
    return send(client, patient, opened(client, patient), pin=pin, otp=otp)


@dataclass
class Desk:
    """A signer at work: their browser, their token, and one patient's prescription."""

    client: Client
    user: User
    fob: FobInHand
    patient: Patient
    rx: Prescription

    def sign(self, *, pin: str = PIN, otp: str | None = None) -> HttpResponse:
        return sign(self.client, self.patient, pin=pin, otp=otp or self.fob.press())

    def open(self) -> SigningPage:
        return opened(self.client, self.patient)

    def send(self, page: SigningPage, **fields: object) -> HttpResponse:
        return send(self.client, self.patient, page, **fields)


def a_desk(client: Client) -> Desk:
    user = factories.a_signer()
    _, fob = factories.a_hard_token(user)
    client.force_login(user)
    patient = factories.a_patient(user.practice)
    return Desk(client, user, fob, patient, factories.a_prescription(user, patient))
