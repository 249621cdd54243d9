"""Out of sync while signing: said from the password alone, and mended on the same page."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import SigningState
from prescriptions.models import Signature
from tests.prescriptions import signing
from tests.tokens.reading import events_of, form_key_in, read


@pytest.mark.parametrize("pin", [signing.PIN, signing.WRONG_PIN])
def test_it_is_said_whatever_the_pin_was(desk, pin):
    desk.fob.press(15)

    response = desk.sign(pin=pin)

    assert "Your token is out of sync" in read(response)
    assert "not right" not in read(response)
    assert not Signature.objects.exists()
    assert not SigningState.objects.filter(failures__gt=0).exists()


def test_two_passwords_on_the_same_page_bring_it_back_and_the_prescription_stays(desk):
    desk.fob.press(400)
    response = desk.sign()
    pair = desk.fob.press_twice()
    page = signing.address(desk.patient)

    response = desk.client.post(
        page, {"form_key": form_key_in(response), "resync": "1", **pair}, follow=True
    )

    assert "Your token is back in sync" in read(response)
    shown = signing.read(response)
    assert shown.ticked == {desk.rx.reference}
    assert desk.send(shown, pin=signing.PIN, otp=desk.fob.press()).status_code == 302
    assert Signature.objects.count() == 1


def test_a_pair_that_does_not_fit_is_explained_on_the_same_page(desk):
    desk.fob.press(15)
    response = desk.sign()
    first = desk.fob.press()
    desk.fob.press()

    response = desk.client.post(
        signing.address(desk.patient),
        {
            "form_key": form_key_in(response),
            "resync": "1",
            "otp1": first,
            "otp2": desk.fob.press(),
        },
    )

    assert "The button was pressed an extra time between these two passwords." in read(response)
    assert desk.rx.reference in read(response)


def test_a_second_click_on_resync_shows_the_first_result(desk):
    desk.fob.press(15)
    form = {"form_key": form_key_in(desk.sign()), "resync": "1", **desk.fob.press_twice()}
    page = signing.address(desk.patient)
    first = desk.client.post(page, form)

    second = desk.client.post(page, form)

    assert second.url == first.url
    assert events_of(desk.user).count("token.resynchronized") == 1


def test_without_a_token_there_is_nothing_to_resync(desk):
    desk.fob.press(15)
    form = {"form_key": form_key_in(desk.sign()), "resync": "1", **desk.fob.press_twice()}
    desk.user.hardtokens.update(status="removed", removed_at=timezone.now())

    response = desk.client.post(signing.address(desk.patient), form)

    assert "You need a token to sign" in read(response)
