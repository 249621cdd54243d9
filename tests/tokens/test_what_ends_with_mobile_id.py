"""A lost phone leads back, and nothing outlives what it was begun or given by."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.test import Client
from django.utils import timezone

from accounts.flows.place_hold import place_hold
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.mobile_phone import (
    ADD,
    PhoneInHand,
    a_mobile_id,
    add_mobile_id,
    base64url,
    begin,
    link_on_the_phone,
)
from tests.tokens.reading import choose, is_verified, read
from tokens import notices
from tokens.models import (
    ApprovalRequest,
    HardToken,
    MobileDevice,
    MobileIdSetup,
    PushState,
    SecurityNotice,
    SoftToken,
)

# SubjectPublicKeyInfo of P-256 with its parameters spelled out (RFC 3279), up to the point.
WITH_PARAMETERS = bytes.fromhex(
    "3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100"
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff305b0420"
    "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc0420"
    "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500"
    "c49d360886e704936a6678e1139d26b7819f7e90044104"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100"
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
    "020101034200"
)
VERIFY = "/epcs/verify/?for=authenticate"
HARD = "/epcs/token/add/"
LONG_AGO = "2026-01-01T00:00:00Z"


@pytest.fixture
def elsewhere(prescriber) -> Client:
    browser = Client()
    browser.force_login(prescriber)
    return browser


def paired(phone: PhoneInHand) -> PhoneInHand:
    assert phone.pair(link_on_the_phone()).status_code == 200
    return phone


def is_open(setup: MobileIdSetup, browser: Client) -> bool:
    """Whether its page still shows the key."""
    return "data-key>" in browser.get(f"/epcs/mobile-id/{setup.pk}/approve/").text


def test_who_lost_the_only_phone_and_was_proofed_again_adds_another(signed_in, prescriber):
    lost = a_mobile_id(prescriber)
    assert signed_in.get(f"{ADD}?replace=1").url.startswith("/epcs/verify/")
    factories.a_grant(prescriber)

    begin(signed_in, prescriber, f"{ADD}?replace=1")
    paired(PhoneInHand()).approve()

    assert SoftToken.live().get().bound_at > SoftToken.objects.get(status="removed").bound_at
    assert lost.say("requests", kind="list").status_code == 410
    # The grant has done its work: what was bound under it has to be shown from here on.
    assert signed_in.get(f"{ADD}?replace=1").url.startswith("/epcs/verify/")


def test_who_lost_the_only_phone_and_was_proofed_again_adds_a_hardware_token(
    signed_in, prescriber, new_fob
):
    a_mobile_id(prescriber)
    assert signed_in.get(HARD).url.startswith("/epcs/verify/")
    factories.a_grant(prescriber)

    assert signed_in.get(HARD).status_code == 200


def test_a_grant_that_has_done_its_work_does_not_come_back(signed_in, prescriber):
    _old, fob = factories.a_hard_token(prescriber)
    HardToken.objects.update(bound_at=timezone.now() - timedelta(days=30))
    factories.a_grant(prescriber)
    begin(signed_in, prescriber)
    paired(PhoneInHand()).approve()
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())
    submit(signed_in, f"/epcs/mobile-id/{SoftToken.objects.get().pk}/remove/", reason="replaced")
    assert not SoftToken.live().exists()
    only_a_password = Client()
    only_a_password.force_login(prescriber)

    assert only_a_password.get(ADD).url.startswith("/epcs/verify/")


def test_a_grant_from_before_the_token_opens_nothing_any_more(signed_in, prescriber):
    factories.a_grant(prescriber)
    a_mobile_id(prescriber)

    assert signed_in.get(f"{ADD}?replace=1").url.startswith("/epcs/verify/")


def test_a_setup_ends_when_the_token_it_was_begun_by_is_removed(verified, prescriber):
    setup = begin(verified, prescriber)
    phone = paired(PhoneInHand())
    shown, page = is_open(setup, verified), f"/epcs/mobile-id/{setup.pk}/code/"
    key = form_key_on(verified, page)
    HardToken.objects.update(status="removed", removed_at=timezone.now())

    answer = phone.approve()
    verified.post(page, {"form_key": key, "otp": phone.code()})

    assert shown
    assert not is_open(setup, verified)
    assert answer.json()["error"] == "setup-over"
    assert not SoftToken.objects.exists()
    assert ApprovalRequest.objects.get().state == "open"


def test_a_setup_under_a_grant_ends_when_a_token_is_bound(granted, prescriber):
    setup = begin(granted, prescriber)
    phone = paired(PhoneInHand())
    factories.a_hard_token(prescriber)

    assert phone.approve().json()["error"] == "setup-over"
    assert not is_open(setup, granted)
    assert not SoftToken.objects.exists()


@pytest.mark.parametrize("event", ["hold", "removal", "not-me"])
def test_an_approval_that_was_not_spent_ends_with_it(signed_in, prescriber, elsewhere, event):
    phone = a_mobile_id(prescriber)
    page = choose(signed_in, VERIFY, "push").url
    request, key = ApprovalRequest.objects.get(), form_key_on(signed_in, page)
    phone.approve_by_number()
    if event == "hold":
        notice = notices.note(prescriber, SecurityNotice.Change.PHONE_ADDED, at=timezone.now())
        place_hold(notice=notice, at=timezone.now())
    elif event == "removal":
        token = SoftToken.objects.get()
        factories.a_hard_token(prescriber)
        submit(elsewhere, "/epcs/verify/mobile/", otp=phone.code())
        submit(elsewhere, f"/epcs/mobile-id/{token.pk}/remove/", reason="replaced")
        assert not SoftToken.live().exists()
    else:
        choose(elsewhere, VERIFY, "push")
        phone.deny("not-me")

    signed_in.post(page, {"form_key": key, "approval": str(request.pk)})

    request.refresh_from_db()
    assert request.state == "superseded"
    assert not is_verified(signed_in)


def test_a_phone_that_left_pairs_again_by_a_new_link(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, first, second = f"/epcs/mobile-id/{setup.pk}/approve/", PhoneInHand(), PhoneInHand()
    link = link_on_the_phone()
    assert first.pair(link).status_code == 200
    assert first.say("leave", kind="leave").status_code == 200
    assert second.pair(link).json()["error"] == "link-over"
    ApprovalRequest.objects.update(asked_at=LONG_AGO)

    assert submit(verified, wait, resend="1").status_code == 302
    paired(second).approve()

    assert SoftToken.objects.get().device == MobileDevice.objects.get(pk=second.device)
    assert first.say("requests", kind="list").status_code == 410


def test_a_link_that_was_replaced_pairs_nothing(verified, prescriber):
    setup = begin(verified, prescriber)
    before = link_on_the_phone()
    ApprovalRequest.objects.update(asked_at=LONG_AGO)
    submit(verified, f"/epcs/mobile-id/{setup.pk}/approve/", resend="1")

    assert link_on_the_phone() != before
    assert PhoneInHand().pair(before).json()["error"] == "link-over"


def test_a_key_is_a_point_of_p_256_in_the_one_spelling(verified, prescriber):
    begin(verified, prescriber)
    link, phone = link_on_the_phone(), PhoneInHand()
    digest = hashlib.sha256(link.encode()).hexdigest()
    named = base64.urlsafe_b64decode(phone.public_key + "==")
    spelled_out = base64url(WITH_PARAMETERS + named[26:])
    is_loaded = load_der_public_key(WITH_PARAMETERS + named[26:])

    for key in (spelled_out, "A" * 122, "A" * 4000, "!", ""):
        said = phone.signed(kind="pair", link_digest=digest, public_key=key)
        refused = phone.post("pair", {"link": link, "name": "x", **said})
        assert refused.json()["error"] == "not-recognized", key[:20]

    assert isinstance(is_loaded, ec.EllipticCurvePublicKey)
    assert not MobileDevice.objects.exists()
    assert phone.pair(link).status_code == 200


def test_a_stranger_with_a_mistyped_numbers_text_freezes_nothing(verified, prescriber):
    begin(verified, prescriber)

    paired(PhoneInHand()).deny("not-me")

    assert MobileIdSetup.objects.get().state == "denied"
    assert PushState.objects.get().frozen_at is None


def test_requests_that_were_stopped_go_on_after_a_code_is_checked(verified, prescriber, elsewhere):
    phone = add_mobile_id(verified, prescriber)
    ApprovalRequest.objects.update(asked_at=LONG_AGO)
    choose(elsewhere, VERIFY, "push")
    phone.deny("not-me")
    stopped = read(choose(elsewhere, VERIFY, "push"))

    submit(verified, f"/epcs/mobile-id/{SoftToken.objects.get().pk}/test/", otp=phone.code())
    ApprovalRequest.objects.update(asked_at=timezone.now() - timedelta(hours=1))

    assert "no more are sent until a code was right" in stopped
    assert choose(elsewhere, VERIFY, "push").status_code == 302


def test_the_way_to_another_phone_keeps_its_door(signed_in, prescriber):
    a_mobile_id(prescriber)

    verify = signed_in.get(f"{ADD}?replace=1&door=admin", follow=True)

    assert "Back to EPCS Device Management" in read(verify)
