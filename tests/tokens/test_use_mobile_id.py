"""Verify it's you with Mobile ID, by code and by push; what its clock and its locks do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import PhoneInHand, a_mobile_id
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import choose, events_of, form_key_in, is_verified, read
from tokens.flows.remove_token import remove_token
from tokens.models import ApprovalRequest, SecurityNotice, SoftSeed, SoftToken, StepUp
from tokens.removal_refusals import TokenGone
from tokens.step_up import Authority

VERIFY = "/epcs/verify/"
CODE = "/epcs/verify/mobile/"
RIGHT = "That code is right"


@pytest.fixture
def phone(prescriber) -> PhoneInHand:
    return a_mobile_id(prescriber)


@pytest.fixture
def mobile_id(phone) -> SoftToken:
    return SoftToken.objects.get()


def checked(client: Client, code: str) -> str:
    return read(submit(client, f"/epcs/mobile-id/{SoftToken.objects.get().pk}/test/", otp=code))


def test_a_code_verifies(signed_in, phone):
    assert choose(signed_in, VERIFY, "mobile").url.startswith(CODE)

    submit(signed_in, CODE, otp=phone.code())

    assert is_verified(signed_in)
    assert StepUp.objects.get().method == "mobile-code"


def test_a_request_verifies_the_page_that_asked(signed_in, phone):
    page = choose(signed_in, VERIFY, "push").url
    shown = signed_in.get(page)
    request = ApprovalRequest.objects.get()
    early = submit(signed_in, page, approval=str(request.pk))

    phone.approve_by_number()
    form = {"form_key": form_key_in(early), "approval": str(request.pk)}
    status = signed_in.get(f"/epcs/approvals/{request.pk}.json").json()
    answer = signed_in.post(page, form)
    again = signed_in.post(page, form)

    assert f">{request.number}<" in shown.text
    assert "Your phone has not answered yet" in read(early)
    assert (status["state"], status["final"]) == ("approved", True)
    assert is_verified(signed_in)
    assert answer.url == again.url
    assert StepUp.objects.get().method == "mobile-push"
    assert signed_in.get(page).status_code == 302


def test_an_approval_is_good_once(signed_in, phone):
    page = choose(signed_in, VERIFY, "push").url
    request, first = ApprovalRequest.objects.get(), form_key_on(signed_in, page)
    second = form_key_on(signed_in, page)
    phone.approve_by_number()
    signed_in.post(page, {"form_key": first, "approval": str(request.pk)})

    refused = signed_in.post(page, {"form_key": second, "approval": str(request.pk)})

    assert "not approved on your phone for this page" in read(refused)
    assert StepUp.objects.count() == 1


def test_another_session_can_neither_see_nor_use_it(signed_in, phone, prescriber):
    page = choose(signed_in, VERIFY, "push").url
    request = ApprovalRequest.objects.get()
    other = Client()
    other.force_login(prescriber)
    phone.approve_by_number()

    key = form_key_on(other, choose(other, VERIFY, "push").url)
    refused = other.post(page, {"form_key": key, "approval": str(request.pk)})

    assert other.get(page).status_code == 302
    assert other.get(f"/epcs/approvals/{request.pk}.json").status_code == 404
    assert "not approved on your phone for this page" in read(refused)
    assert not is_verified(other)


def test_an_approval_two_minutes_ago_is_too_old(signed_in, phone):
    page = choose(signed_in, VERIFY, "push").url
    request, key = ApprovalRequest.objects.get(), form_key_on(signed_in, page)
    phone.approve_by_number()
    request.refresh_from_db()
    minutes_pass(request, 2)

    refused = signed_in.post(page, {"form_key": key, "approval": str(request.pk)})

    assert "not approved on your phone for this page" in read(refused)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda phone: phone.deny(), "denied on your phone"),
        (lambda phone: phone.approve("x"), "Another number was entered"),
        (lambda _phone: minutes_pass(ApprovalRequest.objects.get(), 5), "not approved within 5"),
    ],
    ids=["denied", "wrong number", "expired"],
)
def test_the_page_says_what_became_of_it(signed_in, phone, what, words):
    page = choose(signed_in, VERIFY, "push").url

    what(phone)

    assert words in read(signed_in.get(page))


def test_without_a_phone_nothing_is_asked(signed_in, prescriber):
    a_mobile_id(prescriber, with_phone=False)

    page = read(signed_in.get(VERIFY))

    assert "Code generator" in page
    assert "Push notification" not in page


def test_the_step_before_and_after_now_are_right_and_the_next_ones_are_not(signed_in, phone):
    """RFC 6238 section 5.2: one step either side, and none twice."""
    before = phone.code(-1)
    assert RIGHT in read(signed_in.get(_done(signed_in, before)))
    assert "That code was already used" in checked(signed_in, before)
    assert RIGHT in read(signed_in.get(_done(signed_in, phone.code(1))))
    assert "That code was already used" in checked(signed_in, phone.code())


def _done(client: Client, code: str) -> str:
    page = f"/epcs/mobile-id/{SoftToken.objects.get().pk}/test/"
    answer = submit(client, page, otp=code)
    assert answer.status_code == 302, read(answer)
    return answer.url


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (-4, "Your phone's clock is about 2 minutes slow"),
        (4, "Your phone's clock is about 2 minutes fast"),
        (120, "Your phone's clock is about 1 hour fast"),
        (-240, "Your phone's clock is about 2 hours slow"),
    ],
)
def test_a_clock_that_is_wrong_is_named(signed_in, phone, steps, words):
    said = checked(signed_in, phone.code(steps))

    assert words in said
    assert "Turn on automatic date and time" in said
    card = read(signed_in.get("/settings/epcs/"))
    assert "Codes not accepted" in card
    assert "Your phone's clock may be wrong" in card
    assert RIGHT in read(signed_in.get(_done(signed_in, phone.code())))
    assert "Codes not accepted" not in read(signed_in.get("/settings/epcs/"))


def test_five_wrong_codes_lock_codes_and_requests(signed_in, phone, prescriber, mobile_id):
    wrong = phone.wrong_code()
    page = f"/epcs/mobile-id/{mobile_id.pk}/test/"
    key = choose(signed_in, VERIFY, "push").url

    left = [read(submit(signed_in, page, otp=wrong)) for _ in range(5)]

    assert "You have 4 attempts left" in left[0]
    assert "It unlocks by itself at" in left[4]
    assert SecurityNotice.objects.filter(change="mobile-id-locked").exists()
    request = ApprovalRequest.objects.get()
    phone.approve_by_number()
    refused = submit(signed_in, key, approval=str(request.pk))
    assert "We locked Mobile ID after 5" in read(refused)
    page = read(signed_in.get(VERIFY))
    assert "after 5 incorrect codes" in page
    assert signed_in.get(CODE).status_code == 302
    assert "token.locked" in events_of(prescriber)


def test_a_third_lock_in_a_day_holds_it(signed_in, phone, mobile_id):
    now = timezone.now()
    times = {"last_lock_at": now, "lock_before_at": now - timedelta(hours=1)}
    SoftToken.objects.update(failures=4, **times)

    said = checked(signed_in, phone.wrong_code())

    assert "designated individual at your practice unlocks it" in said
    assert "Mobile ID stays locked" in read(signed_in.get("/settings/epcs/"))
    assert "Locked until a designated individual" in read(signed_in.get(VERIFY))


def test_a_seed_that_was_altered_says_so(signed_in, phone, prescriber):
    SoftSeed.objects.update(sealed=b"x" * 60)

    assert "can't read our record of this token" in checked(signed_in, phone.code())
    assert "seed.unreadable" in events_of(prescriber)


def test_one_of_another_person_is_not_found_and_that_is_on_the_trail(signed_in, phone):
    other = factories.a_prescriber()
    a_mobile_id(other)
    theirs = SoftToken.objects.get(user=other)

    for page in ("test", "remove"):
        assert signed_in.get(f"/epcs/mobile-id/{theirs.pk}/{page}/").status_code == 404
    assert AuditEvent.objects.filter(event="access.denied").count() == 2


def test_a_phone_bound_mobile_id_opens_no_further_token(signed_in, prescriber):
    a_mobile_id(prescriber, is_phone_bound=True)

    page = read(signed_in.get("/epcs/verify/?for=reset-pin"))

    assert "Not for this, until your practice confirms it" in page
    assert "Added with a backup phone" in read(signed_in.get("/settings/epcs/"))


def test_it_is_removed_with_a_reason_and_everything_of_it_ends(
    signed_in, phone, token, fob, mobile_id, prescriber
):
    submit(signed_in, CODE, otp=phone.code())
    page = f"/epcs/mobile-id/{mobile_id.pk}/remove/"
    assert "Select a reason for removing" in read(submit(signed_in, page, reason=""))
    form = {"form_key": form_key_on(signed_in, page), "reason": "broken", "detail": "screen"}

    done, again = signed_in.post(page, form), signed_in.post(page, form)

    mobile_id.refresh_from_db()
    assert (mobile_id.status, mobile_id.reason, mobile_id.detail) == ("removed", "broken", "screen")
    assert done.url == again.url
    assert "Mobile ID removed" in read(signed_in.get(done.url))
    assert not is_verified(signed_in)
    assert bytes(SoftSeed.objects.get().sealed) == b""
    assert phone.say("requests", kind="list").status_code == 410
    card = read(signed_in.get("/settings/epcs/"))
    assert "Reason: broken" in card
    assert signed_in.get(page).status_code == 302
    assert "mobile_id.removed" in events_of(prescriber)


def test_a_second_page_that_removes_it_is_told_that_it_is_gone(signed_in, phone, token, mobile_id):
    submit(signed_in, CODE, otp=phone.code())
    page = f"/epcs/mobile-id/{mobile_id.pk}/remove/"
    first, second = (form_key_on(signed_in, page) for _ in range(2))
    signed_in.post(page, {"form_key": first, "reason": "replaced"})

    refused = signed_in.post(page, {"form_key": second, "reason": "replaced"})

    assert "was removed already" in read(refused)


def test_of_two_requests_one_removes_it(phone, token, mobile_id):
    how = {"reason": "replaced", "detail": "", "authority": Authority(name="x", session_key="")}
    remove_token(token=mobile_id, **how, at=timezone.now())

    with pytest.raises(TokenGone):
        remove_token(token=mobile_id, **how, at=timezone.now())


def test_the_last_token_is_not_removed_without_a_way_back_in(signed_in, phone, mobile_id):
    submit(signed_in, CODE, otp=phone.code())
    page = f"/epcs/mobile-id/{mobile_id.pk}/remove/"

    without = read(signed_in.get(page))
    backup = a_backup_phone(mobile_id.user)
    with_phone, key = read(signed_in.get(page)), form_key_on(signed_in, page)
    backup.delete()
    refused = signed_in.post(page, {"form_key": key, "reason": "replaced"})

    assert "Add a backup phone first" in without
    assert "This is your only active token" in with_phone
    assert "nothing was removed. Add a backup phone first" in read(refused)
    assert SoftToken.live().exists()
    assert "mobile_id.not_removed" in events_of(mobile_id.user)


def test_device_management_lists_it(signed_in, phone, prescriber):
    page = read(signed_in.get("/epcs/devices/"))

    assert "Mobile ID (Authy)" in page
    assert "(•••) •••-0142" in page
    mobile = SoftToken.objects.get()
    assert f"/epcs/mobile-id/{mobile.pk}/remove/?door=admin" in page
