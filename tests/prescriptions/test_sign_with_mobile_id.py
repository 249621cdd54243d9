"""Signing with Mobile ID: by its code, and by a request that the phone approves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import SigningState
from prescriptions.models import Prescription, Signature
from tests import factories
from tests.pages import submit
from tests.prescriptions import signing
from tests.prescriptions.signing import Desk, address
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import PhoneInHand, a_mobile_id
from tests.tokens.reading import choose, events_of, read
from tokens.models import ApprovalRequest, HardToken, SoftToken

ON_A_PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"}
NOT_RIGHT = "The EPCS PIN or one-time password is not right"


@pytest.fixture
def phone(desk) -> PhoneInHand:
    return a_mobile_id(desk.user)


def ask(desk: Desk, **fields: object) -> str:
    """Press "Approve on my phone instead"; return the page that waits."""
    answer = desk.send(desk.open(), ask="1", **fields)
    assert answer.status_code == 302, read(answer)
    return answer.url


def sign_on(desk: Desk, page: str, *, pin: str = signing.PIN):
    shown = signing.read(desk.client.get(page))
    request = ApprovalRequest.objects.order_by("asked_at").last()
    ready = [shown.boxes[reference] for reference in shown.ticked]
    form = {**shown.fields, "ready": ready, "pin": pin, "approval": str(request.pk)}
    return desk.client.post(page, form)


def test_a_code_of_mobile_id_signs(desk, phone):
    response = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp=phone.code())

    assert response.status_code == 302
    record = json.loads(Signature.objects.get().record)
    assert record["factors"]["possession"] == "Mobile ID (•••) •••-0142"
    assert HardToken.objects.get().next_factor == 0


def test_a_used_code_signs_nothing_and_is_told_what_a_wrong_pin_is_told(desk, phone):
    second = factories.a_prescription(desk.user, desk.patient, quantity=60)
    code = phone.code()
    page = desk.open()
    ready = [page.boxes[desk.rx.reference]]
    desk.send(page, ready=ready, pin=signing.PIN, source="mobile", otp=code)

    refused = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp=code)

    assert NOT_RIGHT in read(refused)
    second.refresh_from_db()
    assert second.status != Prescription.Status.SIGNED
    assert "otp.replayed" in events_of(desk.user)


def test_a_code_that_verified_does_not_sign_as_well(desk, phone):
    """One use, across all purposes (RFC 6238 section 5.2)."""
    code = phone.code()
    verified = submit(desk.client, "/epcs/verify/mobile/", otp=code)

    refused = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp=code)

    assert verified.status_code == 302
    assert NOT_RIGHT in read(refused)
    assert not Signature.objects.exists()


def test_a_slow_clock_is_told_and_costs_no_attempt_to_sign(desk, phone):
    refused = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp=phone.code(-4))

    assert "Your phone's clock is about 2 minutes slow" in read(refused)
    assert SigningState.objects.get().failures == 0


def test_the_phone_shows_what_is_signed_and_the_record_says_that_it_approved(desk, phone):
    page = ask(desk)
    waiting = read(desk.client.get(page))
    [said] = phone.list()

    phone.approve_by_number()
    response = sign_on(desk, page)

    drug = desk.rx
    assert said["title"] == "Sign 1 prescription"
    assert (
        f"{drug.drug_name} {drug.drug_strength} {drug.drug_form}, {drug.quantity} ("
        in (said["lines"][0])
    )
    initials = f"{desk.patient.first_name[0]}. {desk.patient.last_name[0]}."
    assert said["lines"][1] == f"For {initials}, {desk.rx.reference}"
    assert desk.patient.last_name not in json.dumps(said)
    assert "Waiting for you to approve on your phone" in waiting
    assert response.status_code == 302, read(response)
    possession = json.loads(Signature.objects.get().record)["factors"]["possession"]
    assert possession.startswith("Mobile ID (•••) •••-0142, approved on the phone (request ")
    assert HardToken.objects.get().next_factor == 0


@pytest.mark.parametrize("pin", [signing.PIN, signing.WRONG_PIN])
def test_before_the_phone_answered_nothing_is_told_of_the_pin(desk, phone, pin):
    page = ask(desk)

    refused = sign_on(desk, page, pin=pin)

    assert "Your phone has not answered yet" in read(refused)
    assert NOT_RIGHT not in read(refused)
    assert SigningState.objects.get().failures == 0
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [lambda phone: phone.deny(), lambda phone: phone.approve("x")],
    ids=["denied", "wrong number"],
)
def test_a_request_that_was_not_approved_signs_nothing(desk, phone, answer):
    page = ask(desk)
    form = signing.read(desk.client.get(page))
    answer(phone)
    request = ApprovalRequest.objects.get()
    fields = {"pin": signing.PIN, "approval": str(request.pk)}

    refused = desk.client.post(page, {**form.fields, **fields, "ready": list(form.boxes.values())})
    again = read(desk.client.get(page))

    assert "not approved on your phone for this page" in read(refused)
    assert "Not approved on your phone" in again
    assert "Approve on my phone instead" in again
    assert not Signature.objects.exists()


def test_a_wrong_pin_uses_the_approval_up(desk, phone):
    page = ask(desk)
    phone.approve_by_number()

    wrong = sign_on(desk, page, pin=signing.WRONG_PIN)
    again = sign_on(desk, page)

    assert NOT_RIGHT in read(wrong)
    assert "You have 4 attempts left" in read(wrong)
    assert "not approved on your phone for this page" in read(again)
    assert not Signature.objects.exists()


def test_an_approval_of_one_prescription_signs_no_other(desk, phone):
    second = factories.a_prescription(desk.user, desk.patient, quantity=60)
    shown = desk.open()
    page = ask(desk, ready=[shown.boxes[desk.rx.reference]])
    phone.approve_by_number()
    request = ApprovalRequest.objects.get()
    form = {**desk.open().fields, "pin": signing.PIN, "approval": str(request.pk)}

    for ready in ([shown.boxes[second.reference]], list(shown.boxes.values())):
        refused = desk.client.post(page, {**form, "ready": ready})
        assert "not approved on your phone for this page" in read(refused)
        form["form_key"] = signing.read(refused).fields["form_key"]

    assert not Signature.objects.exists()
    done = sign_on(desk, page)
    assert done.status_code == 302
    second.refresh_from_db()
    assert second.status != Prescription.Status.SIGNED


def test_a_prescription_that_changed_since_is_not_signed(desk, phone):
    page = ask(desk)
    phone.approve_by_number()
    shown = signing.read(desk.client.get(page))
    Prescription.objects.update(quantity=31)
    request = ApprovalRequest.objects.get()
    form = {**shown.fields, "pin": signing.PIN, "approval": str(request.pk)}

    refused = desk.client.post(page, {**form, "ready": list(shown.boxes.values())})

    assert "This prescription changed after you opened it" in read(refused)
    assert not Signature.objects.exists()


def test_an_approval_to_verify_signs_nothing(desk, phone):
    choose(desk.client, "/epcs/verify/", "push")
    phone.approve_by_number()

    refused = sign_on(desk, address(desk.patient))

    assert not Signature.objects.exists()
    assert refused.status_code == 200


def test_nothing_marked_is_asked_for_nothing(desk, phone):
    refused = desk.send(desk.open(), ready=[], ask="1")

    assert "Mark at least one prescription as ready to sign" in read(refused)
    assert not ApprovalRequest.objects.exists()


def test_a_changed_prescription_is_not_asked_for(desk, phone):
    page = desk.open()
    Prescription.objects.update(quantity=31)

    assert "changed after you opened it" in read(desk.send(page, ask="1"))
    assert not ApprovalRequest.objects.exists()


def test_locked_signing_asks_no_phone(desk, phone):
    page, until = desk.open(), timezone.now() + timedelta(minutes=15)
    SigningState.objects.create(user=desk.user, failures=5, locked_until=until)

    desk.send(page, ask="1")

    assert not ApprovalRequest.objects.exists()
    assert "signing.not_allowed" in events_of(desk.user)


def test_without_a_phone_or_a_mobile_id_none_is_asked(desk):
    assert "You have no such token any more" in read(desk.send(desk.open(), ask="1"))
    a_mobile_id(desk.user, with_phone=False)

    page = desk.open()

    assert "Approve on my phone instead" not in page.response.text
    assert "There is no phone that could be asked" in read(desk.send(page, ask="1"))


def test_a_code_of_a_mobile_id_that_is_gone_signs_nothing(desk):
    refused = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp="123456")

    assert "You have no such token any more" in read(refused)


def test_on_a_phone_mobile_id_is_not_separate(desk, phone):
    page = signing.read(desk.client.get(address(desk.patient), **ON_A_PHONE))
    form = {**page.fields, "ready": list(page.boxes.values()), "pin": signing.PIN}
    code = {**form, "source": "mobile", "otp": phone.code()}

    by_code = desk.client.post(address(desk.patient), code, **ON_A_PHONE)
    asked = desk.client.post(address(desk.patient), {**form, "ask": "1"}, **ON_A_PHONE)
    HardToken.objects.update(status="removed", removed_at=timezone.now())
    alone = desk.client.get(address(desk.patient), **ON_A_PHONE)

    separate = "The token must be separate from the device you sign on"
    assert separate in page.response.text
    assert separate in read(by_code)
    assert separate in read(asked)
    assert "You can't sign on this device" in read(alone)
    assert not Signature.objects.exists()
    assert not ApprovalRequest.objects.exists()


def test_mobile_id_signs_while_the_hard_token_is_out_of_sync(desk, phone):
    HardToken.objects.update(out_of_step_at=timezone.now())

    page = read(desk.client.get(address(desk.patient)))
    done = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp=phone.code())

    assert "Sign with Mobile ID now, or resync your token first" in page
    assert done.status_code == 302


def test_who_has_mobile_id_alone_signs_and_is_told_when_it_is_locked(desk, phone):
    HardToken.objects.update(status="removed", removed_at=timezone.now())
    until = timezone.now() + timedelta(minutes=15)
    SoftToken.objects.update(failures=5, locked_until=until)
    locked = read(desk.client.get(address(desk.patient)))
    SoftToken.objects.update(failures=0, locked_until=None)

    done = desk.send(desk.open(), pin=signing.PIN, source="mobile", otp=phone.code())

    assert "Mobile ID is locked" in locked
    assert done.status_code == 302


def test_an_approval_is_finished_within_two_minutes(desk, phone):
    page = ask(desk)
    phone.approve_by_number()
    minutes_pass(ApprovalRequest.objects.get(), 2)

    assert "not approved on your phone for this page" in read(sign_on(desk, page))
