"""Mobile ID where a hardware token alone would do: a new PIN, a hold that is lifted, readiness."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.knowledge import Knowledge
from accounts.models import KnowledgeFactor, KnowledgeProof
from accounts.signing_access import Access, access_of
from tests import factories
from tests.accounts.pins import NEW, NEW_PIN, PROVE, choose, what_is
from tests.pages import form_key_on, submit
from tests.tokens.mobile_phone import PhoneInHand, a_mobile_id
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import events_of, read
from tokens import notices
from tokens.models import ApprovalRequest, HardToken, SecurityNotice, SoftToken

HOLD, SETTINGS = "/epcs/hold/", "/settings/epcs/"


@pytest.fixture
def maria(client, db):
    user = factories.a_signer("mreyes")
    client.force_login(user)
    return user


@pytest.fixture
def phone(maria) -> PhoneInHand:
    return a_mobile_id(maria)


def test_a_code_proves_it_for_a_new_pin(client, maria, phone):
    page = read(client.get(PROVE))

    response = submit(client, PROVE, source="mobile", otp=phone.code())
    choose(client, NEW_PIN)

    assert "Authy Passcode" in page
    assert response.url.startswith(NEW)
    assert what_is(NEW_PIN, maria) is Knowledge.RIGHT
    assert KnowledgeProof.objects.get().token == "Mobile ID (•••) •••-0142"


def test_of_two_tokens_one_is_chosen(client, maria, phone):
    _token, fob = factories.a_hard_token(maria)

    unchosen = submit(client, PROVE, otp=fob.press())
    response = submit(client, PROVE, source="token", otp=fob.press())

    assert "Choose where the one-time password comes from" in read(unchosen)
    assert response.url.startswith(NEW)


def test_the_phone_signature_option_is_the_code_generator(client, maria, phone):
    factories.a_hard_token(maria)
    unchosen = read(submit(client, PROVE, option=""))
    page = submit(client, PROVE, option="code").url
    shown = read(client.get(page))

    response = submit(client, page, otp=phone.code())

    assert unchosen.count("Select your phone signature option.") == 2
    assert "Enter 2FA Code" in shown
    assert "Submit 2FA Code" in shown
    assert "Select Setup" not in shown
    assert 'name="source"' not in shown
    assert response.url.startswith(NEW)


def test_without_mobile_id_there_is_no_phone_signature_option(client, maria):
    factories.a_hard_token(maria)

    page, chosen = client.get(PROVE), client.get(f"{PROVE}?option=code")

    assert "Phone signature option" not in page.text
    assert chosen.url == PROVE


def test_a_push_notification_proves_it(client, maria, phone):
    page = submit(client, PROVE, option="push").url
    request = ApprovalRequest.objects.get()
    key = form_key_on(client, page)
    phone.approve_by_number()

    response = client.post(page, {"form_key": key, "approval": str(request.pk)})

    assert request.title == "Validate for PIN reset"
    assert response.url.startswith(NEW)
    assert "pin.proof_given" in events_of(maria)


def test_without_a_phone_no_push_notification_is_offered_or_sent(client, maria):
    a_mobile_id(maria, with_phone=False)

    assert "Push notification" not in read(client.get(PROVE))
    assert "There is no phone that could be asked" in read(submit(client, PROVE, option="push"))


def test_a_mobile_id_that_is_gone_is_asked_for_nothing(client, maria):
    factories.a_hard_token(maria)

    gone = submit(client, PROVE, source="mobile", otp="123456")
    asked = submit(client, PROVE, option="push")

    assert "Choose where the one-time password comes from" in read(gone)
    assert "There is no phone that could be asked" in read(asked)


def test_a_locked_mobile_id_alone_says_until_when(client, maria, phone):
    until = timezone.now() + timedelta(minutes=15)
    SoftToken.objects.update(failures=5, locked_until=until)

    assert "We locked Mobile ID after 5 incorrect codes" in read(client.get(PROVE))
    assert "We locked Mobile ID after 5 incorrect codes" in read(client.get(SETTINGS))


def test_a_phone_bound_mobile_id_reaches_no_pin(client, maria):
    phone = a_mobile_id(maria)
    keys = [form_key_on(client, PROVE) for _ in range(2)]
    SoftToken.objects.update(is_phone_bound=True)
    page = read(client.get(PROVE))

    client.post(PROVE, {"form_key": keys[0], "source": "mobile", "otp": phone.code()})
    asked = client.post(PROVE, {"form_key": keys[1], "option": "push"})

    assert "Added with a backup phone" in page
    assert "There is no phone that could be asked" in read(asked)
    assert not KnowledgeProof.objects.exists()
    assert not ApprovalRequest.objects.exists()


def test_a_proof_ends_with_the_token_that_gave_it(client, maria, phone):
    submit(client, PROVE, source="mobile", otp=phone.code())
    key = form_key_on(client, NEW)
    SoftToken.objects.update(status="removed", removed_at=timezone.now())

    client.post(NEW, {"form_key": key, "pin": NEW_PIN, "confirm": NEW_PIN})

    assert what_is(NEW_PIN, maria) is not Knowledge.RIGHT


def test_from_before_the_change_it_lifts_a_hold(client, maria, phone):
    an_hour_ago = timezone.now() - timedelta(hours=1)
    SoftToken.objects.update(bound_at=an_hour_ago)
    KnowledgeFactor.objects.update(set_at=an_hour_ago)
    factories.a_hard_token(maria)
    change, now = SecurityNotice.Change.PHONE_ADDED, timezone.now() - timedelta(minutes=1)
    HardToken.objects.update(bound_at=timezone.now())
    notice = notices.note(maria, change, at=now)
    client.post(notices.link_of(notice).removeprefix("https://portal.example.org"))

    assert access_of(maria.prescriber) is Access.HELD
    submit(client, HOLD, pin="4827", source="mobile", otp=phone.code())

    assert access_of(maria.prescriber) is Access.GRANTED


def test_a_phone_that_gave_it_up_is_not_counted(client, maria, phone):
    phone.say("leave", kind="leave")
    alone = client.get(SETTINGS).context["readiness"]
    factories.a_hard_token(maria)
    beside = client.get(SETTINGS).context["readiness"]

    assert alone["tone"] == "bad"
    assert alone["action"]["label"] == "Move to another phone"
    assert beside["title"] == "You can sign, but not with Mobile ID"
    assert beside["action"]["url"] == "/epcs/mobile-id/add/?replace=1"
    assert beside["checks"][2]["text"] == "Not on your phone"


def test_readiness_counts_both_tokens(client, maria, phone):
    a_backup_phone(maria)
    alone = client.get(SETTINGS).context["readiness"]
    factories.a_hard_token(maria)
    both = client.get(SETTINGS).context["readiness"]
    HardToken.objects.update(out_of_step_at=timezone.now())
    without_hard = client.get(SETTINGS).context["readiness"]
    HardToken.objects.update(out_of_step_at=None)
    SoftToken.objects.update(out_of_step_at=timezone.now())
    without_mobile = client.get(SETTINGS).context["readiness"]
    HardToken.objects.update(status="removed", removed_at=timezone.now())
    neither = client.get(SETTINGS).context["readiness"]

    assert alone["title"] == both["title"] == "Ready to sign"
    assert alone["text"].endswith("with Mobile ID.")
    assert both["text"].endswith("with your hardware token or Mobile ID.")
    assert without_hard["title"] == "You can sign, but not with your hardware token"
    assert without_hard["action"]["label"] == "Resync your token"
    assert without_mobile["title"] == "You can sign, but not with Mobile ID"
    assert without_mobile["action"]["label"] == "Check a code"
    assert neither["tone"] == "bad"
    assert neither["action"]["label"] == "Check a code"
