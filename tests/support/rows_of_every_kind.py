"""A practice full of what support looks at, with secrets that no page may show."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts import activation
from accounts.models import Hold, User
from billing import drafts
from billing.flows.begin_payment import begin_payment
from billing.flows.call_off_order import call_off_order
from billing.flows.look_up_checkout import look_up_checkout
from billing.flows.pack_order import pack_order
from billing.flows.ship_order import ship_order
from billing.models import Checkout, PaymentEvent
from billing.shipping import Shipping
from epcs_portal.delivery.models import Message
from epcs_portal.demo.models import VirtualCheckout
from epcs_portal.demo.paying import CARDS, pay_with_card
from tests import factories, markers
from tests.pages import submit
from tests.prescriptions.signing import a_desk
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.phones import FOURTH, a_backup_phone
from tokens.models import (
    CompromiseReport,
    HardToken,
    RevocationCase,
    SecurityNotice,
    StepUp,
)

CODE = "918273"
PROOFED = "+18025550144"
HOME, BILLING, CARD = "7 Cedar Lane", "billing@lakeside.example", "4242424242424242"


def a_full_practice(agent: User) -> tuple[User, dict[str, str]]:
    """Make a row of every kind; return whose they are, and the secrets by what they are."""
    desk = a_desk(Client())
    person = desk.user
    token = HardToken.objects.get(user=person)
    submit(desk.client, "/epcs/verify/token/", otp=desk.fob.press())
    assert desk.sign().status_code == 302
    at = timezone.now()
    phone, backup = a_mobile_id(person), a_backup_phone(person, FOURTH)
    free = factories.a_fob_in_stock()
    notice = SecurityNotice.objects.create(
        user=person, change="pin-reset", changed_at=at, due_at=at
    )
    Hold.objects.create(user=person, notice=notice, placed_at=at)
    times = {"discovered_at": at, "reported_at": at}
    CompromiseReport.objects.create(
        user=person, what="hard-token", circumstance="lost", hard_token=token, **times
    )
    _an_order(person, agent, free.serial)
    RevocationCase.objects.create(
        number=f"CS-{person.pk % 10_000:04}-1930",
        user=person,
        issued_by=agent,
        reason="asked",
        issued_at=at,
        expires_at=at + timedelta(hours=24),
    )
    _a_message(person, backup.number)
    letter = _a_letter(person, agent)
    step = StepUp.objects.get(user=person)
    secrets = {
        "seed of the fob": factories.seed_for(token.serial).hex(),
        "seed in stock": factories.seed_for(free.serial).hex(),
        "seed of Mobile ID": phone.seed.hex(),
        "code": CODE,
        "password": factories.PASSWORD,
        "hash of the password": User.objects.get(pk=person.pk).password,
        "cookie digest": step.cookie_digest,
        "session digest": step.session_digest,
        "number of the phone": backup.number[2:],
        "code of the letter": letter,
        "number of the proofed phone": PROOFED[2:],
        "payment page": Checkout.objects.get(order__user=person).url,
        "card": CARD,
        "patient": "Jordan",
        "medication": "Lisdexamfetamine",
    }
    markers.note("seeds", secrets["seed of Mobile ID"])
    return person, secrets


def _an_order(person: User, agent: User, serial: str) -> None:
    """Paid by card, sent to the person's home, and about to be refunded."""
    at = timezone.now()
    home = {"destination": "home", "address": HOME, "city": "Winooski", "state": "VT"}
    shipping = Shipping(**home, zip_code="05404")
    order = drafts.store(person, person, shipping, at=at, verified_at=at)
    begin_payment(order=order, actor=person, authority=None, at=at)
    checkout = Checkout.objects.get(order=order)
    pay_with_card(
        VirtualCheckout.objects.get(asked__order=str(order.pk)),
        card=CARDS[CARD],
        email=BILLING,
        at=at,
    )
    look_up_checkout(checkout=checkout, at=at)
    pack_order(order=order, serial=serial, agent=agent, at=at)
    how = {"carrier": "usps", "tracking_number": "9400100000000000000000"}
    ship_order(order=order, agent=agent, at=at, **how)
    call_off_order(order=order, reason="Asked.", agent=agent, at=at)
    times = {"happened_at": at, "received_at": at, "due_at": at}
    PaymentEvent.objects.create(event_id=f"evt_{person.pk}", kind="charge.refunded", **times)


def _a_message(person: User, number: str) -> None:
    at = timezone.now()
    until = at + timedelta(minutes=10)
    message = Message(person=person, channel="text", recipient=number, created_at=at, due_at=at)
    message.expires_at = until
    message.write(f"{CODE} is your EPCS Portal code.")
    message.save()
    markers.note("codes", CODE)


def _a_letter(person: User, agent: User) -> str:
    """A proofing whose letter waits to be printed; return the code in it."""
    proofing = factories.an_identity_proofing(person)
    proofing.recorded_by, proofing.phone, proofing.activated_at = agent, PROOFED, None
    proofing.save()
    piece = activation.send(proofing, activation.Channel.POST, at=timezone.now())
    code = piece.take().decode()
    markers.note("codes", code)
    return code
