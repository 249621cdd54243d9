from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from tests.accounts.signing_in import is_signed_in, sign_in
from tokens import step_up
from tokens.models import StepUp


@pytest.fixture
def browser(client, prescriber):
    sign_in(client)
    return client


def prove(client, token):
    key = client.session.session_key
    method, cookie = StepUp.Method.HARD_TOKEN, "c" * 64
    step_up.begin(by=token, method=method, session_key=key, cookie=cookie, at=timezone.now())


def test_signing_out_ends_the_session_on_the_server(browser, prescriber, token):
    prove(browser, token)
    cookies = browser.cookies.copy()

    answer = browser.post("/sign-out/")

    assert answer["Location"] == "/sign-in/?ended=asked"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert StepUp.objects.get().ended_at is not None
    assert not Session.objects.exists()
    stolen = Client()
    stolen.cookies = cookies
    assert not is_signed_in(stolen)
    event = AuditEvent.objects.get(event=Event.SIGN_OUT)
    assert (event.actor, event.chain) == (prescriber, prescriber.audit_chain)


def test_a_link_signs_nobody_out(browser):
    assert browser.get("/sign-out/").status_code == 405
    assert is_signed_in(browser)


def test_a_form_of_another_site_signs_nobody_out(browser):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies

    assert strict.post("/sign-out/").status_code == 403
    assert is_signed_in(browser)


def test_signing_out_twice_is_no_error(browser):
    browser.post("/sign-out/")

    assert browser.post("/sign-out/")["Location"] == "/sign-in/?ended=asked"
    assert AuditEvent.objects.filter(event=Event.SIGN_OUT).count() == 1
