"""Remove a hardware token or Mobile ID: what is left is said first, and the last way in stays."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.phones import NUMBER, OTHER, a_backup_phone, code_on
from tests.tokens.reading import choose, events_of, is_verified, read
from tokens import selectors
from tokens.flows.remove_token import remove_token
from tokens.models import HardToken, SecurityNotice, SoftToken
from tokens.removal_refusals import LastWayIn, TokenGone
from tokens.step_up import Authority

NO_PHONE = "You have no backup phone"
HOW = {
    "reason": "broken",
    "detail": "",
    "authority": Authority(name="step-up by hard-token", session_key=""),
}


def page_of(token) -> str:
    kind = "mobile-id" if isinstance(token, SoftToken) else "token"
    return f"/epcs/{kind}/{token.pk}/remove/"


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


@pytest.fixture
def mobile_id(prescriber) -> SoftToken:
    a_mobile_id(prescriber)
    return SoftToken.objects.get()


@pytest.mark.parametrize("reason", ["broken", "replaced", "other"])
@pytest.mark.parametrize("kind", [HardToken, SoftToken])
def test_it_is_removed_with_its_reason_and_detail(
    verified, prescriber, token, mobile_id, phone, kind, reason
):
    removed = kind.objects.get()

    response = submit(verified, page_of(removed), reason=reason, detail="It fell.")

    removed.refresh_from_db()
    assert (removed.status, removed.reason, removed.detail) == ("removed", reason, "It fell.")
    assert removed.removed_at is not None
    event = AuditEvent.objects.filter(event__endswith=".removed").get()
    assert event.event == {HardToken: "token.removed", SoftToken: "mobile_id.removed"}[kind]
    assert "It fell." not in event.text
    assert SecurityNotice.objects.get().change in {"token-removed", "mobile-id-removed"}
    page = read(verified.get(response.url))
    assert "Hardware token removed" in page or "Mobile ID removed" in page
    assert removed.serial in page


def test_what_is_left_is_said_before(verified, token, mobile_id, phone):
    hard, mobile = (read(verified.get(page_of(each))) for each in (token, mobile_id))

    assert "After this you will have Mobile ID on (•••) •••-0142 and 1 backup phone." in hard
    assert f"After this you will have hardware token {token.serial} and 1 backup phone." in mobile
    for page in (hard, mobile):
        assert "only active token" not in page
        assert NO_PHONE not in page


def test_the_last_token_says_what_signing_will_take_and_which_phone_lets_in(
    verified, prescriber, token, phone
):
    a_backup_phone(prescriber, OTHER)

    page = read(verified.get(page_of(token)))

    assert "After this you will have no token and 2 backup phones." in page
    assert "This is your only active token" in page
    assert "Your backup phone (•••) •••-0187 lets you back in to do that." in page
    assert submit(verified, page_of(token), reason="broken").status_code == 302


def test_the_last_token_stays_while_there_is_no_phone(verified, prescriber, token):
    page = verified.get(page_of(token))
    answer = verified.post(page_of(token), {"reason": "broken"})
    typed = {"form_key": form_key_on(verified, "/epcs/pin/"), "reason": "broken"}
    forced = verified.post(page_of(token), typed)

    assert "Add a backup phone first" in read(page)
    assert "you would repeat identity proofing" in read(page)
    assert 'href="/epcs/phones/add/"' in page.text
    assert ">Remove<" not in page.text
    assert {answer.status_code, forced.status_code} == {200}
    assert selectors.hard_token_of(prescriber) == token


def test_without_a_phone_one_of_two_tokens_goes_with_a_warning(verified, token, mobile_id):
    for each in (token, mobile_id):
        page = verified.get(page_of(each))
        assert NO_PHONE in read(page)
        assert '<a href="/epcs/phones/add/">Add a new number first</a>.' in page.text

    assert submit(verified, page_of(mobile_id), reason="other").status_code == 302
    assert "Add a backup phone first" in read(verified.get(page_of(token)))


def test_the_flow_refuses_the_last_way_in_and_writes_it_down(prescriber, token):
    with pytest.raises(LastWayIn):
        remove_token(token=token, **HOW, at=timezone.now())

    event = AuditEvent.objects.get(event="token.not_removed")
    assert "last-way-in" in event.text
    assert not SecurityNotice.objects.exists()


def test_a_grant_is_a_way_in(prescriber, token):
    factories.a_grant(prescriber)

    remove_token(token=token, **HOW, at=timezone.now())

    assert selectors.hard_token_of(prescriber) is None


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": "reported", "reported_at": timezone.now()},
        {"held_at": timezone.now()},
    ],
)
def test_what_lets_nobody_in_can_go(prescriber, token, trouble):
    HardToken.objects.update(**trouble)

    remove_token(token=HardToken.objects.get(), **HOW, at=timezone.now())

    assert HardToken.objects.get().status == "removed"


def test_one_that_works_is_the_last_way_in_beside_one_that_does_not(prescriber, token, mobile_id):
    HardToken.objects.update(held_at=timezone.now())

    with pytest.raises(LastWayIn):
        remove_token(token=mobile_id, **HOW, at=timezone.now())


def test_it_proves_nothing_any_more_and_the_session_it_had_proven_is_proven_no_more(
    verified, prescriber, token, fob, phone
):
    submit(verified, page_of(token), reason="broken")

    assert not is_verified(verified)
    answer = submit(verified, "/epcs/verify/", method="token")
    assert answer.status_code == 200
    assert verified.get("/epcs/verify/token/").status_code == 302


def test_what_other_sessions_had_proven_ends_and_the_own_step_up_stays(
    signed_in, prescriber, token, fob, phone
):
    elsewhere = Client()
    elsewhere.force_login(prescriber)
    submit(elsewhere, "/epcs/verify/token/", otp=fob.press())
    way = choose(signed_in, "/epcs/verify/", f"text:{phone.pk}").url
    submit(signed_in, way, code=code_on(NUMBER))

    submit(signed_in, page_of(token), reason="replaced")

    assert is_verified(signed_in)
    assert not is_verified(elsewhere)


@pytest.mark.parametrize("kind", [HardToken, SoftToken])
def test_a_second_click_gets_the_first_ones_answer(verified, token, mobile_id, phone, kind):
    removed = kind.objects.get()
    typed = {"form_key": form_key_on(verified, page_of(removed)), "reason": "broken"}

    first, second = (verified.post(page_of(removed), typed) for _ in range(2))

    assert first.url == second.url
    assert SecurityNotice.objects.count() == 1
    assert verified.get(page_of(removed)).url == "/settings/epcs/"


def test_two_tabs_remove_it_once(verified, token, mobile_id, phone):
    keys = [form_key_on(verified, page_of(mobile_id)) for _ in range(2)]

    first, second = (
        verified.post(page_of(mobile_id), {"form_key": key, "reason": "other"}) for key in keys
    )

    assert first.status_code == 302
    assert "This token was removed already." in read(second)
    assert SecurityNotice.objects.count() == 1


def test_of_two_requests_at_once_one_removes_it(prescriber, token, phone):
    remove_token(token=token, **HOW, at=timezone.now())

    with pytest.raises(TokenGone):
        remove_token(token=token, **HOW, at=timezone.now())

    assert events_of(prescriber)[-2:] == ["token.removed", "token.not_removed"]


def test_a_reason_is_needed(verified, token, phone):
    for reason in ("", "revoked", "number-given-up", "none"):
        page = read(submit(verified, page_of(token), reason=reason))
        assert "Select a reason for removing this token." in page
    assert HardToken.live().exists()


def test_more_than_500_characters_of_detail_are_not_kept(verified, token, phone):
    page = submit(verified, page_of(token), reason="other", detail="x" * 501)

    assert page.status_code == 200
    assert HardToken.live().exists()


def test_it_needs_a_step_up_and_looking_changes_nothing(signed_in, token, fob, phone):
    asked = signed_in.get(page_of(token))
    refused = signed_in.post(page_of(token), {"reason": "broken"})
    submit(signed_in, "/epcs/verify/token/", otp=fob.press())
    signed_in.get(page_of(token))

    assert asked.url.startswith("/epcs/verify/")
    assert refused.url.startswith("/epcs/verify/")
    assert HardToken.live().exists()


def test_a_page_of_another_site_removes_nothing(verified, prescriber, token, phone):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = verified.cookies

    answer = strict.post(page_of(token), {"reason": "broken"})

    assert answer.status_code == 403
    assert HardToken.live().exists()


@pytest.mark.parametrize("kind", [HardToken, SoftToken])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_of_somebody_else_is_not_there_and_asking_is_on_the_trail(
    signed_in, prescriber, kind, method
):
    other = factories.a_prescriber()
    factories.a_hard_token(other)
    a_mobile_id(other)
    theirs = kind.objects.get()

    answer = getattr(signed_in, method)(page_of(theirs))

    assert answer.status_code == 404
    assert AuditEvent.objects.get(event="access.denied").person == prescriber
    assert getattr(signed_in, method)(page_of(kind(pk=uuid4()))).status_code == 404
    assert AuditEvent.objects.filter(event="access.denied").count() == 1


def test_from_the_admin_tab_it_leads_back_there(verified, token, phone):
    page = verified.get(page_of(token) + "?door=admin")

    response = submit(verified, page_of(token) + "?door=admin", reason="broken")

    assert 'href="/epcs/devices/' in page.text
    assert response.url.startswith("/epcs/devices/")


def test_its_place_is_free_for_another(verified, prescriber, token, phone, new_fob):
    submit(verified, page_of(token), reason="broken")
    way = choose(verified, "/epcs/verify/", f"text:{phone.pk}").url
    submit(verified, way, code=code_on(NUMBER))

    submit(verified, "/epcs/token/add/", serial=new_fob.serial, **new_fob.press_twice())

    assert HardToken.live().get().serial == new_fob.serial
    assert HardToken.objects.count() == 2
