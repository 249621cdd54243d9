"""A stand-in for Stripe in a process of its own, and the portal at a port it can call back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from billing.payments import stripe_gateway
from tests import factories
from tests.billing import stand_in
from tests.billing.stand_in import KEY, SECRET, Stripe
from tests.services.portal_in_hand import portal_at_a_port

STRIPE = "billing.payments.stripe_gateway.StripeCheckout"


@pytest.fixture
def portal(cloned_db, settings) -> Iterator[str]:
    with portal_at_a_port(settings) as address:
        yield address


@pytest.fixture(scope="session")
def stripe_stand_in() -> Iterator[Stripe]:
    with stand_in.running() as stripe:
        yield stripe


@pytest.fixture
def stripe(stripe_stand_in, portal, settings) -> Stripe:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    settings.STRIPE_API_URL = stripe_stand_in.address
    settings.PAYMENT_PROCESSOR = STRIPE
    stripe_stand_in.begin(portal)
    return stripe_stand_in


@pytest.fixture
def away(settings) -> None:
    """No Stripe answers."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = KEY, "http://127.0.0.1:1"
    settings.PAYMENT_PROCESSOR = STRIPE


@pytest.fixture
def buyer(stripe) -> User:
    """A prescriber, in the database of the test with Stripe."""
    person = factories.a_prescriber("snguyen")
    person.email = "sam@lakeside.example"
    person.save()
    return person


@pytest.fixture
def browser(buyer) -> Client:
    browser = Client()
    browser.force_login(buyer)
    return browser


@pytest.fixture
def impatient(stripe, settings) -> Iterator[None]:
    """A client that gives up soon. It is kept for an address and a key, and forgotten here."""
    settings.GATEWAY_TIMEOUT_SECONDS = 0.5
    stripe_gateway._client_of.cache_clear()
    yield
    stripe_gateway._client_of.cache_clear()
