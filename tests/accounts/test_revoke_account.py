"""Revoke OTP account and all credentials: guard after guard, and then everything is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.flows.revoke_account import CaseNotOpen, CaseTriesUsedUp, revoke_account
from accounts.models import KnowledgeFactor, SigningState, User
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.pins import NEW
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import ADD, a_mobile_id
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import events_of, read
from tokens import selectors
from tokens.models import (
    BackupPhone,
    HardToken,
    RevocationCase,
    SecurityNotice,
    SoftSeed,
    SoftToken,
    StepUp,
)
from tokens.step_up import Authority

PAGE, SETTINGS = "/epcs/revoke/", "/settings/epcs/"
CASE, PHRASE = "CS-7306-4118", "revoke all credentials"
NOT_OPEN = "That case number is not open for your account. Check it with support."
BY_TOKEN = Authority(name="step-up by hard-token", session_key="")


@pytest.fixture
def signer(client, db) -> User:
    user = factories.a_signer()
    client.force_login(user)
    return user


@pytest.fixture
def fob(signer) -> FobInHand:
    return factories.a_hard_token(signer)[1]


@pytest.fixture
def proven(client, fob) -> Client:
    """The signer, who has just shown who it is."""
    assert submit(client, "/epcs/verify/token/", otp=fob.press()).status_code == 302
    return client


def a_case(user: User, number: str = CASE, **columns: object) -> RevocationCase:
    now = timezone.now()
    values: dict[str, object] = {
        "issued_by": factories.a_person(is_staff=True),
        "reason": "Called.",
        "issued_at": now,
        "expires_at": now + timedelta(hours=24),
    }
    return RevocationCase.objects.create(user=user, number=number, **(values | columns))


def revoke(client: Client, case: str = CASE, phrase: str = PHRASE):
    return submit(client, PAGE, case=case, phrase=phrase)


def nothing_was_revoked(user: User) -> bool:
    used = RevocationCase.objects.filter(used_at__isnull=False).exists()
    return not used and bool(selectors.tokens_of(user)) and KnowledgeFactor.objects.exists()


def test_everything_ends_and_the_page_that_is_left_names_nobody(proven, signer):
    a_mobile_id(signer)
    a_backup_phone(signer)
    a_backup_phone(signer, "+18025550133", status="pending", confirmed_at=None)
    case = a_case(signer)

    answer = revoke(proven)

    assert answer.url.startswith("/epcs/revoked/")
    for kind in (HardToken, SoftToken, BackupPhone):
        assert set(kind.objects.values_list("status", "reason")) == {("removed", "revoked")}
    assert not KnowledgeFactor.objects.exists()
    assert not any(bytes(seed.sealed) for seed in SoftSeed.objects.all())
    assert not StepUp.objects.filter(ended_at=None).exists()
    assert access_of(signer.prescriber) is Access.ACCOUNT_REVOKED
    case.refresh_from_db()
    assert case.used_at is not None
    assert events_of(signer)[-1] == "account.revoked"
    assert [notice.change for notice in SecurityNotice.objects.all()] == ["account-revoked"]
    page = read(proven.get(answer.url))
    assert "Your EPCS account is revoked" in page
    assert signer.last_name not in page


def test_every_browser_is_signed_out(proven, signer):
    elsewhere = Client()
    elsewhere.force_login(signer)
    a_case(signer)

    revoke(proven)

    for browser in (proven, elsewhere):
        assert browser.get(SETTINGS).url.startswith("/sign-in/")


def test_the_page_that_is_left_is_for_nobody_who_is_signed_in(client, signer):
    assert client.get("/epcs/revoked/").url == "/"
    assert Client().get("/epcs/revoked/").status_code == 200


def test_what_was_set_up_before_counts_no_more(proven, signer):
    a_case(signer)
    factories.a_grant(signer)
    revoke(proven)
    proven.force_login(User.objects.get(pk=signer.pk))

    panel = proven.get(SETTINGS)

    assert panel.context["readiness"]["title"] == "Your EPCS account is revoked"
    assert panel.context["readiness"]["action"]["label"] == "Contact support"
    assert panel.context["cards"] == []
    assert selectors.open_grant_of(signer, at=timezone.now()) is None
    assert proven.get(ADD).url.startswith("/epcs/verify/")
    assert proven.get(PAGE).url == SETTINGS


def test_a_new_proofing_a_new_grant_and_a_new_access_change_bring_it_back(proven, signer):
    a_case(signer)
    revoke(proven)
    proven.force_login(User.objects.get(pk=signer.pk))
    steps = []

    factories.an_identity_proofing(signer)
    steps.append(access_of(signer.prescriber))
    factories.a_grant(signer)
    factories.a_fob_in_stock("GALH87654321")
    add = proven.get("/epcs/token/add/").status_code
    factories.access_to_sign(
        signer, entered_by=factories.a_person(), executed_by=factories.a_person()
    )
    steps.append(access_of(signer.prescriber))

    assert steps == [Access.ACCOUNT_REVOKED, Access.GRANTED]
    assert add == 200
    assert signer.prescriber.is_registered


def test_an_access_change_alone_brings_nothing_back(proven, signer):
    a_case(signer)
    revoke(proven)

    factories.access_to_sign(
        signer, entered_by=factories.a_person(), executed_by=factories.a_person()
    )

    assert access_of(signer.prescriber) is Access.ACCOUNT_REVOKED


def test_who_is_not_registered_has_nothing_to_revoke(client, db):
    client.force_login(factories.a_prescriber(registered=False))

    assert client.get(PAGE).url == SETTINGS


def test_who_has_nothing_to_verify_with_is_told_to_call(client, signer):
    page = client.get(PAGE)

    assert "You have nothing to verify with" in read(page)
    assert "Keep my account" in read(page)
    assert ">Revoke OTP account and all credentials</button>" not in page.text
    assert client.post(PAGE, {"case": CASE, "phrase": PHRASE}).status_code == 200


def test_it_is_asked_again_who_it_is_after_five_minutes(proven, signer):
    a_case(signer)
    assert proven.get(PAGE).status_code == 200
    minutes_pass(StepUp.objects.get(), 5)

    asked, answer = proven.get(PAGE), proven.post(PAGE, {"case": CASE, "phrase": PHRASE})

    assert asked.url.startswith("/epcs/verify/")
    assert answer.url.startswith("/epcs/verify/")
    assert nothing_was_revoked(signer)


def test_the_page_says_first_what_ends(proven, signer):
    a_mobile_id(signer)
    a_backup_phone(signer)

    page = read(proven.get(PAGE))

    assert "Contact support first" in page
    serial = HardToken.objects.get().serial
    assert f"hardware token {serial}, Mobile ID on (•••) •••-0142 and 1 backup phone." in page


@pytest.mark.parametrize(
    "case",
    [
        {"number": "CS-0000-0000"},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"used_at": timezone.now() - timedelta(hours=20)},
        {"issued_at": timezone.now() + timedelta(hours=1)},
    ],
    ids=["another number", "expired", "used", "not issued yet"],
)
def test_a_case_that_is_not_open_revokes_nothing(proven, signer, case):
    case = {"issued_at": timezone.now() - timedelta(hours=23)} | case
    before = a_case(signer, **case)
    factories.an_identity_proofing(signer)

    page = revoke(proven)

    assert NOT_OPEN in read(page)
    assert HardToken.live().exists()
    assert RevocationCase.objects.get().used_at == before.used_at
    assert events_of(signer)[-1] == "account.not_revoked"
    assert not SecurityNotice.objects.exists()


def test_neither_does_the_case_of_somebody_else(proven, signer):
    a_case(factories.a_prescriber())

    page = revoke(proven)

    assert NOT_OPEN in read(page)
    assert nothing_was_revoked(signer)


def test_the_sixth_number_in_an_hour_is_not_even_tried(proven, signer):
    a_case(signer)
    for number in range(5):
        revoke(proven, f"CS-0000-000{number}")

    page = revoke(proven)

    assert "You have tried 5 case numbers in an hour, so nothing was revoked." in read(page)
    assert nothing_was_revoked(signer)


def test_an_hour_later_it_can_be_tried_again(signer, fob):
    a_case(signer)
    start = timezone.now()
    for number in range(6):
        with pytest.raises((CaseNotOpen, CaseTriesUsedUp)):
            revoke_account(user=signer, case=f"{number}", authority=BY_TOKEN, at=start)

    revoke_account(user=signer, case=CASE, authority=BY_TOKEN, at=start + timedelta(minutes=61))

    assert not HardToken.live().exists()


@pytest.mark.parametrize("phrase", ["", "revoke", "revoke all credential", "yes"])
def test_the_phrase_is_needed(proven, signer, phrase):
    a_case(signer)

    page = revoke(proven, phrase=phrase)

    assert "To confirm, type revoke all credentials." in read(page)
    assert nothing_was_revoked(signer)


def test_a_number_is_needed(proven, signer):
    page = revoke(proven, case="")

    assert "Enter the support case number. Call (888) 555-0110 to get one." in read(page)


@pytest.mark.parametrize(
    ("case", "phrase"),
    [
        ("cs-7306-4118", "Revoke all credentials"),
        (" CS 7306 4118 ", "  revoke  all   credentials "),
        ("73064118", PHRASE),
    ],
)
def test_both_are_taken_as_people_type_them(proven, signer, case, phrase):
    a_case(signer)

    assert revoke(proven, case, phrase).status_code == 302
    assert not HardToken.live().exists()


def test_signing_pages_that_were_open_sign_nothing(proven, signer):
    generation = SigningState.objects.get_or_create(user=signer)[0].generation
    a_case(signer)

    revoke(proven)

    assert SigningState.objects.get(user=signer).generation > generation


def test_a_case_number_works_once(signer, fob):
    a_case(signer)
    revoke_account(user=signer, case=CASE, authority=BY_TOKEN, at=timezone.now())

    with pytest.raises(CaseNotOpen):
        revoke_account(user=signer, case=CASE, authority=BY_TOKEN, at=timezone.now())

    assert AuditEvent.objects.filter(event="account.revoked").count() == 1


def test_looking_changes_nothing_and_neither_does_a_page_of_another_site(proven, signer):
    a_case(signer)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = proven.cookies

    proven.get(PAGE)
    answer = strict.post(PAGE, {"case": CASE, "phrase": PHRASE})

    assert answer.status_code == 403
    assert nothing_was_revoked(signer)


def test_no_new_pin_is_chosen_with_what_was_proven_before(proven, signer, fob):
    submit(proven, "/epcs/pin/", otp=fob.press())
    a_case(signer)
    revoke(proven)
    proven.force_login(User.objects.get(pk=signer.pk))

    answer = proven.post(NEW, {"pin": "6174", "confirm": "6174"})

    assert answer.status_code == 200
    assert not KnowledgeFactor.objects.exists()


def test_the_disclosure_stands_closed_at_the_end_of_my_settings(client, signer):
    page = client.get(SETTINGS).text

    assert page.index("I have a case number") > page.index("Report lost or stolen")
    assert '<details class="mt-lg">' in page
