"""The Content-Security-Policy and its companions stand on every response."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

CSP = {
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize(
    "page", ["/sign-in/", "/support/", "/settings/epcs/", "/nowhere/", "/healthz"]
)
def test_every_response_carries_the_headers(signed_in, page):
    headers = signed_in.get(page).headers

    assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_static_file_may_be_kept(db, client):
    response = client.get("/static/css/epcs.css")

    response.close()
    assert response.status_code == 200
    assert "no-store" not in response.headers["Cache-Control"]


def test_a_form_from_elsewhere_is_refused_with_a_page(prescriber):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(prescriber)

    response = strict.post(reverse("token_add"), {"serial": "GALH12345678"})

    assert response.status_code == 403
    assert "nothing was" in response.text.lower()
